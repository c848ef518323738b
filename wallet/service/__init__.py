"""The verbs of the wallet. Each is one transaction through the door; none calls out."""

from wallet.service.arrivals import Arrivals
from wallet.service.kit import topic
from wallet.store import TABLES


class WalletService(Arrivals):
    """Everything a wallet does: wallets, scans, and what arrives from the platform."""


__all__ = ["TABLES", "WalletService", "topic"]
