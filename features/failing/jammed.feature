Feature: The drink does not fall
  Whoever gets no drink gets the money back, without asking, however it was taken.

  Scenario Outline: No drink, no money
    Given a machine that <takes the money>, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And the next drink <fails>
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then Pete has paid
    And no drink falls
    And the money goes back
    And Pete has 100.00 CNY
    And slot B4 holds 5 drinks
    And the books balance

    Examples:
      | takes the money                       | fails      |
      | holds the money until the drink falls | jams       |
      | holds the money until the drink falls | is missing |
      | takes the money at once               | jams       |
      | takes the money at once               | is missing |
      | takes the money at once by WeChat Pay | jams       |
      | takes the money at once by WeChat Pay | is missing |

  Scenario: The customer tries again and has more luck
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And the next drink jams
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the money goes back
    When a customer presses B4
    And Pete scans the code and confirms
    Then the drink falls
    And the sale is complete
    And Pete has 96.50 CNY
    And the books balance
