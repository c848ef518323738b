Feature: Codes that are not ours
  A wallet that is shown some other code says so, and asks nobody for money.

  Scenario Outline: Something else was scanned
    Given Pete has a wallet with 100.00 CNY
    When Pete scans "<text>"
    Then Pete is told that this is not one of our payment codes
    And Pete has 100.00 CNY

    Examples:
      | text                                    |
      | https://www.example.com/                |
      | weixin://wxpay/bizpayurl?pr=abc123      |
      | https://qr.alipay.com/fkx1234567890     |
      | upi://pay?pa=shop@bank&am=3.50&cu=INR   |
      | WIFI:T:WPA;S:lobby;P:secret;;           |
      | Buy me a drink                          |

  Scenario: A code that looks like ours and is not
    Given Pete has a wallet with 100.00 CNY
    When Pete scans "zzzzzzzzzzzzzzzzzzzzzzzz"
    Then Pete is told that nobody knows this code
    And Pete has 100.00 CNY
