Feature: A vending machine is a shop like any other
  A machine that sells by WeChat Pay has a merchant of its own, and says what every merchant says.

  Background:
    Given a machine that takes the money at once by WeChat Pay, with
      | slot | drink     | price       | stock |
      | B4   | Cola      | 3.50 CNY    | 5     |
      | C1   | Champagne | 1200.00 CNY | 1     |
    And Pete has a wallet with 2000.00 CNY

  Scenario: Press, scan, confirm, drink
    Given a customer has pressed B4
    When Pete scans the code and confirms
    Then the drink falls
    And the sale is complete
    And the machine and the platform have said
      | the machine  | native              |
      | the platform | TRANSACTION.SUCCESS |
    And Pete has 1996.50 CNY
    And the books balance

  Scenario: The drink jams, and the machine gives the money back
    Given the next drink jams
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then no drink falls
    And the money goes back
    And the machine and the platform have said
      | the machine  | native              |
      | the platform | TRANSACTION.SUCCESS |
      | the machine  | refunds             |
      | the platform | REFUND.SUCCESS      |
    And Pete has 2000.00 CNY
    And the books balance

  Scenario: A payment code in front of its scanner
    Given a customer has pressed B4
    Then the machine shows a code for 3.50 CNY
    When Pete holds a payment code in front of the scanner
    Then the drink falls
    And the sale is complete
    And the machine and the platform have said
      | the machine | native  |
      | the machine | close   |
      | the machine | codepay |
    And Pete has 1996.50 CNY
    And the books balance

  Scenario: A payment code, and the customer's word
    Given a customer has pressed C1
    Then the machine shows a code for 1200.00 CNY
    When Pete holds a payment code in front of the scanner
    And Pete confirms on the phone
    Then the drink falls
    And the sale is complete
    And the machine and the platform have said
      | the machine | native  |
      | the machine | close   |
      | the machine | codepay |
    And Pete has 800.00 CNY
    And the books balance

  Scenario: A payment code, and nobody's word
    Given a customer has pressed C1
    Then the machine shows a code for 1200.00 CNY
    When Pete holds a payment code in front of the scanner
    And 5 minutes pass
    Then the order is expired
    And the machine and the platform have said
      | the machine | native  |
      | the machine | close   |
      | the machine | codepay |
      | the machine | reverse |
    And Pete has 2000.00 CNY
    And the books balance

  Scenario: Nobody pays, and the machine closes what it asked for
    Given a customer has pressed B4
    When 3 minutes pass
    Then the order is expired
    And the machine and the platform have said
      | the machine | native |
      | the machine | close  |
    And the books balance

  Scenario: Pete says no on the phone, and Sandrine pays
    Given Sandrine has a wallet with 1500.00 CNY
    And a customer has pressed C1
    When Pete holds a payment code in front of the scanner
    And Pete says no on the phone
    Then Pete has not paid
    When 5 seconds pass
    Then the machine still waits for 1200.00 CNY
    When Sandrine holds a payment code in front of the scanner
    And Sandrine confirms on the phone
    Then Sandrine has paid
    And the drink falls
    And Pete has 2000.00 CNY
    And Sandrine has 300.00 CNY
    And the books balance

  Scenario: A payment code of another currency, and somebody who helps out
    Given Kenji has a wallet with 5000 JPY
    And a customer has pressed B4
    When Kenji holds a payment code in front of the scanner
    And 1 second pass
    Then the machine still waits for 3.50 CNY
    When Pete holds a payment code in front of the scanner
    Then the drink falls
    And Kenji has 5000 JPY
    And Pete has 1996.50 CNY
    And the books balance
