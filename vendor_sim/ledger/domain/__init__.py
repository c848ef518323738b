"""What a transfer is, whether it may happen, and what it does. Pure."""

from vendor_sim.ledger.domain.books import (
    ENDS,
    REPLAYED,
    Account,
    Balance,
    Entry,
    Kind,
    Side,
    Standing,
    Transfer,
    TransferCode,
)
from vendor_sim.ledger.domain.posting import Leg, apply, genesis, link, movement
from vendor_sim.ledger.domain.verdict import judge

__all__ = [
    "ENDS",
    "REPLAYED",
    "Account",
    "Balance",
    "Entry",
    "Kind",
    "Leg",
    "Side",
    "Standing",
    "Transfer",
    "TransferCode",
    "apply",
    "genesis",
    "judge",
    "link",
    "movement",
]
