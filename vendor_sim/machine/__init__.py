"""The vending machine service: it asks for a payment, shows the code, lets the goods go."""
