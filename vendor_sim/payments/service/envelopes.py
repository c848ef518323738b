"""Envelopes: how notices of a dialect are signed and sent, and how long they are tried."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from vendor_sim.kernel.limits import NOTICE_DELAYS_MS
from vendor_sim.wire import signing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from vendor_sim.payments.service.notices import Outgoing

_OK, _BAD = 200, 300


@dataclass(frozen=True, slots=True)
class Sealed:
    """What goes over the wire in one attempt.

    Attributes:
        body: The exact bytes.
        headers: The signature, and whatever else the dialect sends.
        copies: How often it is sent, one after the other; how the last one went counts.
        lost: Whether it is not sent at all, and counts as a failed attempt.
    """

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    copies: int = 1
    lost: bool = False


class Envelope(Protocol):
    """How notices of one dialect are sent.

    Attributes:
        delays_ms: The pause after each failed attempt; one attempt more than there are pauses.
    """

    delays_ms: tuple[int, ...]

    def seal(self, going: Outgoing, now_ms: int) -> Sealed:
        """Sign a notice for one attempt, now."""
        ...

    def accepted(self, status: int) -> bool:
        """Whether a hook that answers so has taken the notice."""
        ...

    def attempted(self, cx: Connection, going: Outgoing, sealed: Sealed) -> None:
        """An attempt was made; called in the transaction that records it."""
        ...


class StandardEnvelope:
    """That of ``/v1``: the Standard Webhooks scheme; any 2xx takes the notice."""

    delays_ms: tuple[int, ...] = NOTICE_DELAYS_MS

    def seal(self, going: Outgoing, now_ms: int) -> Sealed:
        """Sign with each of the receiver's secrets."""
        body = going.notice.body.encode()
        return Sealed(body, signing.sign(going.hook_secrets, going.notice.id, now_ms, body))

    def accepted(self, status: int) -> bool:
        """Any success will do."""
        return _OK <= status < _BAD

    def attempted(self, cx: Connection, going: Outgoing, sealed: Sealed) -> None:
        """Nothing more to record."""
