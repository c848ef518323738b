Feature: Two machines
  Each serves its own customers, and nobody waits for the other.

  Scenario: One customer at each
    Given a machine called "hall" that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And a machine called "platform" that takes the money at once, with
      | slot | drink | price    | stock |
      | A1   | Tea   | 2.00 CNY | 1     |
    And Pete has a wallet with 100.00 CNY
    And Sandrine has a wallet with 50.00 CNY
    When a customer presses A1
    And everybody turns to the machine called "hall"
    And a customer presses B4
    And Pete scans the code and confirms
    Then Pete has paid
    When everybody turns to the machine called "platform"
    And Sandrine scans the code and confirms
    Then the drink falls
    And slot A1 holds 0 drinks
    And Sandrine has 48.00 CNY
    When everybody turns to the machine called "hall"
    Then the drink falls
    And the sale is complete
    And Pete has 96.50 CNY
    And the books balance
