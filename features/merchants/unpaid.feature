Feature: An order that nobody pays
  A code dies after two hours and may be renewed. A time to pay by ends the paying, not the order.
  The order itself closes after seven days, or when the shop says so.

  Background:
    Given a shop that sells by WeChat Pay
    And Pete has a wallet with 100.00 CNY

  Scenario: The code dies after two hours, and a new one works
    Given the shop has asked for 3.50 CNY
    When 2 hours pass
    And Pete scans the code and confirms
    Then Pete is told that the code has expired
    And a query answers NOTPAY
    When the shop asks for the same again
    Then the shop has been given two codes
    When Pete scans the first code and confirms
    Then Pete is told that the code has expired
    When Pete scans the code and confirms
    Then the shop hears that 3.50 CNY was paid
    And Pete has 96.50 CNY
    And the books balance

  Scenario: A new code replaces the old one at once
    Given the shop has asked for 3.50 CNY
    When the shop asks for the same again
    And Pete scans the first code and confirms
    Then Pete is told that the code has expired
    When Pete scans the code and confirms
    Then the shop hears that 3.50 CNY was paid
    And the books balance

  Scenario: The last second is early enough
    Given the shop has asked for 3.50 CNY
    When 7199 seconds pass
    And Pete scans the code and confirms
    Then Pete has paid
    And the books balance

  Scenario: The time to pay by passes, and a week later the order closes by itself
    When the shop asks for 3.50 CNY, to be paid within 30 minutes
    And 30 minutes pass
    And Pete scans the code and confirms
    Then Pete is told that the code has expired
    And a query answers NOTPAY
    When 6 days pass
    Then a query answers NOTPAY
    When 1 day pass
    Then a query answers CLOSED
    And the shop has heard nothing
    And Pete has 100.00 CNY
    And the books balance

  Scenario: The shop closes the order
    Given the shop has asked for 3.50 CNY
    When the shop closes the order
    Then a query answers CLOSED
    When Pete scans the code and confirms
    Then Pete is told that the sale was called off
    When the shop closes the order
    Then the platform does it
    When the shop asks for the same again
    Then the platform answers ORDER_CLOSED
    And the shop has heard nothing
    And the books balance

  Scenario: What is paid cannot be closed, nor asked for again
    Given the shop has asked for 3.50 CNY
    When Pete scans the code and confirms
    And the shop closes the order
    Then the platform answers ORDERPAID
    When the shop asks for the same again
    Then the platform answers ORDERPAID
    And a query answers SUCCESS
    And the books balance

  Scenario: The same number with another amount
    When the shop asks for 3.50 CNY under the number "tea-2026"
    And the shop asks for 4.50 CNY under the number "tea-2026"
    Then the platform answers INVALID_REQUEST
    When the shop asks for 3.50 CNY under the number "tea-2026"
    Then the platform does it
    When Pete scans the code and confirms
    Then Pete has 96.50 CNY
    And the books balance
