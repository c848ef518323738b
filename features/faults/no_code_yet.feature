Feature: The customer waits for a code
  The machine has asked for a payment and shows nothing yet. Whatever comes before the code, the
  order ends, and nobody has paid for nothing.

  Background:
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY

  Scenario: The customer walks away before there is a code
    Given the machine and the platform have lost each other
    When a customer presses B4
    And the customer presses cancel
    Then the order is cancelled
    When everybody can reach the platform again
    Then the order is over
    And slot B4 holds 5 drinks
    When a customer presses B4
    Then the machine shows a code for 3.50 CNY
    And the books balance

  Scenario: The answer that brings the code cannot be true, and the payment is heard of before another
    Given these faults
      | fault        | from    | to     | match            | side   | times |
      | wrong_amount | machine | ledger | POST /v1/intents | answer | 1     |
    When a customer presses B4
    And Pete finds the code on the wire and confirms
    Then the drink falls
    And the sale is complete
    And Pete has 96.50 CNY
    And the books balance

  Scenario: The customer has left when the question arrives at the platform
    Given the next 1 messages from the machine to the platform come late
    When a customer presses B4
    And 1 second passes
    And the customer presses cancel
    And 1 minute passes
    Then the order is cancelled
    And the order is over
    And these faults have happened
      | fault   | times |
      | delayed | 1     |
    And slot B4 holds 5 drinks
    And the books balance
