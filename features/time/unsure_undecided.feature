Feature: The desk does not say whether the drink fell
  After a quarter of an hour the customer has the benefit of the doubt, and the loss is written down.

  Scenario Outline: Nobody decides
    Given a machine that <takes the money>, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And the next drink may or may not fall
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the order is unsure
    When 10 minutes pass
    Then the money is <meanwhile>
    When 10 minutes pass
    Then the money goes back
    And the order is unsure
    And Pete has 100.00 CNY
    And the books balance

    Examples:
      | takes the money                       | meanwhile |
      | holds the money until the drink falls | held      |
      | takes the money at once               | taken     |
      | takes the money at once by WeChat Pay | taken     |

  Scenario: The desk decides too late
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And the next drink may or may not fall
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the order is unsure
    When 20 minutes pass
    And the desk finds that the drink fell
    Then the desk is told that that is settled already
    And Pete has 100.00 CNY
