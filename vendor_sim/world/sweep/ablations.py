"""What is missing for long: two ways to the same end hide each other's bugs."""

from __future__ import annotations

from typing import Any

from vendor_sim.kernel.limits import HOUR_MS, SETTLE_MAX_MS

ABLATIONS: dict[str, tuple[dict[str, Any], ...]] = {
    "polling": (
        {"fault": "request_lost", "from": "machine", "to": "ledger", "match": "GET *"},
        {"fault": "request_lost", "from": "wallet", "match": "GET /v1/authorisations/*"},
    ),
    "notices": (
        {"fault": "request_lost", "from": "ledger", "to": "machine"},
        {"fault": "request_lost", "from": "ledger", "to": "wallet"},
    ),
}
"""Rules of a fault plan by what they take away."""
WITHOUT_FOR_MS = {"polling": 4 * HOUR_MS, "notices": SETTLE_MAX_MS}
"""How long it is missed, while other things go wrong and after. Who never hears an answer asks on
for ever, and hours of that tell as much as days; who is told nothing looks in its own time."""
