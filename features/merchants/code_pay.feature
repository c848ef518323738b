Feature: A shop scans the payment code that a customer shows
  Small amounts are paid at once; large ones wait for the customer's word. The answer is the news:
  of payments by code no notice is ever sent.

  Background:
    Given a shop that sells by WeChat Pay
    And Pete has a wallet with 2000.00 CNY

  Scenario: Scan, beep, paid
    When the shop scans the payment code of Pete for 3.50 CNY
    Then the customer has paid 3.50 CNY
    And a query answers SUCCESS
    And Pete has 1996.50 CNY
    And the shop has heard nothing
    And the books balance

  Scenario: A large amount waits for the password
    When the shop scans the payment code of Pete for 1200.00 CNY
    Then the platform answers USERPAYING
    And a query answers USERPAYING
    And Pete has 2000.00 CNY
    When Pete confirms on the phone
    Then a query answers SUCCESS
    And Pete has 800.00 CNY
    When the shop sends the same charge again
    Then the customer has paid 1200.00 CNY
    And Pete has 800.00 CNY
    And the shop has heard nothing
    And the books balance

  Scenario: A thousand yuan is small, a fen more is large
    When the shop scans the payment code of Pete for 1000.00 CNY
    Then the customer has paid 1000.00 CNY
    When 1 second pass
    And the shop scans the payment code of Pete for 1000.01 CNY
    Then the platform answers USERPAYING

  Scenario: Ten small payments a day need no password, the eleventh does
    When the shop scans 10 payment codes of Pete for 1.00 CNY each
    Then Pete has 1990.00 CNY
    When the shop scans the payment code of Pete for 1.00 CNY
    Then the platform answers USERPAYING
    When Pete confirms on the phone
    Then a query answers SUCCESS
    And Pete has 1989.00 CNY
    When 5 hours pass
    And the shop scans the payment code of Pete for 1.00 CNY
    Then the customer has paid 1.00 CNY
    And the books balance

  Scenario: The customer mistypes the password, and types it again
    When the shop scans the payment code of Pete for 1200.00 CNY
    And Pete confirms on the phone with the PIN "111111"
    Then Pete is told that the PIN is wrong
    And a query answers USERPAYING
    When Pete confirms on the phone
    Then a query answers SUCCESS
    And the books balance

  Scenario: The customer says no
    When the shop scans the payment code of Pete for 1200.00 CNY
    And Pete says no on the phone
    Then Pete has not paid
    And a query answers PAYERROR
    When the shop sends the same charge again
    Then the platform answers TRADE_ERROR
    And Pete has 2000.00 CNY
    And the books balance

  Scenario: There is too little money
    Given Sandrine has a wallet with 3.49 CNY
    When the shop scans the payment code of Sandrine for 3.50 CNY
    Then the platform answers NOT_ENOUGH
    And a query answers PAYERROR
    And Sandrine has 3.49 CNY
    And the books balance

  Scenario: A code is used once
    When the shop scans the payment code of Pete for 3.50 CNY
    And the shop scans the same payment code of Pete for 4.50 CNY
    Then the platform answers AUTH_CODE_INVALID
    And Pete has 1996.50 CNY
    And the books balance

  Scenario: A code lives for a minute
    When Pete looks at his payment code
    And 60 seconds pass
    And the shop scans the same payment code of Pete for 3.50 CNY
    Then the platform answers AUTH_CODE_EXPIRE
    And Pete has 2000.00 CNY
    And the books balance

  Scenario: No answer, and the same charge again, is one payment
    Given the next 1 answers to the shop are lost
    When the shop scans the payment code of Pete for 3.50 CNY
    Then the platform answers nothing
    When the shop sends the same charge again
    Then the customer has paid 3.50 CNY
    And Pete has 1996.50 CNY
    And the books balance

  Scenario: Nobody types the password, and the shop takes the charge back
    When the shop scans the payment code of Pete for 1200.00 CNY
    And the shop takes the charge back
    Then a query answers REVOKED
    When Pete confirms on the phone
    Then there is nothing to confirm
    And a query answers REVOKED
    And Pete has 2000.00 CNY
    And the books balance

  Scenario: A charge that was paid is taken back, and the money with it
    When the shop scans the payment code of Pete for 3.50 CNY
    And the shop takes the charge back
    Then a query answers REVOKED
    And Pete has 1996.50 CNY
    When 2 seconds pass
    Then Pete has 2000.00 CNY
    When the shop takes the charge back
    Then the platform does it
    And the books balance

  Scenario: A charge is no order: it is taken back, not closed, and its number is used up
    When the shop scans the payment code of Pete for 1200.00 CNY
    And the shop closes the order
    Then the platform answers INVALID_REQUEST
    When the shop asks for 1200.00 CNY under the number "order-1"
    Then the platform answers OUT_TRADE_NO_USED
    When the shop takes the charge back
    Then a query answers REVOKED
    And the books balance
