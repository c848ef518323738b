Feature: Giving money back by hand, where the machine sells by WeChat Pay
  The same desk and the same refunds, told to the machine in the words of its platform.

  Background:
    Given a machine that takes the money at once by WeChat Pay, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the sale is complete

  Scenario: All of it, in two parts
    When the merchant gives back 1.00 CNY
    And the merchant gives back 2.50 CNY
    And 5 seconds pass
    Then Pete has 100.00 CNY
    And the money is back with the customer
    And the books balance

  Scenario: Never more than was paid
    When the merchant gives back 3.00 CNY
    And the merchant gives back 0.51 CNY
    Then the merchant is told that that is more than was paid
    When 5 seconds pass
    Then Pete has 99.50 CNY
    And the money is taken
    And the books balance
