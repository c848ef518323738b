Feature: A shop is paid by WeChat Pay
  The shop asks the platform for a code, a customer scans it, and the platform tells the shop: in a
  notice that the shop verifies and decrypts before it believes a word.

  Scenario Outline: Ask, scan, confirm, hear of it
    Given a shop that verifies with <a key>
    And Pete has a wallet with 100.00 CNY
    When the shop asks for 3.50 CNY
    Then a query answers NOTPAY
    When Pete scans the code and confirms
    Then Pete has paid
    And the shop hears that 3.50 CNY was paid
    And a query says the same
    And a query answers SUCCESS
    And Pete has 96.50 CNY
    And the books balance

    Examples:
      | a key                      |
      | the public key             |
      | the platform's certificate |
      | either key                 |

  Scenario: Of a customer who says no the shop hears nothing
    Given a shop that sells by WeChat Pay
    And Pete has a wallet with 100.00 CNY
    When the shop asks for 3.50 CNY
    And Pete scans the code and says no
    Then a query answers NOTPAY
    And the shop has heard nothing
    When Pete scans the code and confirms
    Then the shop hears that 3.50 CNY was paid
    And the books balance

  Scenario: Of a customer who has too little money the shop hears nothing either
    Given a shop that sells by WeChat Pay
    And Pete has a wallet with 3.49 CNY
    When the shop asks for 3.50 CNY
    And Pete scans the code and confirms
    Then Pete is told that there is too little money in the wallet
    And a query answers NOTPAY
    And the shop has heard nothing
    And the books balance

  Scenario: Two customers, one code
    Given a shop that sells by WeChat Pay
    And Pete has a wallet with 100.00 CNY
    And Sandrine has a wallet with 50.00 CNY
    When the shop asks for 3.50 CNY
    And Pete and Sandrine both scan the code and confirm
    Then one of Pete and Sandrine has paid
    And the other is told that somebody has paid already
    And the shop hears that 3.50 CNY was paid
    And the books balance
