"""When a notification is tried, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.payments.wechat.refund_desk import Desk

SCHEDULE_S = (
    *(0, 15, 30, 60, 240, 840, 2040, 3840, 5640, 7440, 11040),
    *(21840, 32640, 43440, 65040, 86640),
)
"""When each attempt is made, in seconds after the first: 24 h 4 min in all."""


def seconds(desk: Desk, start_ms: int) -> tuple[float, ...]:
    return tuple((heard.at_ms - start_ms) / 1000 for heard in desk.heard)


def state(desk: Desk) -> tuple[str, int]:
    """How the only notice stands, and how often it was tried."""
    (notice,) = desk.service.browsing.notices()
    return notice["state"], notice["attempts"]
