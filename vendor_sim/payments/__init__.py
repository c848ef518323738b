"""Floor 3: the payment platform. Merchants ask it to collect, wallets tell it that payers agree."""
