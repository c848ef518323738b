Feature: Time is counted from the beginning
  What the steps take by themselves is not counted twice.

  Background:
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And the story begins

  Scenario: A code that dies two minutes after it was shown
    When 30 seconds have passed since the story began
    And a customer presses B4
    And 60 seconds have passed since the story began
    And 149 seconds have passed since the story began
    Then the machine still waits for 3.50 CNY
    When 150 seconds have passed since the story began
    Then the order is expired

  Scenario: More has passed already
    When a customer presses B4
    And Pete scans the code and confirms
    Then the drink falls
    When 1 second has passed since the story began
    Then the sale is complete
    And the order took 1800 milliseconds
