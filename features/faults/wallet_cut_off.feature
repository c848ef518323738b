Feature: The wallet hears nothing of its own yes
  A yes is sent under one number until somebody answers. After a while the person is told that there
  is no answer; from then on the wallet only asks what became of it, and guesses nothing.

  Background:
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY

  Scenario: The yes never arrives, and is over once the code is
    Given a customer has pressed B4
    When Pete scans the code
    And the wallets lose the platform
    And Pete confirms on the phone
    Then Pete is told that the payment service cannot be reached
    And Pete's phone says: no answer yet
    When everybody can reach the platform again
    And 3 minutes pass
    Then Pete's phone says: nothing was taken
    And the order is expired
    And Pete has 100.00 CNY
    And the books balance

  Scenario Outline: The yes arrives, and nobody says so for a while
    Given the next drink <drink>
    And a customer has pressed B4
    When Pete scans the code
    And all messages from the wallet to the platform lose their answers
    And all messages from the platform to the wallet get lost
    And Pete confirms on the phone
    Then Pete is told that the payment service cannot be reached
    And Pete's phone says: no answer yet
    When everybody can reach the platform again
    And 1 minute passes
    Then Pete's phone says: <in the end>
    And Pete has <money>

    Examples:
      | drink               | in the end                   | money                               |
      | falls               | paid, enjoy                  | 96.50 CNY                           |
      | jams                | your money is back           | 100.00 CNY                          |
      | may or may not fall | somebody is looking into it  | 100.00 CNY, of which 3.50 CNY is held |

  Scenario: The first that is heard of the money is that it is back
    Given the next drink jams
    And a customer has pressed B4
    When Pete scans the code
    And the next 2 messages from the wallet to the platform lose their answers
    And all messages from the platform to the wallet get lost
    And Pete confirms on the phone
    Then Pete has paid
    And Pete's phone says: your money is back
    And Pete has 100.00 CNY
    And the books balance

  Scenario: There is no payment code without the platform
    When the wallets lose the platform
    And Pete looks at his payment code
    Then Pete is told that the payment service cannot be reached
    When everybody can reach the platform again
    And Pete looks at his payment code
    And 5 minutes pass
    Then Pete has 100.00 CNY
    And the books balance
