"""What a world that many tests share must be like after each of them.

A clock that was stepped forward never goes back. Whoever signs by the time on the wall, as every
SDK does, is refused there from then on; so a test that moves the clock has a world of its own.
"""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from vendor_sim.kernel.clock import WallClock, parse_rfc3339
from vendor_sim.kernel.limits import MINUTE_MS


def assert_untouched(base: str) -> None:
    """The world there goes by the time on the wall, has power, and nothing goes wrong in it."""
    assert_by_the_wall(base)
    assert _asked(base, "faults")["rules"] == []
    assert {one["power"] for one in _asked(base, "services")} == {"on"}


def assert_by_the_wall(base: str) -> None:
    """Nobody moved the clock of the world there."""
    clock = _asked(base, "clock")
    moved_ms = parse_rfc3339(clock.pop("now")) - WallClock().now_ms()
    assert clock == {"frozen": False, "speed": 1.0}
    assert abs(moved_ms) < MINUTE_MS, f"its clock was moved by {moved_ms} ms"


def _asked(base: str, what: str) -> Any:
    with urllib.request.urlopen(f"{base}/_world/{what}", timeout=30) as answer:  # noqa: S310 - ours
        return json.load(answer)
