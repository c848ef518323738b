Feature: Notices get lost, come twice, late and in disorder
  The platform sends a notice until it is answered: once, and fifteen times again, for a day and
  four minutes. A shop believes each thing once, and asks when it hears nothing.

  Background:
    Given a shop that sells by WeChat Pay
    And Pete has a wallet with 100.00 CNY
    And the shop has asked for 3.50 CNY

  Scenario: The notice and its first fourteen retries are lost; the fifteenth arrives
    Given the next 15 notices to the shop are lost
    When Pete scans the code and confirms
    And 1443 minutes pass
    Then the shop has heard nothing
    When 1 minute pass
    Then the shop hears that 3.50 CNY was paid
    And the notice came 1444 minutes after the payment
    And the notice has come once
    And the books balance

  Scenario: All of them are lost, and the shop asks
    Given the next 16 notices to the shop are lost
    When Pete scans the code and confirms
    And 2 days pass
    Then the shop has heard nothing
    And a query answers SUCCESS
    And Pete has 96.50 CNY
    And the books balance

  Scenario: The platform sends none at all, and the shop asks
    Given the platform sends every notice nowhere
    When Pete scans the code and confirms
    And 2 days pass
    Then the shop has heard nothing
    And a query answers SUCCESS
    And the books balance

  Scenario: A notice that comes twice is one payment
    Given the platform sends every notice twice
    When Pete scans the code and confirms
    Then the notice has come twice
    And the shop hears that 3.50 CNY was paid
    And the books balance

  Scenario: A notice that comes late
    Given the platform sends the next 1 notices half a minute late
    When Pete scans the code and confirms
    And 29 seconds pass
    Then the shop has heard nothing
    And a query answers SUCCESS
    When 1 second pass
    Then the shop hears that 3.50 CNY was paid
    And the notice came 30 seconds after the payment
    And the books balance

  Scenario: The refund is heard of before the payment
    Given the platform sends the next 1 notices out of order
    When Pete scans the code and confirms
    And the shop gives back 3.50 CNY
    And 5 seconds pass
    Then the shop heard of the refund before it heard of the payment
    And a query answers REFUND
    And Pete has 100.00 CNY
    And the books balance

  Scenario: Spaced JSON is as genuine as any other
    Given the platform sends every notice as spaced JSON
    When Pete scans the code and confirms
    Then the shop hears that 3.50 CNY was paid
    And the shop has refused no notice
    And the books balance

  Scenario: Spaced JSON finds out the shop that verifies what it wrote anew
    Given the shop verifies what it wrote anew, not what it got
    And the platform sends every notice as spaced JSON
    When Pete scans the code and confirms
    Then the shop refused the notice: the signature does not fit these bytes
    And the shop has heard nothing
    When the shop mends its ways and verifies what it got
    And 15 seconds pass
    Then the shop hears that 3.50 CNY was paid
    And the books balance

  Scenario: Compact JSON hides that mistake
    Given the shop verifies what it wrote anew, not what it got
    When Pete scans the code and confirms
    Then the shop hears that 3.50 CNY was paid
    And the books balance
