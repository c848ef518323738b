"""The verbs of the wallet. Each is one transaction through the door; none calls out."""

from wallet.service.kit import topic
from wallet.service.notices import Notices
from wallet.store import TABLES


class WalletService(Notices):
    """All a wallet does: wallets, scans, payment codes, and what arrives from the platform."""


__all__ = ["TABLES", "WalletService", "topic"]
