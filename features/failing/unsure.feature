Feature: Nobody saw whether the drink fell
  The motor turned and the sensor said nothing. The machine does not guess: a person at the desk
  decides, and until then the money stays where it is.

  Scenario Outline: The desk finds that it fell
    Given a machine that <takes the money>, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And the next drink may or may not fall
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the order is unsure
    And the money is <meanwhile>
    When the desk finds that the drink fell
    Then the sale is complete
    And Pete has 96.50 CNY
    And slot B4 holds 4 drinks
    And the books balance

    Examples:
      | takes the money                       | meanwhile |
      | holds the money until the drink falls | held      |
      | takes the money at once               | taken     |
      | takes the money at once by WeChat Pay | taken     |

  Scenario Outline: The desk finds that it did not fall
    Given a machine that <takes the money>, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And the next drink may or may not fall
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the order is unsure
    When the desk finds that no drink fell
    Then the money goes back
    And Pete has 100.00 CNY
    And slot B4 holds 5 drinks
    And the books balance

    Examples:
      | takes the money                       |
      | holds the money until the drink falls |
      | takes the money at once               |
      | takes the money at once by WeChat Pay |

  Scenario: The desk decides once
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And the next drink may or may not fall
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the order is unsure
    When the desk finds that the drink fell
    And the desk finds that no drink fell
    Then the desk is told that that is settled already
    And the sale is complete

  Scenario: An unsure drink does not keep the next customer waiting, but is not sold twice
    Given a machine that holds the money until the drink falls, with
      | slot | drink  | price    | stock |
      | B4   | Cola   | 3.50 CNY | 1     |
      | A1   | Oolong | 4.50 CNY | 1     |
    And Pete has a wallet with 100.00 CNY
    And the next drink may or may not fall
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the order is unsure
    When a customer presses B4
    Then the machine says that that slot is sold out
    When a customer presses A1
    Then the machine shows a code for 4.50 CNY
