"""The dialect's statements, built once. A row comes out as the dataclass it was put in as."""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, Table, Update, bindparam, delete, insert, select, update

from vendor_sim.payments.wechat.rows import (
    BEHAVIOUR,
    MERCHANT,
    ORDER,
    REFUND,
    TABLES,
    Behaviour,
    KeyMode,
    Merchant,
    Order,
    RefundRecord,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = [
    "TABLES",
    "Behaviour",
    "KeyMode",
    "Merchant",
    "Order",
    "RefundRecord",
    "add_order",
    "add_refund",
    "behaviour",
    "merchants",
    "order_of",
    "order_of_intent",
    "order_of_transaction",
    "put_behaviour",
    "put_merchant",
    "refund_named",
    "refund_of",
    "refund_of_ours",
    "refunds_of_intent",
    "save_order",
    "save_refund",
]

_ORDER_NAMES = tuple(field.name for field in fields(Order))
_ORDER_VALUES = attrgetter(*_ORDER_NAMES)
_REFUND_NAMES = tuple(field.name for field in fields(RefundRecord))
_ORDER_CHANGES = (
    *("attach", "notify_url", "device_id", "print", "time_expire_ms"),
    *("auth_code", "asked_at_ms", "reversed_at_ms"),
)
_REFUND_CHANGES = ("notify_url", "funds_account", "reason", "applied")


def _by(table: Table, *names: str) -> Select[Any]:
    return select(table).where(*(table.c[name] == bindparam(name) for name in names))


def _save(table: Table, key: str, names: tuple[str, ...]) -> Update:
    changes: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return update(table).where(table.c[key] == bindparam("of")).values(**changes)


_ADD_ORDER = insert(ORDER)
_SAVE_ORDER = _save(ORDER, "intent_id", _ORDER_CHANGES)
_ORDER_OF = _by(ORDER, "mchid", "out_trade_no")
_ORDER_OF_TRANSACTION = _by(ORDER, "mchid", "transaction_id")
_ORDER_OF_INTENT = _by(ORDER, "intent_id")
_ADD_REFUND = insert(REFUND)
_SAVE_REFUND = _save(REFUND, "refund_id", _REFUND_CHANGES)
_REFUND_OF = _by(REFUND, "mchid", "out_refund_no")
_REFUND_NAMED = _by(REFUND, "mchid", "refund_id")
_REFUND_OF_OURS = _by(REFUND, "refund")
_REFUNDS_OF_INTENT = _by(REFUND, "intent_id").order_by(REFUND.c.created_at_ms, REFUND.c.refund_id)
_MERCHANTS = select(MERCHANT).order_by(MERCHANT.c.mchid)
_REMOVE_MERCHANT = delete(MERCHANT).where(MERCHANT.c.mchid == bindparam("of"))
_ADD_MERCHANT = insert(MERCHANT)
_BEHAVIOUR = _by(BEHAVIOUR, "mchid")
_REMOVE_BEHAVIOUR = delete(BEHAVIOUR).where(BEHAVIOUR.c.mchid == bindparam("of"))
_ADD_BEHAVIOUR = insert(BEHAVIOUR)


def add_order(cx: Connection, order: Order) -> None:
    """Store a new order, after its intent."""
    values = zip(_ORDER_NAMES, _ORDER_VALUES(order), strict=True)
    cx.execute(_ADD_ORDER, {name: value for name, value in values if value is not None})


def save_order(cx: Connection, order: Order) -> None:
    """Store what changed of an order; its numbers and its type never do."""
    values = {f"new_{name}": getattr(order, name) for name in _ORDER_CHANGES}
    cx.execute(_SAVE_ORDER, {**values, "of": order.intent_id})


def order_of(cx: Connection, mchid: str, out_trade_no: str) -> Order | None:
    """A merchant's order by the number the merchant gave it."""
    return _order(cx, _ORDER_OF, mchid=mchid, out_trade_no=out_trade_no)


def order_of_transaction(cx: Connection, mchid: str, transaction_id: str) -> Order | None:
    """A merchant's order by the platform's number."""
    return _order(cx, _ORDER_OF_TRANSACTION, mchid=mchid, transaction_id=transaction_id)


def order_of_intent(cx: Connection, intent_id: str) -> Order | None:
    """The order that an intent is."""
    return _order(cx, _ORDER_OF_INTENT, intent_id=intent_id)


def add_refund(cx: Connection, record: RefundRecord) -> None:
    """Store a new refund's names, after the refund."""
    cx.execute(_ADD_REFUND, {name: getattr(record, name) for name in _REFUND_NAMES})


def save_refund(cx: Connection, record: RefundRecord) -> None:
    """Store what changed of a refund; its numbers never do."""
    values = {f"new_{name}": getattr(record, name) for name in _REFUND_CHANGES}
    cx.execute(_SAVE_REFUND, {**values, "of": record.refund_id})


def refund_of(cx: Connection, mchid: str, out_refund_no: str) -> RefundRecord | None:
    """A merchant's refund by the number the merchant gave it."""
    return _refund(cx, _REFUND_OF, mchid=mchid, out_refund_no=out_refund_no)


def refund_named(cx: Connection, mchid: str, refund_id: str) -> RefundRecord | None:
    """A merchant's refund by the platform's number."""
    return _refund(cx, _REFUND_NAMED, mchid=mchid, refund_id=refund_id)


def refund_of_ours(cx: Connection, rf_id: str) -> RefundRecord | None:
    """What our refund is called in v3."""
    return _refund(cx, _REFUND_OF_OURS, refund=rf_id)


def refunds_of_intent(cx: Connection, intent_id: str) -> list[RefundRecord]:
    """All refunds of an order, oldest first."""
    return [RefundRecord(*row) for row in cx.execute(_REFUNDS_OF_INTENT, {"intent_id": intent_id})]


def merchants(cx: Connection) -> list[Merchant]:
    """Every merchant, by number."""
    names = [field.name for field in fields(Merchant)]
    made = [dict(zip(names, row, strict=True)) for row in cx.execute(_MERCHANTS)]
    return [Merchant(**{**row, "key_mode": KeyMode(row["key_mode"])}) for row in made]


def put_merchant(cx: Connection, merchant: Merchant) -> None:
    """Store a merchant, in place of the one of that number."""
    cx.execute(_REMOVE_MERCHANT, {"of": merchant.mchid})
    cx.execute(_ADD_MERCHANT, {f.name: getattr(merchant, f.name) for f in fields(Merchant)})


def behaviour(cx: Connection, mchid: str) -> Behaviour:
    """What the platform does to a merchant: the normal thing where nothing else was asked for."""
    row = cx.execute(_BEHAVIOUR, {"mchid": mchid}).first()
    return Behaviour() if row is None else Behaviour(*row[1:])


def put_behaviour(cx: Connection, mchid: str, wanted: Behaviour) -> None:
    """Store what the platform shall do to a merchant."""
    cx.execute(_REMOVE_BEHAVIOUR, {"of": mchid})
    values = {f.name: getattr(wanted, f.name) for f in fields(Behaviour)}
    cx.execute(_ADD_BEHAVIOUR, {"mchid": mchid, **values})


def _order(cx: Connection, statement: Select[Any], **values: str) -> Order | None:
    row = cx.execute(statement, values).first()
    return None if row is None else Order(*row)


def _refund(cx: Connection, statement: Select[Any], **values: str) -> RefundRecord | None:
    row = cx.execute(statement, values).first()
    return None if row is None else RefundRecord(*row)
