Feature: The PIN guards the wallet
  Nothing is asked of the payment service before the PIN is right.

  Background:
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And a customer has pressed B4

  Scenario: One mistake
    When Pete scans the code and confirms with the PIN "111111"
    Then Pete is told that the PIN is wrong
    And Pete has 100.00 CNY
    When Pete scans the code and confirms
    Then Pete has paid
    And the drink falls

  Scenario: Three mistakes lock the wallet, even against the right PIN
    When Pete scans the code and confirms with the PIN "111111"
    And Pete scans the code and confirms with the PIN "222222"
    And Pete scans the code and confirms with the PIN "333333"
    Then Pete is told that the PIN is locked for a while
    When Pete scans the code and confirms
    Then Pete is told that the PIN is locked for a while
    And Pete has 100.00 CNY

  Scenario: A locked wallet keeps nobody else from paying
    Given Sandrine has a wallet with 50.00 CNY
    When Pete scans the code and confirms with the PIN "111111"
    And Pete scans the code and confirms with the PIN "222222"
    And Pete scans the code and confirms with the PIN "333333"
    And Sandrine scans the code and confirms
    Then Sandrine has paid
    And the drink falls
