Feature: A signature that is wrong, and why
  The platform says SIGN_ERROR and no more than that. The inspector says what was done wrong.

  Background:
    Given a shop that sells by WeChat Pay
    And Pete has a wallet with 100.00 CNY

  Scenario Outline: The usual mistakes
    Given the shop <does it wrong>
    When the shop asks for 3.50 CNY
    Then the platform answers SIGN_ERROR
    And the inspector says "<cause>"
    And the books balance

    Examples:
      | does it wrong                          | cause                                                         |
      | has a clock that is 10 minutes slow    | clock skew: the timestamp is 600 s behind the platform's time |
      | has a clock that is 10 minutes fast    | clock skew: the timestamp is 600 s ahead of the platform's    |
      | takes the platform's key for its own   | wrong serial: serial_no names the platform's public key       |
      | signs with the key of another shop     | another key: merchant                                         |
      | signs a body that it wrote anew        | the body was serialised a second time                         |

  Scenario: The mistake is mended, and nothing was done in the meantime
    Given the shop signs a body that it wrote anew
    When the shop asks for 3.50 CNY under the number "tea-2026"
    Then the platform answers SIGN_ERROR
    When the shop signs as it should
    And the shop asks for 3.50 CNY under the number "tea-2026"
    Then the platform does it
    And the shop has been given one code
    When Pete scans the code and confirms
    Then the shop hears that 3.50 CNY was paid
    And the books balance
