Feature: What cannot be believed is not acted upon
  A machine that sells by WeChat Pay verifies whatever it is told, and so does the platform. What is
  not genuine, not fresh or not whole counts as nothing said.

  Background:
    Given a machine that takes the money at once by WeChat Pay, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY

  Scenario Outline: The answers that bring the code are <wrong>
    Given these faults
      | fault   | from    | to     | side   | times |
      | <wrong> | machine | ledger | answer | 2     |
    When a customer presses B4
    Then the machine shows a code for 3.50 CNY
    When Pete scans the code and confirms
    Then the drink falls
    And the sale is complete
    And these faults have happened
      | fault   | times |
      | <wrong> | 2     |
    And Pete has 96.50 CNY
    And the books balance

    Examples:
      | wrong           |
      | wrong_signature |
      | stale_timestamp |
      | corrupted       |
      | truncated       |
      | malformed       |
      | empty           |

  Scenario Outline: The machine signs nothing that the platform would believe: <wrong>
    Given these faults
      | fault   | from    | to     | side    |
      | <wrong> | machine | ledger | request |
    When a customer presses B4
    And 1 minute passes
    Then the order is refused
    And Pete has 100.00 CNY
    When everybody can reach the platform again
    And 2 minutes pass
    And a customer presses B4
    Then the machine shows a code for 3.50 CNY
    When Pete scans the code and confirms
    Then the drink falls
    And the sale is complete
    And the books balance

    Examples:
      | wrong           |
      | wrong_signature |
      | stale_timestamp |

  Scenario Outline: The platform's notices are <wrong>, and the machine asks by itself
    Given a customer has pressed B4
    And these faults
      | fault   | from   | to      | side    |
      | <wrong> | ledger | machine | request |
    When Pete scans the code and confirms
    Then the drink falls
    And the sale is complete
    And slot B4 holds 4 drinks
    And Pete has 96.50 CNY
    And the books balance

    Examples:
      | wrong           |
      | wrong_signature |
      | stale_timestamp |
      | wrong_amount    |
