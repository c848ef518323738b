"""What every part of the platform works with."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.payments.store import intents
from vendor_sim.storage.database import touch

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.kernel.ids import Ids
    from vendor_sim.payments.domain import Intent, Party
    from vendor_sim.payments.service.books import Books
    from vendor_sim.payments.service.parties import Parties
    from vendor_sim.storage.database import Door

PLATFORM = "payments"
"""The topic touched by every change a console shows."""


def intent_topic(intent_id: str) -> str:
    """The topic touched by every change of one intent."""
    return f"intent:{intent_id}"


@dataclass(frozen=True)
class Kit:
    """The platform's database, time, ids, books and parties.

    Attributes:
        link_base: Scheme, host and port that the links in payment codes point to.
        refund_ms: How long a refund rests in transit.
    """

    door: Door
    clock: Clock
    ids: Ids
    books: Books
    parties: Parties
    link_base: str
    refund_ms: int


def changed(cx: Connection, intent: Intent) -> None:
    """Tell whoever watches this intent, or all."""
    touch(cx, PLATFORM)
    touch(cx, intent_topic(intent.id))


def intent_of(cx: Connection, caller: Party, intent_id: str) -> Intent:
    """A merchant's own intent.

    Raises:
        Refused: ``not_found``, also where it is another merchant's.
    """
    intent = intents.by_id(cx, intent_id)
    if intent is None or intent.merchant_id != caller.id:
        raise missing("intent", intent_id)
    return intent


def missing(kind: str, id_: str) -> Refused:
    """There is no such thing, or not for this caller: which of the two is nobody's business."""
    return Refused(Code.NOT_FOUND, f"no {kind} {id_!r} of yours")


def hash_of(api_key: str) -> str:
    """What is kept of an API key."""
    return hashlib.sha256(api_key.encode()).hexdigest()
