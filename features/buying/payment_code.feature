Feature: Holding a payment code in front of the scanner
  Instead of scanning the machine's code, a customer may show one: the wallet draws it anew every
  minute, the machine scans it, and small amounts need no PIN.

  Background:
    Given a machine that takes the money at once by WeChat Pay, with
      | slot | drink     | price       | stock |
      | B4   | Cola      | 3.50 CNY    | 5     |
      | C1   | Champagne | 1200.00 CNY | 1     |
    And Pete has a wallet with 2000.00 CNY

  Scenario: Show, beep, drink
    Given a customer has pressed B4
    When Pete holds a payment code in front of the scanner
    Then the drink falls
    And the sale is complete
    And Pete has 1996.50 CNY
    And slot B4 holds 4 drinks
    And the books balance

  Scenario: A large amount needs the PIN
    Given a customer has pressed C1
    When Pete holds a payment code in front of the scanner
    And Pete confirms on the phone
    Then Pete has paid
    And the drink falls
    And the sale is complete
    And Pete has 800.00 CNY
    And the books balance

  Scenario: The drink jams, and the money comes back by itself
    Given the next drink jams
    And a customer has pressed B4
    When Pete holds a payment code in front of the scanner
    Then no drink falls
    And the money goes back
    And Pete has 2000.00 CNY
    And the books balance

  Scenario: Nobody has ordered anything
    When Pete holds a payment code in front of the scanner
    Then the machine says that it scans no codes now
    And Pete has 2000.00 CNY

  Scenario: A train ticket is no payment code
    Given a customer has pressed B4
    When the scanner reads "RIT4711"
    Then the machine says that that is no payment code
    When Pete scans the code and confirms
    Then the drink falls

  Scenario: There is nothing to confirm where nobody asks
    When Pete confirms on the phone
    Then there is nothing to confirm
