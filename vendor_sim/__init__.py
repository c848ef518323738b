"""A vending-machine QR payment simulator: machine, ledger service and mock wallet in one world."""

__version__ = "0.1.0"
