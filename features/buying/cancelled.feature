Feature: Changing one's mind
  Until somebody has paid, a customer may walk away, and the next one is served at once.

  Background:
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY

  Scenario: The customer presses cancel
    Given a customer has pressed B4
    When the customer presses cancel
    Then the order is cancelled
    And the order is over
    And the money is nowhere but with the customer
    When Pete scans the code and confirms
    Then Pete is told that the sale was called off
    And Pete has 100.00 CNY
    And the books balance

  Scenario: The next customer does not have to wait
    Given a customer has pressed B4
    When the customer presses cancel
    And a customer presses B4
    Then the machine shows a code for 3.50 CNY
    When Pete scans the code and confirms
    Then the drink falls

  Scenario: There is nothing to cancel
    When the customer presses cancel
    Then the machine says that there is nothing to cancel

  Scenario: A drink that was paid for is not cancelled
    Given a customer has pressed B4
    When Pete scans the code and confirms
    Then the drink falls
    When the customer presses cancel
    Then the machine says that there is nothing to cancel
    And the sale is complete
    And Pete has 96.50 CNY
