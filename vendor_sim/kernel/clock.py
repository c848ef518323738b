"""Time as an argument: epoch milliseconds inside, RFC 3339 outside."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

_RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Anything that can say what time it is."""

    def now_ms(self) -> int:
        """Milliseconds since 1970-01-01T00:00:00Z."""
        ...


class WallClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        """Milliseconds since 1970-01-01T00:00:00Z."""
        return time.time_ns() // 1_000_000


def running_ms() -> int:
    """Milliseconds since some instant, never set back: for deadlines of real connections only."""
    return time.monotonic_ns() // 1_000_000


class VirtualClock:
    """A clock that moves only when told to, and never backwards."""

    def __init__(self, start_ms: int) -> None:
        self._now_ms = start_ms

    def now_ms(self) -> int:
        """Milliseconds since 1970-01-01T00:00:00Z."""
        return self._now_ms

    def advance_to(self, at_ms: int) -> None:
        """Move to an instant; one that has passed already changes nothing."""
        self._now_ms = max(self._now_ms, at_ms)

    def begin_at(self, at_ms: int) -> None:
        """Be at an instant, whatever was before: for a world that is put back to where it was."""
        self._now_ms = at_ms


def rfc3339(at_ms: int) -> str:
    """Write an instant in UTC with milliseconds: ``2026-11-22T18:13:00.250Z``."""
    at = datetime.fromtimestamp(at_ms // 1000, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03d}Z"


def parse_rfc3339(text: str) -> int:
    """Read an RFC 3339 timestamp into epoch milliseconds.

    Raises:
        ValueError: It is not of that form, or names no real instant.
    """
    if not _RFC3339.fullmatch(text):
        raise ValueError(f"{text!r} is no RFC 3339 timestamp like 2026-11-22T18:13:00Z")
    return (datetime.fromisoformat(text.upper()) - _EPOCH) // timedelta(milliseconds=1)
