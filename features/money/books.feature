Feature: Where the money is
  Money is held, then taken, or given back; it is never in two places, and never nowhere.

  Scenario: While the drink is on its way, the money is held
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the machine learns that it was paid
    And the money is held
    And Pete has 100.00 CNY, of which 3.50 CNY is held
    When 5 seconds pass
    Then the drink falls
    And the money is taken
    And Pete has 96.50 CNY
    And the books balance

  Scenario: At a machine that takes the money at once, it is taken at once
    Given a machine that takes the money at once, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the machine learns that it was paid
    And the money is taken
    And Pete has 96.50 CNY

  Scenario: A refund takes a moment to arrive
    Given a machine that takes the money at once, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And the next drink jams
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the order is not released
    And the money is on its way back
    And Pete has 96.50 CNY
    When 5 seconds pass
    Then the money is back with the customer
    And Pete has 100.00 CNY
    And the books balance

  Scenario: What is held cannot be spent a second time
    Given a machine that holds the money until the drink falls, with
      | slot | drink  | price    | stock |
      | B4   | Cola   | 3.50 CNY | 5     |
      | A1   | Oolong | 4.50 CNY | 5     |
    And Pete has a wallet with 5.00 CNY
    And the next drink may or may not fall
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the order is unsure
    And Pete has 5.00 CNY, of which 3.50 CNY is held
    When a customer presses A1
    And Pete scans the code and confirms
    Then Pete is told that there is too little money in the wallet
    And Pete has 5.00 CNY, of which 3.50 CNY is held
    And the books balance
