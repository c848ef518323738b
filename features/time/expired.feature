Feature: A code lives for two minutes
  The queue behind must not wait for somebody who has left.

  Background:
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And a customer has pressed B4

  Scenario: Nobody pays
    When 3 minutes pass
    Then the order is expired
    And the order is over
    And the money is nowhere but with the customer
    And slot B4 holds 5 drinks
    And the books balance

  Scenario: Somebody pays too late
    When 3 minutes pass
    And Pete scans the code and confirms
    Then Pete is told that the code has expired
    And Pete has 100.00 CNY
    And the books balance

  Scenario: The last moment is early enough
    When 119 seconds pass
    And Pete scans the code and confirms
    Then Pete has paid
    And the drink falls
    And the books balance

  Scenario: The machine serves the next customer afterwards
    When 3 minutes pass
    Then the order is expired
    When a customer presses B4
    Then the machine shows a code for 3.50 CNY
