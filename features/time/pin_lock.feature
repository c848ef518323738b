Feature: A locked PIN opens again
  Three wrong PINs lock a wallet for one minute.

  Scenario: A minute later the right PIN is right again
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And a customer has pressed B4
    When Pete scans the code and confirms with the PIN "111111"
    And Pete scans the code and confirms with the PIN "222222"
    And Pete scans the code and confirms with the PIN "333333"
    Then Pete is told that the PIN is locked for a while
    When 61 seconds pass
    And Pete scans the code and confirms
    Then Pete has paid
    And the drink falls
    And the books balance
