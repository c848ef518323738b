"""What is missing for good: two ways to the same end hide each other's bugs."""

from __future__ import annotations

from typing import Any

ABLATIONS: dict[str, tuple[dict[str, Any], ...]] = {
    "polling": (
        {"fault": "request_lost", "from": "machine", "to": "ledger", "match": "GET *"},
        {"fault": "request_lost", "from": "wallet", "to": "ledger", "match": "GET *"},
    ),
    "notices": (
        {"fault": "request_lost", "from": "ledger", "to": "machine"},
        {"fault": "request_lost", "from": "ledger", "to": "wallet"},
    ),
}
"""Rules of a fault plan by what they take away."""
