Feature: Paying with a payment code, and what can be wrong with it
  The customer's word is given on the phone; the machine waits for it and shows that it does.

  Background:
    Given a machine that takes the money at once by WeChat Pay, with
      | slot | drink     | price       | stock |
      | B4   | Cola      | 3.50 CNY    | 5     |
      | C1   | Champagne | 1200.00 CNY | 1     |
    And Pete has a wallet with 2000.00 CNY

  Scenario: A PIN that is wrong, and then right
    Given a customer has pressed C1
    When Pete holds a payment code in front of the scanner
    And Pete confirms on the phone with the PIN "111111"
    Then Pete is told that the PIN is wrong
    And Pete has 2000.00 CNY
    When Pete confirms on the phone
    Then Pete has paid
    And the drink falls
    And Pete has 800.00 CNY
    And the books balance

  Scenario: There is too little money in the wallet
    Given Sandrine has a wallet with 1.00 CNY
    And a customer has pressed B4
    When Sandrine holds a payment code in front of the scanner
    Then the machine still waits for 3.50 CNY
    And Sandrine has 1.00 CNY
