Feature: The platform's keys, and those who pretend to have them
  A shop believes what is signed with a key that it knows. Keys are replaced while it sells, and now
  and then the platform sends a wrong signature to see whether anybody looks.

  Scenario: A probe with a wrong signature is refused, and the notice itself accepted
    Given a shop that sells by WeChat Pay
    And Pete has a wallet with 100.00 CNY
    And the platform sends every notice after a probe with a wrong signature
    When the shop asks for 3.50 CNY
    And Pete scans the code and confirms
    Then the shop refused the notice: the signature does not fit these bytes
    And the shop has heard nothing
    When 15 seconds pass
    Then the shop hears that 3.50 CNY was paid
    And the shop has refused one notice
    And the books balance

  Scenario: The platform's certificate is replaced, and the shop fetches the new one
    Given a shop that verifies with the platform's certificate
    And Pete has a wallet with 100.00 CNY
    And the shop has asked for 3.50 CNY
    Then the shop knows one of the platform's keys
    When the platform begins to sign with its next certificate
    And Pete scans the code and confirms
    Then the shop has refused one notice
    And the shop has heard nothing
    When the shop fetches the platform's certificates
    Then the shop knows two of the platform's keys
    When 15 seconds pass
    Then the shop hears that 3.50 CNY was paid
    And a query says the same
    And the books balance

  Scenario: An answer with an unknown certificate makes the shop fetch it by itself
    Given a shop that verifies with the platform's certificate
    And Pete has a wallet with 100.00 CNY
    When the platform begins to sign with its next certificate
    And the shop asks for 3.50 CNY
    Then the shop knows two of the platform's keys
    When Pete scans the code and confirms
    Then the shop hears that 3.50 CNY was paid
    And the shop has refused no notice
    And the books balance

  Scenario: While the platform switches to its public key, notices come with either
    Given a shop that verifies with either key
    And Pete has a wallet with 100.00 CNY
    When the shop asks for 3.50 CNY
    And Pete scans the code and confirms
    Then the shop hears that 3.50 CNY was paid
    When the shop asks for 4.50 CNY
    And Pete scans the code and confirms
    Then the shop hears that 4.50 CNY was paid
    And two of the platform's keys signed what the shop has heard
    And Pete has 92.00 CNY
    And the books balance

  Scenario: A shop that was not ready for the public key
    Given a shop that verifies with the platform's certificate
    And Pete has a wallet with 100.00 CNY
    And the shop has asked for 3.50 CNY
    When the platform begins to sign with its public key
    And Pete scans the code and confirms
    Then the shop has refused one notice
    When the shop fetches the platform's certificates
    Then the platform answers RESOURCE_NOT_EXISTS
    And the shop has heard nothing
    When the shop takes in the platform's public key
    And 15 seconds pass
    Then the shop hears that 3.50 CNY was paid
    And a query says the same
    And the books balance

  Scenario: Once it has switched, the public key signs everything
    Given a shop that verifies with either key
    And Pete has a wallet with 100.00 CNY
    And the platform signs with its public key
    When the shop asks for 3.50 CNY
    And Pete scans the code and confirms
    Then the shop hears that 3.50 CNY was paid
    When the shop asks for 4.50 CNY
    And Pete scans the code and confirms
    Then the shop hears that 4.50 CNY was paid
    And one of the platform's keys signed what the shop has heard
    When the shop fetches the platform's certificates
    Then the platform answers RESOURCE_NOT_EXISTS
    And the books balance
