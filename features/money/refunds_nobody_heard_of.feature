Feature: Money given back by hand, of which no notice comes
  The machine asks the platform for what it has to give back. If that is too much, it looks at what
  went back already, and asks for the rest.

  Scenario Outline: The desk gives back <part> before the drink jams
    Given a machine that takes the money at once, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And no notice reaches the machine
    And the next drink jams
    And a customer has pressed B4
    When Pete scans the code and confirms
    And the merchant gives back <part>
    And 2 minutes pass
    Then the order is not released
    And the money is back with the customer
    And Pete has 100.00 CNY
    And the books balance

    Examples:
      | part     |
      | 1.00 CNY |
      | 3.50 CNY |
