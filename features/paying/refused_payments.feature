Feature: Payments that do not happen
  Whoever is refused is told why. The machine goes on waiting: somebody else may pay the same code.

  Background:
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY

  Scenario: The payer says no
    Given a customer has pressed B4
    When Pete scans the code and says no
    Then Pete has not paid
    And Pete has 100.00 CNY
    And the machine still waits for 3.50 CNY

  Scenario: A friend pays instead
    Given Sandrine has a wallet with 50.00 CNY
    And a customer has pressed B4
    When Pete scans the code and says no
    And Sandrine scans the code and confirms
    Then Sandrine has paid
    And the drink falls
    And the sale is complete
    And Pete has 100.00 CNY
    And Sandrine has 46.50 CNY
    And the books balance

  Scenario: Saying no is not for ever
    Given a customer has pressed B4
    When Pete scans the code and says no
    And Pete scans the code and confirms
    Then Pete has paid
    And the drink falls

  Scenario: There is too little money
    Given Broke has a wallet with 1.00 CNY
    And a customer has pressed B4
    When Broke scans the code and confirms
    Then Broke is told that there is too little money in the wallet
    And Broke has 1.00 CNY
    And the machine still waits for 3.50 CNY
    When Pete scans the code and confirms
    Then the drink falls
    And the books balance

  Scenario: The wallet holds another currency
    Given Akiko has a wallet with 5000 JPY
    And a customer has pressed B4
    When Akiko scans the code and confirms
    Then Akiko is told that the wallet holds another currency
    And Akiko has 5000 JPY
    And the machine still waits for 3.50 CNY
