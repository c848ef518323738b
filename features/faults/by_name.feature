Feature: Any fault, on any way, in one line
  Each fault has a name, and each has an outcome that it must have: the money and the drink agree.

  Background:
    Given a machine that holds the money until the drink falls, with
      | slot | drink | price    | stock |
      | B4   | Cola  | 3.50 CNY | 5     |
    And Pete has a wallet with 100.00 CNY

  Scenario Outline: The machine asks, and something is wrong with the wire
    Given the next 2 messages from the machine to the platform <fault>
    When a customer presses B4
    Then the machine shows a code for 3.50 CNY
    When Pete scans the code and confirms
    Then the drink falls
    And the sale is complete
    And these faults have happened
      | fault  | times |
      | <name> | 2     |
    And Pete has 96.50 CNY
    And the books balance

    Examples:
      | fault                 | name         |
      | get lost              | request_lost |
      | lose their answers    | answer_lost  |
      | arrive twice          | duplicated   |
      | are refused           | refused      |
      | meet a server error   | server_error |
      | get an empty answer   | empty        |
      | are cut short         | truncated    |
      | are answered slowly   | slow         |
      | come late             | delayed      |

  Scenario Outline: The platform tells, and the machine does not believe it at once
    Given a customer has pressed B4
    And the next 1 messages from the platform to the machine <fault>
    When Pete scans the code and confirms
    Then the drink falls
    And the sale is complete
    And Pete has 96.50 CNY
    And the books balance

    Examples:
      | fault                   |
      | carry a wrong signature |
      | carry an old timestamp  |
      | carry a wrong amount    |
      | are corrupted           |
      | are malformed           |
      | are never answered      |

  Scenario: One kind of request only
    Given the next 1 messages "POST /v1/intents/*/capture" from the machine to the platform lose their answers
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the drink falls
    And the sale is complete
    And these faults have happened
      | fault       | times |
      | answer_lost | 1     |
    And the books balance

  Scenario: The wallet is cut off for good, and then not any more
    Given a customer has pressed B4
    When all messages from the wallet to the platform are refused
    And Pete scans the code and confirms
    Then Pete is told that the payment service cannot be reached
    When everybody can reach the platform again
    And Pete scans the code and confirms
    Then the drink falls
    And every invariant holds

  Scenario: A rough day
    Given 30 % of the messages from the machine to the platform lose their answers
    And 30 % of the messages from the platform to the machine get lost
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the drink falls
    And the sale is complete
    And Pete has 96.50 CNY
    And the books balance

  Scenario: Rules as a table
    Given these faults
      | fault       | from    | to      | match            | times | after |
      | answer_lost | machine | ledger  | POST /v1/intents | 2     |       |
      | duplicated  | ledger  | machine |                  | 1     |       |
      | jam         |         |         |                  | 1     | 1     |
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the drink falls
    Given a customer has pressed B4
    When Pete scans the code and confirms
    Then no drink falls
    And the money goes back
    And these faults have happened
      | fault       | times |
      | answer_lost | 2     |
      | duplicated  | 1     |
      | jam         | 1     |

  Scenario: A whole plan, as its file has it
    Given this fault plan
      """
      seed = 7
      [[rules]]
      fault = "answer_lost"
      from = "machine"
      to = "ledger"
      match = "POST /v1/intents"
      times = 1
      """
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the drink falls
    And the sale is complete
    And these faults have happened
      | fault       | times |
      | answer_lost | 1     |
    When this fault plan
      """
      {"script": ["jam|machine-1/B4#0"]}
      """
    And a customer presses B4
    And Pete scans the code and confirms
    Then no drink falls
    And the money goes back
    And the books balance

  Scenario Outline: The motor, and what its sensor sees
    Given the next 1 turns of slot B4 <turn>
    And a customer has pressed B4
    When Pete scans the code and confirms
    Then the order is <state>
    And these faults have happened
      | fault  | times |
      | <name> | 1     |

    Examples:
      | turn               | name          | state        |
      | jam                | jam           | not released |
      | move an empty coil | empty_coil    | not released |
      | go unseen          | sensor_silent | unsure       |
      | find the door open | door_open     | not released |
