Feature: Our kiosk
  Background:
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 2     |
    And Pete has a wallet with 100.00 CNY

  Scenario: A drink
    Given a customer has pressed B4
    When Pete scans the code and confirms
    Then the drink falls
    And the sale is complete
    And Pete has 96.50 CNY
    And slot B4 holds 1 drinks
    And the books balance

  Scenario: It jams
    Given the next drink jams
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then no drink falls
    And the money goes back
    And the books balance

  Scenario: Nobody pays
    Given a customer has pressed B4
    When 3 minutes pass
    Then the order is expired
    And the books balance

  Scenario: Trouble on the wires
    Given the next 2 notices to the machine are lost
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the drink falls
    And the books balance
