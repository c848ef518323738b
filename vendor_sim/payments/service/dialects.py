"""Dialects: in whose words a merchant asked for an intent, and is told what became of it.

``/v1`` is built in. Any other lives in a room of its own, keeps its own words in tables of its own,
and is called in the transaction in which something happened, after that was stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vendor_sim.payments.domain import Intent, NoticeType, Refund

V1 = "v1"
"""The platform's own words."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What a merchant is to be told.

    Attributes:
        type: In the dialect's words.
        url: Where it goes.
        body: The exact text that is signed and sent.
        after_ms: How much later than its cause it is sent first.
        id: The notice's id, where the body names one; made up where this is None.
    """

    type: str
    url: str
    body: str
    after_ms: int = 0
    id: str | None = None


class Dialect(Protocol):
    """What a dialect does when something happens to an intent of its own."""

    def on_intent(
        self, cx: Connection, intent: Intent, news: NoticeType, at_ms: int
    ) -> list[Telling]:
        """The intent moved, or an attempt to pay it came to nothing.

        Args:
            cx: The transaction in which that happened.
            intent: As it is now, and stored.
            news: What happened.
            at_ms: When.

        Returns:
            What the merchant is told; empty where nothing is.
        """
        ...

    def on_refund(
        self, cx: Connection, intent: Intent, refund: Refund, at_ms: int
    ) -> list[Telling]:
        """A refund came to an end: it succeeded, is abnormal, or was closed."""
        ...

    def on_refund_accepted(self, cx: Connection, intent: Intent, refund: Refund) -> None:
        """A refund was accepted that nobody named in this dialect, such as one of a desk."""
        ...
