"""Times as WeChat Pay writes and reads them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from vendor_sim.kernel.clock import parse_rfc3339
from vendor_sim.kernel.limits import DAY_MS, HOUR_MS

_AHEAD_HOURS = 8
BEIJING = timezone(timedelta(hours=_AHEAD_HOURS))
"""No daylight saving since 1991."""


def beijing(at_ms: int) -> str:
    """Write an instant as the platform does: ``2018-06-08T10:34:56+08:00``."""
    return datetime.fromtimestamp(at_ms // 1000, BEIJING).isoformat()


def day_of(at_ms: int) -> int:
    """The calendar day in Beijing of an instant, counted from 1970-01-01."""
    return (at_ms + _AHEAD_HOURS * HOUR_MS) // DAY_MS


def day_begins_ms(day: int) -> int:
    """The first instant of such a day."""
    return day * DAY_MS - _AHEAD_HOURS * HOUR_MS


def parse_time(text: str) -> int:
    """Read an RFC 3339 time of any offset into epoch milliseconds.

    Raises:
        ValueError: It is not of that form, or names no real instant.
    """
    return parse_rfc3339(text)
