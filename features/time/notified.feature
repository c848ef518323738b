Feature: The platform tells the machine, and tries again
  Each attempt is on record with what came of it; the machine acts once, however often it is told.

  Background:
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY

  Scenario: Told once
    Given a customer has pressed B4
    When Pete scans the code and confirms
    And 5 seconds pass
    Then the order took 1800 milliseconds
    And the platform has told the machine
      | notice             | attempts | fate      |
      | payment.authorised | 1        | delivered |
      | payment.captured   | 1        | delivered |

  Scenario: Told again until it answers
    Given the next 2 notices to the machine are lost
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the machine has been notified once
    And the notice is on its way
    And the notice failed: no answer
    When 1 minute passes
    Then the machine has been notified three times
    And the notice was tried again after 15 seconds
    And the notice is delivered
    And slot B4 holds 4 drinks

  Scenario: Given up, and sent again by hand
    Given no notice reaches the machine
    And a customer has pressed B4
    When Pete scans the code and confirms
    And 4 days pass
    Then the notice is given up
    And the machine has been notified 12 times
    When everybody can reach the platform again
    And the platform sends the notice again
    Then the machine has been notified 13 times
    And the notice is delivered
    And the books balance

  Scenario: Sent again by hand before its turn
    Given the next 1 notices to the machine are lost
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the notice is on its way
    When the platform sends the notice again
    Then the machine has been notified twice
    And the notice is delivered
    When 1 hour passes
    Then the machine has been notified twice
    And slot B4 holds 4 drinks
    And the books balance

  Scenario: Sent again by hand though the machine has it
    Given a customer has pressed B4
    When Pete scans the code and confirms
    Then the drink falls
    When the platform sends the notice again
    Then the machine has been notified twice
    And the notice is delivered
    And slot B4 holds 4 drinks
    And Pete has 96.50 CNY
    And the books balance
