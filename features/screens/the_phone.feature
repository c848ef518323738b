Feature: What the phone shows
  The wallet tells its owner what happened to the money, in the order in which it is known.

  Background:
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY

  Scenario: Asked, held, paid
    Then Pete's phone says: nothing has been paid yet
    Given a customer has pressed B4
    When Pete scans the code
    Then Pete's phone asks for 3.50 CNY
    And Pete has 100.00 CNY
    When Pete confirms on the phone
    Then Pete's phone says: held, not yet taken
    When 5 seconds pass
    Then the drink falls
    And Pete's phone says: paid, enjoy

  Scenario: Asked, and declined
    Given a customer has pressed B4
    When Pete scans the code
    And Pete says no on the phone
    Then Pete's phone says: you said no
    And Pete has 100.00 CNY

  Scenario: Asked in time, and confirmed too late
    Given a customer has pressed B4
    When Pete scans the code
    Then Pete's phone says: pay this
    When 2 minutes pass
    Then Pete's phone says: nothing was taken
    When Pete confirms on the phone
    Then there is nothing to confirm
    And Pete has 100.00 CNY

  Scenario: Nobody saw whether it fell
    Given the next drink may or may not fall
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the order is unsure
    And Pete's phone says: somebody is looking into it
    When the desk finds that no drink fell
    Then the money goes back
    And Pete's phone says: your money is back

  Scenario: The wrong PIN, too often
    Given a customer has pressed B4
    When Pete scans the code and gets the PIN wrong 5 times
    And Pete scans the code and confirms
    Then Pete is told that the PIN is locked for a while
    And Pete's phone says: pay this
    And Pete has 100.00 CNY
