Feature: Messages get lost, or come twice
  The services speak over a network. Whatever it does to their messages, a drink is paid for once,
  and falls once.

  Scenario Outline: The machine is told twice that it was paid
    Given a machine that <takes the money>, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And every notice to the machine arrives twice
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the drink falls
    And the sale is complete
    And slot B4 holds 4 drinks
    And Pete has 96.50 CNY
    And the books balance

    Examples:
      | takes the money                       |
      | holds the money until the drink falls |
      | takes the money at once by WeChat Pay |

  Scenario Outline: The wallet does not hear the answer to its yes, and asks again
    Given a machine that <takes the money>, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And a customer has pressed B4
    And the next 2 answers to the wallets are lost
    When Pete scans the code and confirms
    Then Pete has paid
    And the drink falls
    And the sale is complete
    And Pete has 96.50 CNY
    And the books balance

    Examples:
      | takes the money                       |
      | holds the money until the drink falls |
      | takes the money at once by WeChat Pay |

  Scenario Outline: The machine does not hear the answer to its question for a code
    Given a machine that <takes the money>, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And the next 1 answers to the machine are lost
    When a customer presses B4
    Then the machine shows a code for 3.50 CNY
    When Pete scans the code and confirms
    Then the drink falls
    And the sale is complete
    And Pete has 96.50 CNY
    And the books balance

    Examples:
      | takes the money                       |
      | holds the money until the drink falls |
      | takes the money at once by WeChat Pay |

  Scenario Outline: The platform is away for a moment when the customer presses
    Given a machine that <takes the money>, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And the machine fails to reach the platform 2 times
    When a customer presses B4
    Then the machine shows a code for 3.50 CNY
    When Pete scans the code and confirms
    Then the drink falls
    And the sale is complete
    And the books balance

    Examples:
      | takes the money                       |
      | holds the money until the drink falls |
      | takes the money at once by WeChat Pay |

  Scenario: The machine's word that it has heard is lost, and it is told again
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And a customer has pressed B4
    And the next 2 messages from the platform to the machine lose their answers
    When Pete scans the code and confirms
    Then the drink falls
    And the sale is complete
    And slot B4 holds 4 drinks
    And Pete has 96.50 CNY
    And the books balance
