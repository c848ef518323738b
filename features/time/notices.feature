Feature: Notices are repeated, and the machine asks by itself
  A notice that got lost is sent again; a machine that hears nothing looks for itself.

  Background:
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY

  Scenario: The first notice is lost
    Given a customer has pressed B4
    And the next 1 notices to the machine are lost
    When Pete scans the code and confirms
    And 6 seconds pass
    Then the drink falls
    And the sale is complete
    And slot B4 holds 4 drinks
    And the books balance

  Scenario: No notice ever arrives
    Given no notice reaches the machine
    And a customer has pressed B4
    When Pete scans the code and confirms
    And 1 minute pass
    Then the drink falls
    And the sale is complete
    And Pete has 96.50 CNY
    And the books balance

  Scenario: A customer who waits while the platform is away is not left waiting
    Given the machine and the platform have lost each other
    When a customer presses B4
    And 30 seconds pass
    Then the order is refused
    When a customer presses B4
    Then the machine says that it is out of service
    When everybody can reach the platform again
    And 2 minutes pass
    And a customer presses B4
    Then the machine shows a code for 3.50 CNY
    When Pete scans the code and confirms
    Then the drink falls
    And the books balance

  Scenario: The wallet cannot reach the payment service
    Given a customer has pressed B4
    When the wallets lose the platform
    And Pete scans the code and confirms
    Then Pete is told that the payment service cannot be reached
    When everybody can reach the platform again
    Then Pete has 100.00 CNY
    And the books balance

  Scenario: The money is held while the machine is cut off, and let go when nobody takes it
    Given a customer has pressed B4
    When the machine and the platform lose each other
    And Pete scans the code and confirms
    Then Pete has 100.00 CNY, of which 3.50 CNY is held
    When 20 minutes pass
    Then Pete has 100.00 CNY
    When everybody can reach the platform again
    Then the order is over
    And slot B4 holds 5 drinks
    And the books balance
