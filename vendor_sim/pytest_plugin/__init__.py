"""Gherkin steps for scan-to-pay: machines, wallets and a payment platform in plain sentences."""
