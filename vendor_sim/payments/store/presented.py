"""Payment codes that payers show."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, insert, select, update

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.payments.domain import Presented
from vendor_sim.payments.store.rows import PRESENTED

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vendor_sim.payments.domain import Intent

_INSERT = insert(PRESENTED)
_BY_CODE = select(*(PRESENTED.c[field.name] for field in fields(Presented))).where(
    PRESENTED.c.auth_code == bindparam("auth_code")
)
_USE = (
    update(PRESENTED)
    .where(PRESENTED.c.auth_code == bindparam("of_code"), PRESENTED.c.intent_id.is_(None))
    .values(intent_id=bindparam("intent"), authorisation_id=bindparam("authorisation"))
)
_WITHDRAW = (
    update(PRESENTED)
    .where(PRESENTED.c.auth_code == bindparam("of_code"))
    .values(authorisation_id=None)
)
_CONSENT = select(PRESENTED.c.auth_code).where(
    PRESENTED.c.intent_id == bindparam("intent"), PRESENTED.c.authorisation_id.is_not(None)
)
_CHARGED = select(func.count()).where(
    PRESENTED.c.account == bindparam("account"),
    PRESENTED.c.issued_at_ms >= bindparam("since"),
    PRESENTED.c.authorisation_id.is_not(None),
)


def add(cx: Connection, presented: Presented) -> None:
    """Store a new code."""
    cx.execute(_INSERT, asdict(presented))


def by_code(cx: Connection, auth_code: str) -> Presented | None:
    """The code of these digits."""
    row = cx.execute(_BY_CODE, {"auth_code": auth_code}).first()
    return None if row is None else Presented(*row)


def use(cx: Connection, presented: Presented) -> None:
    """Store what a code was used for.

    Raises:
        Refused: ``unavailable``, where somebody else used it in between.
    """
    values = {
        "of_code": presented.auth_code,
        "intent": presented.intent_id,
        "authorisation": presented.authorisation_id,
    }
    if cx.execute(_USE, values).rowcount != 1:
        raise Refused(Code.UNAVAILABLE, "the code was used at the same moment; try again")


def withdraw(cx: Connection, auth_code: str) -> None:
    """Nothing was taken by a code that was used: its payer consented to nothing."""
    cx.execute(_WITHDRAW, {"of_code": auth_code})


def consent(cx: Connection, intent: Intent) -> str | None:
    """The code whose showing was the yes to an intent; None where the payer was asked."""
    if intent.reserved_for is None:
        return None  # what is charged by a code is for the payer who shows it
    return cx.execute(_CONSENT, {"intent": intent.id}).scalar()


def charged_since(cx: Connection, account: str, since_ms: int) -> int:
    """How many codes of an account, shown since then, took money without asking."""
    return int(cx.execute(_CHARGED, {"account": account, "since": since_ms}).scalar() or 0)
