"""What is missing for good: two ways to the same end hide each other's bugs."""

from __future__ import annotations

from typing import Any

from vendor_sim.kernel.limits import HOUR_MS

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
RESTS_WITHIN_MS: dict[str | None, int] = {"polling": 4 * HOUR_MS}
"""Who never hears an answer asks again for days: hours tell as much, in a fraction of the time."""
