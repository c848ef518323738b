Feature: A machine that sells by WeChat Pay keeps its own time
  The platform would keep an order open for days. The machine shows its code for two minutes, asks
  when it hears nothing, and closes what nobody paid.

  Background:
    Given a machine that takes the money at once by WeChat Pay, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And a customer has pressed B4

  Scenario: Nobody pays
    When 3 minutes pass
    Then the order is expired
    And the order is over
    And the money is nowhere but with the customer
    And the books balance

  Scenario: Somebody pays too late
    When 3 minutes pass
    And Pete scans the code and confirms
    Then Pete is told that the sale was called off
    And Pete has 100.00 CNY
    And the books balance

  Scenario: The last moment is early enough
    When 119 seconds pass
    And Pete scans the code and confirms
    Then Pete has paid
    And the drink falls
    And the books balance

  Scenario: The customer presses cancel
    When the customer presses cancel
    Then the order is cancelled
    And the order is over
    When Pete scans the code and confirms
    Then Pete is told that the sale was called off
    And the books balance

  Scenario: No notice ever arrives
    Given no notice reaches the machine
    When Pete scans the code and confirms
    And 1 minute pass
    Then the drink falls
    And the sale is complete
    And Pete has 96.50 CNY
    And the books balance

  Scenario: The refund's notice never arrives either
    Given no notice reaches the machine
    And the next drink jams
    When Pete scans the code and confirms
    And 2 minutes pass
    Then the money goes back
    And Pete has 100.00 CNY
    And the books balance
