Feature: What the machine shows
  Whoever stands before it knows at every moment what happens next, and where the money is.

  Background:
    Given a machine that takes the money at once, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 1     |
      | C1   | Tea   | 2.00 CNY | 5     |
    And Pete has a wallet with 100.00 CNY

  Scenario: From the first look to the last
    Then the machine's screen says: choose a drink
    And the machine's front shows
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 1     |
    When a customer presses B4
    Then the machine's screen says: scan to pay
    When Pete scans the code and confirms
    Then the drink falls
    And the machine's screen says: enjoy your drink
    And the machine's front shows
      | slot | stock |
      | B4   | 0     |
      | C1   | 5     |
    And the machine's screen shows no code
    When 3 minutes pass
    Then the machine's screen says: choose a drink

  Scenario: A drink that got stuck
    Given the next drink jams
    And a customer has pressed C1
    When Pete scans the code and confirms
    Then the machine's screen says: your drink got stuck, your money is on its way back
    When 5 seconds pass
    Then the machine's screen says: your drink got stuck, your money is back

  Scenario: Somebody said no, and then nobody came
    Given a customer has pressed C1
    When Pete scans the code and says no
    Then the machine's screen says: payment declined, scan again
    When 2 minutes pass
    Then the machine's screen says: time ran out

  Scenario: A price is on the front before it is on a code
    When the operator sets the price in slot B4 to 4.00 CNY
    Then the machine's front shows
      | slot | price    |
      | B4   | 4.00 CNY |
