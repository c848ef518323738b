Feature: A clock that is steered
  One clock is behind everything. It stands still, it moves in steps, and in a world that is served
  it runs as fast as one likes; a simulated world's clock moves in steps only, so that the scenarios
  that let it run are skipped there.

  Background:
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY

  Scenario: A frozen clock moves when it is told to
    Given the clock is frozen
    And a customer has pressed B4
    When 1 minute passes
    Then the machine still waits for 3.50 CNY
    When 1 minute passes
    Then the order is expired

  Scenario: A clock that goes on
    Given the clock is frozen
    And a customer has pressed B4
    When the clock goes on
    And Pete scans the code and confirms
    Then the drink falls

  Scenario: A fast clock ends a code while one watches
    Given a customer has pressed B4
    When the clock runs 600 times as fast
    Then the order is expired
