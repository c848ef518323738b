"""Floor 2: the books. Double entry, append only, no HTTP; lives in its caller's transaction.

The audit is ``vendor_sim.ledger.audit.audit``.
"""

from vendor_sim.ledger.domain import (
    Account,
    Balance,
    Entry,
    Kind,
    Side,
    Transfer,
    TransferCode,
)
from vendor_sim.ledger.service import TABLES, Ledger

__all__ = [
    "TABLES",
    "Account",
    "Balance",
    "Entry",
    "Kind",
    "Ledger",
    "Side",
    "Transfer",
    "TransferCode",
]
