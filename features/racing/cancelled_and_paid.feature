Feature: Cancelled and paid
  The customer pays and presses cancel; messages about both cross on their way. However they come,
  there is a drink that was paid for, or no drink and the money is with the customer.

  Background:
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY
    And a customer has pressed B4

  Scenario: Every order of a payment, a cancellation, a notice and a question
    When every order of these is tried: pay, cancel, notify, query
    Then 5040 orders were tried
    And in every order the books balance
    And in no order has anybody paid without a drink
    And in no order has a drink fallen unpaid
    And the outcomes are
      | the order | the money                     | Pete                    |
      | released  | taken                         | paid                    |
      | cancelled | back with the customer        | paid back               |
      | cancelled | nowhere but with the customer | the sale was called off |

  Scenario: The answer to the close is lost
    Given the next 1 answers to the machine are lost
    When every order of these is tried: pay, cancel
    Then in every order the books balance
    And in no order has anybody paid without a drink

  Scenario: One of these orders
    When these happen in this order
      | event  | step                           |
      | pay    | the customer says yes          |
      | cancel | the customer presses cancel    |
      | pay    | the yes reaches the platform   |
      | cancel | the close reaches the platform |
      | pay    | its answer reaches the wallet  |
      | cancel | its answer reaches the machine |
    Then Pete has paid
    And the order is cancelled
    And the money goes back
    And Pete has 100.00 CNY
