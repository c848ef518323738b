Feature: Things that happen at the same moment
  Nobody can say which of two messages comes first. So every order of them is tried.

  Scenario Outline: The customer pays in the second in which the code expires
    Given a machine that <takes the money>, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And a customer has pressed B4
    And the customer pays and the code expires at the same moment
    When every order of it is tried
    Then 20 orders were tried
    And in every order the books balance
    And in no order has anybody paid without a drink
    And the outcomes are
      | the order | the money                     | Pete                 | orders |
      | released  | taken                         | paid                 | 4      |
      | expired   | nowhere but with the customer | the code has expired | 16     |

    Examples:
      | takes the money                       |
      | holds the money until the drink falls |
      | takes the money at once               |

  Scenario: Two customers pay for one drink
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And Sandrine has a wallet with 100.00 CNY
    And a customer has pressed B4
    And two customers pay at the same moment
    When every order of it is tried
    Then there are 2 outcomes
    And the outcomes are
      | the order | Pete                      | Sandrine                  |
      | released  | paid                      | somebody has paid already |
      | released  | somebody has paid already | paid                      |

  Scenario: A refund from the desk while the motor turns
    Given a machine that takes the money at once, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the machine learns that it was paid
    Given the refund and the drop happen at the same moment
    When every order of it is tried
    Then there is 1 outcome
    And the outcomes are
      | the order | the drink | the money              |
      | released  | falls     | back with the customer |

  Scenario: The desk decides while the hold ends
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And the next drink may or may not fall
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the order is unsure
    Given the desk decides and the hold ends at the same moment
    When every order of it is tried
    Then in every order the books balance
    And the outcomes are
      | the order | the money              | orders |
      | unsure    | taken                  | 4      |
      | unsure    | back with the customer | 56     |

  Scenario: A payment code is presented as the customer presses cancel
    Given a machine that takes the money at once by WeChat Pay, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And a customer has pressed B4
    And the customer presents a payment code and cancels at the same moment
    When every order of it is tried
    Then in every order the books balance
    And in no order has anybody paid without a drink
    And in no order has a drink fallen unpaid
    And there are 3 outcomes
