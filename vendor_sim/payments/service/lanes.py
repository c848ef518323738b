"""Lanes: which notices wait for each other. Those to one host keep their order, others pass by."""

from __future__ import annotations

import zlib
from functools import lru_cache
from urllib.parse import urlsplit

from vendor_sim.kernel.limits import NOTICE_LANES

LANES = tuple(f"notify.{number}" for number in range(NOTICE_LANES))
"""The kinds of tasks that deliver notices: one for each lane."""
_PORTS = {"http": 80, "https": 443}
_KNOWN_MAX = 1_024


@lru_cache(maxsize=_KNOWN_MAX)
def destination(url: str) -> str:
    """Who answers at a hook: its scheme, host and port. What is no address stands for itself."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return url
    return f"{parts.scheme}://{parts.hostname}:{port}" if parts.hostname else url


@lru_cache(maxsize=_KNOWN_MAX)
def lane_of(url: str) -> str:
    """The lane of a hook, the same in every process: one of :data:`LANES`."""
    return LANES[zlib.crc32(destination(url).encode()) % NOTICE_LANES]
