Feature: The same stories in three languages
  English, Chinese and French tell them word for word alike; the journals of their worlds are the
  same bytes.

  Background:
    Given Pete has a wallet with 100.00 CNY
    And Sandrine has a wallet with 5.00 CNY

  Scenario Outline: Buying
    Given a machine that <takes the money>, with
      | slot   | drink   | price   | stock |
      | <slot> | <drink> | <price> | 2     |
    And a customer has pressed <slot>
    Then the machine shows a code for <price>
    When Pete and Sandrine both scan the code and confirm
    Then one of Pete and Sandrine has paid
    But the other is told that somebody has paid already
    And the drink falls
    And the sale is complete
    And slot <slot> holds 1 drinks
    And the books balance

    Examples:
      | takes the money                       | slot | drink | price    |
      | holds the money until the drink falls | B4   | Cola  | 3.50 CNY |
      | takes the money at once by WeChat Pay | C1   | Tea   | 4.00 CNY |

  Scenario: Failing
    Given a machine that takes the money at once, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And the next drink jams
    And the next 2 notices to the machine are lost
    And the machine fails to reach the platform 1 times
    When a customer presses B4
    And Pete scans the code and confirms with the PIN "000000"
    Then Pete is told that the PIN is wrong
    When Pete scans the code and confirms
    Then Pete has paid
    And no drink falls
    And the money goes back
    And Pete has 100.00 CNY
    And the books balance

  Scenario: Money
    Given a machine that takes the money at once by WeChat Pay, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the drink falls
    When the merchant gives back 1.00 CNY
    And 1 minute passes
    Then Pete has 97.50 CNY
    When the merchant gives back 2.51 CNY
    Then the merchant is told that that is more than was paid
    And the machine and the platform have said
      | the machine  | native              |
      | the platform | TRANSACTION.SUCCESS |
      | the platform | REFUND.SUCCESS      |
    And the books balance

  Scenario: A shop
    Given a shop that verifies with either key
    And the platform sends the next 2 notices half a minute late
    And the shop has asked for 20.00 CNY
    When Pete scans the code and confirms
    And 1 minute passes
    Then the notice came 30 seconds after the payment
    And a query says the same
    And the shop has been given one code
    When the shop gives back 30.00 CNY
    Then the platform answers INVALID_REQUEST
    When the shop gives back 10.00 CNY
    And 1 hour passes
    Then the shop hears that 10.00 CNY went back
    When 14 hours pass
    And the shop fetches yesterday's trade bill
    Then the bill says
      | orders and refunds | 2         |
      | paid               | 20.00 CNY |
      | given back         | 10.00 CNY |
    And the books balance

  Scenario: What people see, on a bad day
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And this fault plan
      """
      seed = 7
      [[rules]]
      fault = "answer_lost"
      from = "machine"
      to = "ledger"
      times = 1
      """
    And these faults
      | fault        | from   | to      | times |
      | request_lost | ledger | machine | 1     |
    And the platform finds its database locked once
    And a customer has pressed B4
    Then the machine's screen says: scan to pay
    When Pete scans the code
    Then Pete's phone asks for 3.50 CNY
    When Pete confirms on the phone
    Then Pete's phone says: held, not yet taken
    When the machine loses power for 10 seconds
    And 1 minute passes
    Then the machine has power
    And the order is over
    And the platform has told the machine
      | notice             | attempts | fate      |
      | payment.authorised | 3        | delivered |
      | payment.captured   | 1        | delivered |
    And the statement of Pete says
      | what    | amount     | balance    |
      | top-up  | 100.00 CNY | 100.00 CNY |
      | payment | -3.50 CNY  | 96.50 CNY  |
    And no loss is written down
    And every invariant holds
