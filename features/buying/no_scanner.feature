Feature: A machine without a scanner
  Not every platform charges codes that customers show.

  Scenario: It shows its code and scans none
    Given a machine that takes the money at once, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And a customer has pressed B4
    When Pete holds a payment code in front of the scanner
    Then the machine says that it scans no codes now
    When Pete scans the code and confirms
    Then the drink falls
    And Pete has 96.50 CNY
    And the books balance
