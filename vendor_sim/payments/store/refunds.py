"""Refunds."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, update

from vendor_sim.payments.domain import Intent, Refund, RefundEvent, RefundState
from vendor_sim.payments.store import intents
from vendor_sim.payments.store.rows import INTENT, REFUND

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

_INSERT = insert(REFUND)
_BY_ID = select(REFUND).where(REFUND.c.id == bindparam("id"))
_OF_INTENT = (
    select(REFUND)
    .where(REFUND.c.intent_id == bindparam("intent"))
    .order_by(REFUND.c.created_at_ms, REFUND.c.id)
)
_LATEST = (
    select(REFUND, INTENT.c.merchant_id, INTENT.c.order_ref, INTENT.c.currency)
    .join_from(REFUND, INTENT, INTENT.c.id == REFUND.c.intent_id)
    .order_by(REFUND.c.created_at_ms.desc(), REFUND.c.id)
    .limit(bindparam("limit"))
)
_SAVE = (
    update(REFUND)
    .where(REFUND.c.id == bindparam("of_id"))
    .values(
        state=bindparam("new_state"),
        done_at_ms=bindparam("done"),
        ends=bindparam("new_ends"),
        to_bank=bindparam("outside"),
    )
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A refund with what its intent says."""

    refund: Refund
    merchant_id: str
    order_ref: str
    currency: str


def add(cx: Connection, refund: Refund) -> None:
    """Store a new refund."""
    cx.execute(_INSERT, {**asdict(refund), "to_bank": int(refund.to_bank)})


def save(cx: Connection, refund: Refund) -> None:
    """Store how far it has come."""
    values = {
        "of_id": refund.id,
        "new_state": refund.state,
        "done": refund.done_at_ms,
        "new_ends": refund.ends,
        "outside": int(refund.to_bank),
    }
    cx.execute(_SAVE, values)


def by_id(cx: Connection, refund_id: str) -> Refund | None:
    """The refund of this id."""
    row = cx.execute(_BY_ID, {"id": refund_id}).first()
    return None if row is None else _refund(row)


def with_intent(cx: Connection, refund_id: str) -> tuple[Refund, Intent] | None:
    """The refund of this id, and the intent it is for."""
    refund = by_id(cx, refund_id)
    intent = refund and intents.by_id(cx, refund.intent_id)
    return (refund, intent) if refund and isinstance(intent, Intent) else None


def of_intent(cx: Connection, intent_id: str) -> list[Refund]:
    """An intent's refunds, oldest first."""
    return [_refund(row) for row in cx.execute(_OF_INTENT, {"intent": intent_id})]


def latest(cx: Connection, limit: int) -> list[Listed]:
    """The refunds made last, newest first, each with whose it is."""
    rows = cx.execute(_LATEST, {"limit": limit})
    return [Listed(_refund(row), row.merchant_id, row.order_ref, row.currency) for row in rows]


def _refund(row: Row[Any]) -> Refund:
    return Refund(
        id=row.id,
        intent_id=row.intent_id,
        amount_minor=row.amount_minor,
        reason=row.reason,
        state=RefundState(row.state),
        created_at_ms=row.created_at_ms,
        done_at_ms=row.done_at_ms,
        ends=RefundEvent(row.ends),
        fee_minor=row.fee_minor,
        to_bank=bool(row.to_bank),
    )
