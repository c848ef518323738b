Feature: Buying a drink by scanning a code
  A customer presses a slot, scans the code on the machine's screen with a wallet, and confirms.
  The machine lets the drink go as soon as it knows that the money is there.

  Scenario Outline: Press, scan, confirm, drink
    Given a machine that <takes the money>, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    When a customer presses B4
    Then the machine shows a code for 3.50 CNY
    When Pete scans the code and confirms
    Then Pete has paid
    And the drink falls
    And the sale is complete
    And Pete has 96.50 CNY
    And slot B4 holds 4 drinks
    And the books balance

    Examples:
      | takes the money                       |
      | holds the money until the drink falls |
      | takes the money at once               |
      | takes the money at once by WeChat Pay |

  Scenario: One customer after the other
    Given a machine that holds the money until the drink falls, with
      | slot | drink  | price    | stock |
      | A1   | Oolong | 4.50 CNY | 2     |
      | B4   | Cola   | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And Sandrine has a wallet with 50.00 CNY
    When a customer presses B4
    And Pete scans the code and confirms
    Then the drink falls
    When a customer presses A1
    And Sandrine scans the code and confirms
    Then the drink falls
    And the sale is complete
    And Pete has 96.50 CNY
    And Sandrine has 45.50 CNY
    And the books balance

  Scenario: Exactly enough money is enough
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 3.50 CNY
    When a customer presses B4
    And Pete scans the code and confirms
    Then the drink falls
    And the sale is complete
    And Pete has 0.00 CNY
    And the books balance
