Feature: A payment code lives for a minute
  Whoever saw it over somebody's shoulder has little of it.

  Background:
    Given a machine that takes the money at once by WeChat Pay, with
      | slot | drink     | price       | stock |
      | B4   | Cola      | 3.50 CNY    | 5     |
      | C1   | Champagne | 1200.00 CNY | 1     |
    And Pete has a wallet with 2000.00 CNY

  Scenario: A code that is used twice
    Given a customer has pressed B4
    When Pete holds a payment code in front of the scanner
    Then the drink falls
    When a customer presses B4
    And 1 second pass
    And Pete holds the same payment code in front of the scanner again
    And 10 seconds pass
    Then the machine still waits for 3.50 CNY
    And Pete has 1996.50 CNY
    When Pete holds a payment code in front of the scanner
    Then the drink falls
    And Pete has 1993.00 CNY
    And the books balance

  Scenario: A code that has expired
    Given a customer has pressed B4
    When Pete looks at his payment code
    And 61 seconds pass
    And Pete holds the same payment code in front of the scanner again
    And 10 seconds pass
    Then the machine still waits for 3.50 CNY
    And Pete has 2000.00 CNY
    When Pete holds a payment code in front of the scanner
    Then the drink falls
    And the books balance

  Scenario: There is too little money, and somebody else helps out
    Given Sandrine has a wallet with 1.00 CNY
    And a customer has pressed B4
    When Sandrine holds a payment code in front of the scanner
    And 5 seconds pass
    Then the machine still waits for 3.50 CNY
    When Pete holds a payment code in front of the scanner
    Then the drink falls
    And the sale is complete
    And Pete has 1996.50 CNY
    And Sandrine has 1.00 CNY
    And the books balance

  Scenario: Asked for the PIN, Pete walks away
    Given a customer has pressed C1
    When Pete holds a payment code in front of the scanner
    And 3 minutes pass
    Then the order is expired
    And the order is over
    And Pete has 2000.00 CNY
    And slot C1 holds 1 drinks
    When Pete confirms on the phone
    Then there is nothing to confirm
    And the books balance

  Scenario: The machine does not hear the answer, and asks again under the same number
    Given a customer has pressed B4
    And the next 1 answers to the machine are lost
    When Pete holds a payment code in front of the scanner
    Then the drink falls
    And the sale is complete
    And Pete has 1996.50 CNY
    And the books balance

  Scenario: The machine never hears that the code was paid, and takes the charge back
    Given a customer has pressed B4
    And the machine never hears what came of a payment code
    When Pete holds a payment code in front of the scanner
    And 5 seconds pass
    Then Pete has 1996.50 CNY
    When 5 minutes pass
    Then the order is over
    And the order is expired
    And Pete has 2000.00 CNY
    And slot B4 holds 5 drinks
    And the books balance
