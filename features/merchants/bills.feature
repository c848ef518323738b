Feature: The bills of yesterday add up
  At ten in the morning the platform has made two bills of the day before: what was sold and given
  back, and every movement of the shop's money. A shop's bookkeeper adds both up.

  Background:
    Given a shop that sells by WeChat Pay
    And Pete has a wallet with 100.00 CNY

  Scenario: Two sales, a refund, and the fees
    Given the shop has asked for 20.00 CNY
    When Pete scans the code and confirms
    And the shop asks for 30.00 CNY
    And Pete scans the code and confirms
    And the shop gives back 10.00 CNY
    And 15 hours pass
    And the shop fetches yesterday's trade bill
    Then the bill says
      | orders and refunds | 3         |
      | paid               | 50.00 CNY |
      | given back         | 10.00 CNY |
      | fees               | 0.24 CNY  |
    And its rows add up to that
    When the shop fetches yesterday's fund-flow bill
    Then the bill says
      | postings | 6         |
      | in       | 50.06 CNY |
      | out      | 10.30 CNY |
    And its rows add up to that
    And its last balance is 39.76 CNY
    And the books balance

  Scenario: Before ten it is not made
    Given the shop has asked for 20.00 CNY
    When Pete scans the code and confirms
    And 14 hours pass
    And the shop fetches yesterday's trade bill
    Then the platform answers STATEMENT_CREATING
    When 1 hour pass
    And the shop fetches yesterday's trade bill
    Then the bill says
      | orders and refunds | 1         |
      | paid               | 20.00 CNY |
      | fees               | 0.12 CNY  |
    And the books balance

  Scenario: A day on which nothing was sold has no bill
    When 15 hours pass
    And the shop fetches yesterday's trade bill
    Then the platform answers NO_STATEMENT_EXIST
    When the shop fetches yesterday's fund-flow bill
    Then the platform answers NO_STATEMENT_EXIST

  Scenario: What nobody paid is in no bill
    Given the shop has asked for 20.00 CNY
    When the shop asks for 30.00 CNY
    And Pete scans the code and confirms
    And 15 hours pass
    And the shop fetches yesterday's trade bill
    Then the bill says
      | orders and refunds | 1         |
      | paid               | 30.00 CNY |
    And its rows add up to that
