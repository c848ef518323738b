Feature: The machine hears too late that it was paid
  Money that arrives for a drink nobody waits for any more goes back by itself.

  Scenario Outline: Paid in time, heard after the customer has left
    Given a machine that <takes the money>, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And a customer has pressed B4
    When the machine and the platform lose each other
    And Pete scans the code and confirms
    Then Pete has paid
    When 3 minutes pass
    Then the order is expired
    When everybody can reach the platform again
    Then no drink falls
    And the money goes back
    And Pete has 100.00 CNY
    And slot B4 holds 5 drinks
    And the books balance

    Examples:
      | takes the money                       |
      | holds the money until the drink falls |
      | takes the money at once               |
      | takes the money at once by WeChat Pay |

  Scenario: Cancelled and paid at the same moment
    Given a machine that takes the money at once, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And a customer has pressed B4
    When the machine and the platform lose each other
    And the customer presses cancel
    And Pete scans the code and confirms
    Then Pete has paid
    When everybody can reach the platform again
    Then the money goes back
    And the order is cancelled
    And Pete has 100.00 CNY
    And the books balance

  Scenario: Paid, and the machine is without power until the hold has lapsed
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And a customer has pressed B4
    And these faults
      | fault  | service | at           | down_ms   | times |
      | killed | machine | after_commit | 172800000 | 1     |
    When Pete scans the code and confirms
    Then Pete has paid
    And the machine has no power
    When 3 days pass
    Then no drink falls
    And the order is not released
    And the money goes back
    And Pete has 100.00 CNY
    And slot B4 holds 5 drinks
    And the books balance

  Scenario: Back at the very moment in which it is told that the time to pay is over
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And these faults
      | fault  | service | at     | down_ms | times |
      | killed | machine | answer | 125000  | 1     |
    When a customer presses B4
    And 3 minutes pass
    Then the order is expired
    And the order is over
    And slot B4 holds 5 drinks
    And the books balance
