"""How pytest is started in a project of somebody else, with this package installed."""

from __future__ import annotations

import sys

PYTEST = (
    *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
    # What our own tests' libraries bring along, and nobody else has: seconds to load.
    *("-p", "no:schemathesis", "-p", "no:anyio"),
)
