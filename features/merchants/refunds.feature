Feature: A shop gives money back
  A refund is new money the other way. It is accepted, rests in transit, and arrives; the platform
  tells how each one ended, and the order is REFUND ever after.

  Background:
    Given a shop that sells by WeChat Pay
    And Pete has a wallet with 100.00 CNY
    And the shop has asked for 3.50 CNY
    When Pete scans the code and confirms
    Then the shop hears that 3.50 CNY was paid

  Scenario: In two parts, and a notice of each
    When the shop gives back 1.00 CNY
    Then the refund is PROCESSING
    And a query answers REFUND
    And Pete has 96.50 CNY
    When 2 seconds pass
    Then the refund is SUCCESS
    And the shop hears that 1.00 CNY went back
    And Pete has 97.50 CNY
    When the shop gives back 2.50 CNY
    And 2 seconds pass
    Then the shop hears that 2.50 CNY went back
    And the shop has heard that 3.50 CNY went back in all
    And a query answers REFUND
    And Pete has 100.00 CNY
    And the books balance

  Scenario: Never more than was paid
    When the shop gives back 3.00 CNY
    And the shop gives back 0.51 CNY
    Then the platform answers INVALID_REQUEST
    When the shop gives back 0.50 CNY
    Then the platform does it
    When 2 seconds pass
    Then the shop has heard that 3.50 CNY went back in all
    And Pete has 100.00 CNY
    And the books balance

  Scenario: The same refund, sent again, is one refund
    When the shop gives back 1.00 CNY
    And the shop sends the same refund again
    Then the platform does it
    When 2 seconds pass
    And the shop sends the same refund again
    Then the refund is SUCCESS
    And the shop has heard that 1.00 CNY went back in all
    And Pete has 97.50 CNY
    And the books balance

  Scenario: What an order has just brought is not settled yet
    When the shop gives back 1.00 CNY of its settled money
    Then the platform answers NOT_ENOUGH
    And a query answers SUCCESS
    When 10 seconds pass
    And the shop gives back 1.00 CNY of its settled money
    Then the platform does it
    When 2 seconds pass
    Then the shop hears that 1.00 CNY went back
    And Pete has 97.50 CNY
    And the books balance

  Scenario: The refund cannot arrive, and goes to a bank card instead
    Given the customer's account cannot take refunds
    When the shop gives back 3.50 CNY
    And 2 seconds pass
    Then the refund is ABNORMAL
    And the shop hears that the refund is ABNORMAL
    And Pete has 96.50 CNY
    When the shop sends the money to the customer's bank card
    Then the refund is PROCESSING
    When 2 seconds pass
    Then the refund is SUCCESS
    And the shop hears that 3.50 CNY went back
    And Pete has 96.50 CNY
    And the books balance

  Scenario: The refund is closed, and the shop has its money again
    Given the customer's account has been closed
    When the shop gives back 3.50 CNY
    And 2 seconds pass
    Then the refund is CLOSED
    And the shop hears that the refund is CLOSED
    And a query answers REFUND
    And Pete has 96.50 CNY
    And the books balance

  Scenario: Only what was paid can be given back
    When the shop asks for 8.00 CNY
    And the shop gives back 8.00 CNY
    Then the platform answers RESOURCE_NOT_EXISTS
    And the books balance
