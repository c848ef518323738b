Feature: Two wallets, one code
  A code is paid once. Whoever comes second is told so and keeps the money.

  Scenario Outline: Both people in front of the machine pay
    Given a machine that <takes the money>, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And Sandrine has a wallet with 100.00 CNY
    And a customer has pressed B4
    When Pete and Sandrine both scan the code and confirm
    Then one of Pete and Sandrine has paid
    And the other is told that somebody has paid already
    And the drink falls
    And the sale is complete
    And slot B4 holds 4 drinks
    And the books balance

    Examples:
      | takes the money                       |
      | holds the money until the drink falls |
      | takes the money at once               |

  Scenario: The same person scans twice
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    When a customer presses B4
    And Pete scans the code and confirms
    And Pete scans the code and confirms
    Then Pete is told that somebody has paid already
    And the drink falls
    And the sale is complete
    And Pete has 96.50 CNY
    And the books balance
