"""What each posting is about: its order, and the refund that made it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

from vendor_sim.ledger import TransferCode
from vendor_sim.payments.wechat import store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from vendor_sim.payments.domain import Intent, Refund
    from vendor_sim.payments.service import PaymentsService
    from vendor_sim.payments.wechat.bills.postings import Posting
    from vendor_sim.payments.wechat.store import Order, RefundRecord

_OF_REFUNDS = {TransferCode.FEE_RETURNED, TransferCode.REFUND, TransferCode.REFUND_CLOSED}
_AT_A_TIME = 200
"""Postings looked up in one snapshot: none is open for long."""


@dataclass(frozen=True, slots=True)
class Matter:
    """A posting with what it is about.

    Attributes:
        posting: The change of the account.
        trade: Its order; None for money that moved for no order of this API.
        back: The refund that caused it; None where none did.
    """

    posting: Posting
    trade: Trade | None
    back: Back | None

    @property
    def code(self) -> TransferCode:
        """Why the money moved."""
        return self.posting.transfer.code

    @property
    def at_ms(self) -> int:
        """When it moved."""
        return self.posting.transfer.at_ms


@dataclass(frozen=True, slots=True)
class Trade:
    """An order and its intent."""

    intent: Intent
    order: Order


@dataclass(frozen=True, slots=True)
class Back:
    """A refund, and what this API calls it; None where nobody gave it a name."""

    refund: Refund
    record: RefundRecord | None


def matters(service: PaymentsService, postings: Sequence[Posting]) -> Iterator[Matter]:
    """Each posting with what it is about, in the same order."""
    for start in range(0, len(postings), _AT_A_TIME):
        some = postings[start : start + _AT_A_TIME]
        yield from service.door.read(partial(_matters, service, some))


def _matters(service: PaymentsService, postings: Sequence[Posting], cx: Connection) -> list[Matter]:
    # A payment and its fee stand next to each other, so do a refund and its part of the fee.
    trade = cache(partial(_trade, service, cx))
    back = cache(partial(_back, service, cx))
    found = []
    for posting in postings:
        transfer = posting.transfer
        # Books names the transfers of a refund after it: rf_…:accepted, and so on.
        refund_id = transfer.id.partition(":")[0] if transfer.code in _OF_REFUNDS else None
        refund = back(refund_id) if refund_id else None
        found.append(Matter(posting, trade(transfer.reference), refund))
    return found


def _trade(service: PaymentsService, cx: Connection, intent_id: str) -> Trade | None:
    intent = service.collecting.by_id(cx, intent_id)
    order = intent and store.order_of_intent(cx, intent.id)
    return Trade(intent, order) if intent and order else None


def _back(service: PaymentsService, cx: Connection, refund_id: str) -> Back | None:
    found = service.refunding.by_id(cx, refund_id)
    return Back(found[0], store.refund_of_ours(cx, refund_id)) if found else None
