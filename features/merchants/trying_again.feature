Feature: The platform is busy, and the shop tries again
  Too many requests, an error over there, "come again", or no answer at all: the shop sends the same
  under the same number, and it happens once.

  Background:
    Given a shop that sells by WeChat Pay
    And Pete has a wallet with 100.00 CNY

  Scenario Outline: Asking for money
    Given the platform answers the next 2 requests with <trouble>
    When the shop asks for 3.50 CNY
    Then the platform answers <trouble>
    When the shop asks for the same again
    Then the platform answers <trouble>
    When the shop asks for the same again
    Then the platform does it
    And the shop has been given one code
    When Pete scans the code and confirms
    Then the shop hears that 3.50 CNY was paid
    And Pete has 96.50 CNY
    And the books balance

    Examples:
      | trouble           |
      | FREQUENCY_LIMITED |
      | SYSTEM_ERROR      |
      | 202               |

  Scenario Outline: Giving money back
    Given the shop has asked for 3.50 CNY
    When Pete scans the code and confirms
    Given the platform answers the next 1 requests with <trouble>
    When the shop gives back 1.00 CNY
    Then the platform answers <trouble>
    When the shop sends the same refund again
    And 2 seconds pass
    Then the shop hears that 1.00 CNY went back
    And Pete has 97.50 CNY
    And the books balance

    Examples:
      | trouble           |
      | FREQUENCY_LIMITED |
      | SYSTEM_ERROR      |
      | 202               |

  Scenario: No answer to the question for a code
    Given the next 1 answers to the shop are lost
    When the shop asks for 3.50 CNY
    Then the platform answers nothing
    When the shop asks for the same again
    And Pete scans the code and confirms
    Then the shop hears that 3.50 CNY was paid
    And Pete has 96.50 CNY
    And the books balance

  Scenario: No answer to a refund
    Given the shop has asked for 3.50 CNY
    When Pete scans the code and confirms
    Given the next 1 answers to the shop are lost
    When the shop gives back 1.00 CNY
    Then the platform answers nothing
    When the shop sends the same refund again
    And 2 seconds pass
    Then the shop has heard that 1.00 CNY went back in all
    And Pete has 97.50 CNY
    And the books balance
