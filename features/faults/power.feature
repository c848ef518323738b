Feature: A service dies at any point, and what was acknowledged is still true
  It comes back over its database and nothing else. Nobody pays twice, and no motor turns twice.

  Background:
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY

  Scenario Outline: The machine loses power somewhere on the way
    Given a customer has pressed B4
    And the machine loses power <point>
    When Pete scans the code and confirms
    And 1 minute passes
    Then the machine has power
    And the order is <state>
    And these faults have happened
      | fault  | times |
      | killed | 1     |
    And the books balance

    Examples:
      | point                      | state    |
      | before the motor turns     | unsure   |
      | after the motor has turned | released |

  Scenario: The platform is killed after it has written the yes, before it says so
    Given a customer has pressed B4
    And the platform loses power after its next commit
    When Pete scans the code and confirms
    And the platform comes back
    And 1 minute passes
    Then the drink falls
    And Pete has 96.50 CNY
    And the books balance

  Scenario: The platform is away for a while
    Given a customer has pressed B4
    When the platform loses power for 30 seconds
    Then the platform has no power
    When Pete scans the code and confirms
    And 31 seconds pass
    Then the platform has power
    When everybody can reach the platform again
    And Pete scans the code and confirms
    Then the drink falls
    And the books balance

  Scenario: The wallet is switched off with the money on its way
    Given a customer has pressed B4
    When Pete scans the code
    And the wallet loses power
    And 1 minute passes
    And the wallet comes back
    Then Pete's phone says: pay this
    When Pete confirms on the phone
    Then the drink falls
    And the books balance

  Scenario: Databases that cannot take what is written
    Given the platform finds its database locked twice
    And the platform finds its disk full once
    When a customer presses B4
    And Pete scans the code and confirms
    Then the drink falls
    And these faults have happened
      | fault           | times |
      | database_locked | 2     |
      | disk_full       | 1     |
    And the books balance

  Scenario: The machine dies with the notice stored and not acknowledged
    Given a customer has pressed B4
    And the machine loses power after its next commit
    When Pete scans the code and confirms
    And 1 minute passes
    Then the drink falls
    And the sale is complete
    And slot B4 holds 4 drinks
    And Pete has 96.50 CNY
    And the books balance

  Scenario Outline: The platform dies at a notice, <point>, and tells it again
    Given a customer has pressed B4
    When Pete scans the code
    And the platform loses power <point>
    And Pete confirms on the phone
    And 1 minute passes
    Then the drink falls
    And the sale is complete
    And slot B4 holds 4 drinks
    And these faults have happened
      | fault  | times |
      | killed | 1     |
    And the books balance

    Examples:
      | point                         |
      | as it sends its next message  |
      | as its next answer comes      |

  Scenario: The machine dies twenty times on its way
    Given a customer has pressed B4
    And these faults
      | fault  | service | at            | down_ms | times |
      | killed | machine | before_commit | 1000    | 20    |
    When Pete scans the code and confirms
    And 5 minutes pass
    Then the drink falls
    And the sale is complete
    And slot B4 holds 4 drinks
    And these faults have happened
      | fault  | times |
      | killed | 20    |
    And the books balance

  Scenario: The platform is away for an hour, right after a payment
    Given a customer has pressed B4
    When Pete scans the code and confirms
    Then Pete has paid
    When the platform loses power for 1 hour
    And 30 minutes pass
    And a customer presses B4
    Then the machine says that it is out of service
    When 40 minutes pass
    Then the order is over
    And Pete has 100.00 CNY
    When a customer presses B4
    Then the machine shows a code for 3.50 CNY
    And the books balance
