"""Times as WeChat Pay writes and reads them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from vendor_sim.kernel.clock import parse_rfc3339

_BEIJING = timezone(timedelta(hours=8))


def beijing(at_ms: int) -> str:
    """Write an instant as the platform does: ``2018-06-08T10:34:56+08:00``."""
    return datetime.fromtimestamp(at_ms // 1000, _BEIJING).isoformat()


def parse_time(text: str) -> int:
    """Read an RFC 3339 time of any offset into epoch milliseconds.

    Raises:
        ValueError: It is not of that form, or names no real instant.
    """
    return parse_rfc3339(text)
