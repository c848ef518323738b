Feature: Money is counted as each currency counts it
  The yen has no smaller part; the dinar of Kuwait has a thousand fils. Nothing is rounded.

  Scenario Outline: The same purchase in <currency>
    Given a machine that <takes the money>, with
      | slot | drink | price   | stock |
      | B4   | Tea   | <price> | 5     |
    And Akiko has a wallet with <before>
    When a customer presses B4
    Then the machine shows a code for <price>
    When Akiko scans the code and confirms
    Then the drink falls
    And the sale is complete
    And Akiko has <after>
    And the books balance

    Examples:
      | currency | takes the money                       | price     | before     | after      |
      | JPY      | holds the money until the drink falls | 160 JPY   | 10000 JPY  | 9840 JPY   |
      | JPY      | takes the money at once               | 160 JPY   | 10000 JPY  | 9840 JPY   |
      | KWD      | holds the money until the drink falls | 0.375 KWD | 10.000 KWD | 9.625 KWD  |
      | KWD      | takes the money at once               | 0.375 KWD | 10.000 KWD | 9.625 KWD  |

  Scenario Outline: A drink that jams in <currency>
    Given a machine that <takes the money>, with
      | slot | drink | price   | stock |
      | B4   | Tea   | <price> | 5     |
    And Akiko has a wallet with <before>
    And the next drink jams
    And a customer has pressed B4
    When Akiko scans the code and confirms
    Then the money goes back
    And Akiko has <before>
    And the books balance

    Examples:
      | currency | takes the money                       | price     | before     |
      | JPY      | takes the money at once               | 160 JPY   | 10000 JPY  |
      | KWD      | holds the money until the drink falls | 0.375 KWD | 10.000 KWD |
