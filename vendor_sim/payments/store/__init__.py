"""The platform's rows and statements. Nothing outside ``service`` sees them."""

from vendor_sim.payments.store import intents, notices, parties, presented, refunds
from vendor_sim.payments.store.rows import ROWS

__all__ = ["ROWS", "intents", "notices", "parties", "presented", "refunds"]
