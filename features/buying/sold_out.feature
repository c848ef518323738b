Feature: What a machine cannot sell
  No code is ever shown for something that the machine cannot give.

  Background:
    Given a machine that holds the money until the drink falls, with
      | slot | drink       | price    | stock |
      | B4   | Cola        | 3.50 CNY | 1     |
      | C4   | Still water | 2.00 CNY | 0     |
    And Pete has a wallet with 100.00 CNY

  Scenario: A slot that is empty from the start
    When a customer presses C4
    Then the machine says that that slot is sold out

  Scenario: A slot that the operator emptied
    Given slot B4 is sold out
    When a customer presses B4
    Then the machine says that that slot is sold out
    And slot B4 holds 0 drinks

  Scenario: The last one was just sold
    When a customer presses B4
    And Pete scans the code and confirms
    Then the drink falls
    And the sale is complete
    When a customer presses B4
    Then the machine says that that slot is sold out
    When the operator loads slot B4 with 3 drinks
    And a customer presses B4
    Then the machine shows a code for 3.50 CNY

  Scenario: A slot that is not there
    When a customer presses Z9
    Then the machine says that there is no such slot

  Scenario: Somebody else is being served
    Given a customer has pressed B4
    When a customer presses B4
    Then the machine says that another customer is being served
    When Pete scans the code and confirms
    Then the drink falls

  Scenario: The price that was shown is the price that is paid
    Given a customer has pressed B4
    When the operator sets the price in slot B4 to 9.00 CNY
    And Pete scans the code and confirms
    Then the drink falls
    And the sale is complete
    And Pete has 96.50 CNY
    And the books balance
