Feature: Statements tell one story
  What left the customer's account reached the merchant's, line by line.

  Background:
    Given Pete has a wallet with 100.00 CNY

  Scenario: A drink, and a part of its price back
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the statement of Pete says
      | what   | amount     | balance    |
      | top-up | 100.00 CNY | 100.00 CNY |
    When 5 seconds pass
    Then the drink falls
    When the merchant gives back 1.00 CNY
    And 5 seconds pass
    Then the statement of Pete says
      | what    | amount     | balance    |
      | top-up  | 100.00 CNY | 100.00 CNY |
      | payment | -3.50 CNY  | 96.50 CNY  |
      | refund  | 1.00 CNY   | 97.50 CNY  |
    And the merchant's statement says
      | what    | amount    | balance  |
      | payment | 3.50 CNY  | 3.50 CNY |
      | refund  | -1.00 CNY | 2.50 CNY |
    And every invariant holds
    And no loss is written down

  Scenario: By WeChat Pay there is a fee, and it comes back with the refund
    Given a machine that takes the money at once by WeChat Pay, with
      | slot | drink | price     | stock |
      | B4   | Wine  | 50.00 CNY | 5     |
    And a customer has pressed B4
    When Pete scans the code and confirms
    And 5 seconds pass
    Then the drink falls
    When the merchant gives back 50.00 CNY
    And 5 seconds pass
    Then the merchant's statement says
      | what          | amount     |
      | payment       | 50.00 CNY  |
      | fee           | -0.30 CNY  |
      | fee came back | 0.30 CNY   |
      | refund        | -50.00 CNY |
    And the books balance

  Scenario: Nobody decided, so the goods are written down as lost
    Given a machine that takes the money at once, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And the next drink may or may not fall
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the order is unsure
    And no loss is written down
    When 16 minutes pass
    Then a loss of 3.50 CNY is written down
    And Pete has 100.00 CNY
    And the books balance
