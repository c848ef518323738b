"""Intents, their codes and facts. These statements carry the traffic, so they are built once."""

from __future__ import annotations

from dataclasses import dataclass, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, bindparam, insert, select, update

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.payments.domain import AttemptState, Intent, IntentState, Takes
from vendor_sim.payments.store.rows import CODE, FACT, INTENT, PAYER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row

_FIELDS = tuple(field.name for field in fields(Intent))
_OF_CODE = {"token": CODE.c.token, "code_until_ms": CODE.c.valid_until_ms}
_COLUMNS: Any = [_OF_CODE[name] if name in _OF_CODE else INTENT.c[name] for name in _FIELDS]
_TAKES, _STATE = _FIELDS.index("takes"), _FIELDS.index("state")
_ATTEMPT = _FIELDS.index("attempt_state")
_CHANGES = (
    *("state", "hold_until_ms", "authorisation_id", "payer", "provider_id", "authorised_at_ms"),
    *("captured_minor", "refund_pending_minor", "refunded_minor", "scanned_at_ms"),
    *("attempt_state", "attempt_reason", "attempt_account", "attempt_at_ms", "fulfilment"),
    *("fee_minor", "fee_returned_minor"),
)
_KEPT = tuple(name for name in _FIELDS if name not in _OF_CODE)
_VALUES = attrgetter(*_KEPT)
_USED = INTENT.alias("used")
_FAILED = FACT.alias("failed")

_INSERT = insert(INTENT)
_INSERT_CODE = insert(CODE)
_CODES = select(CODE).where(CODE.c.intent_id == bindparam("of")).order_by(CODE.c.issued_at_ms)
_SAVE = (
    update(INTENT)
    .where(INTENT.c.id == bindparam("of_id"), INTENT.c.version == bindparam("of_version"))
    .values(
        **{name: bindparam(f"new_{name}") for name in _CHANGES},
        version=INTENT.c.version + 1,
    )
)
_SELECT: Select[Any] = select(*_COLUMNS).join_from(
    INTENT, CODE, (CODE.c.intent_id == INTENT.c.id) & CODE.c.replaced_at_ms.is_(None)
)
_BY_ID = _SELECT.where(INTENT.c.id == bindparam("id"))
_BY_AUTHORISATION = _SELECT.where(INTENT.c.authorisation_id == bindparam("id"))
_OF_ORDER = _SELECT.where(
    INTENT.c.merchant_id == bindparam("merchant"), INTENT.c.order_ref == bindparam("order_ref")
).order_by(INTENT.c.created_at_ms, INTENT.c.id)
_LATEST = _SELECT.order_by(INTENT.c.created_at_ms.desc(), INTENT.c.id).limit(bindparam("limit"))
_OFFERED = (
    select(
        *_COLUMNS,
        PAYER.c.provider_id.label("account_provider"),
        PAYER.c.currency.label("account_currency"),
        _USED.c.id.label("used_by"),
        _FAILED.c.reason.label("refused_for"),
    )
    .select_from(CODE)
    .join(INTENT, INTENT.c.id == CODE.c.intent_id)
    .outerjoin(PAYER, PAYER.c.account == bindparam("account"))
    .outerjoin(_USED, _USED.c.authorisation_id == bindparam("authorisation"))
    .outerjoin(
        _FAILED, (_FAILED.c.intent_id == CODE.c.intent_id) & (_FAILED.c.key == bindparam("failed"))
    )
    .where(CODE.c.token == bindparam("token"))
)
_REPLACE = (
    update(CODE)
    .where(CODE.c.intent_id == bindparam("of_intent"), CODE.c.replaced_at_ms.is_(None))
    .values(replaced_at_ms=bindparam("at"), valid_until_ms=bindparam("at"))
)
_INSERT_FACT = insert(FACT)
_FACT_KNOWN = select(FACT.c.id).where(
    FACT.c.intent_id == bindparam("intent_id"), FACT.c.key == bindparam("key")
)
_FACTS = select(FACT).where(FACT.c.intent_id == bindparam("intent_id")).order_by(FACT.c.id)


@dataclass(frozen=True, slots=True)
class Offered:
    """A code with everything needed to judge a yes to it, read at once.

    Attributes:
        provider_id: Who opened the payer's account; None where there is no such account.
        account_currency: What that account holds.
        used_by: The intent that the authorisation id was used for already.
        refused_for: Why this authorisation id was refused before, if it was.
    """

    intent: Intent
    provider_id: str | None
    account_currency: str | None
    used_by: str | None
    refused_for: str | None


def failed_key(authorisation_id: str) -> str:
    """The key of the fact that a yes failed: one for each yes, so that a failed id stays failed."""
    return f"failed:{authorisation_id}"


@dataclass(frozen=True, slots=True)
class Fact:
    """What happened to an intent beside its moves."""

    intent_id: str
    key: str
    kind: str
    account: str
    reason: str | None
    at_ms: int


def add(cx: Connection, intent: Intent) -> None:
    """Store a new intent and its code."""
    values = zip(_KEPT, _VALUES(intent), strict=True)
    # Most of an intent comes later: NULLs that are left out need not be bound. What is not plainly
    # a text, as the words of an enumeration, takes SQLite's driver as long as five that are.
    given = {name: value for name, value in values if value is not None}
    given["takes"], given["state"] = intent.takes.value, intent.state.value
    cx.execute(_INSERT, given)
    _add_code(cx, intent, intent.created_at_ms)


def renew(cx: Connection, intent: Intent, at_ms: int) -> None:
    """Store a code in place of the one before, which is over from this instant on.

    Raises:
        Refused: As for ``save``.
    """
    cx.execute(_REPLACE, {"of_intent": intent.id, "at": at_ms})
    _add_code(cx, intent, at_ms)
    save(cx, intent)


def save(cx: Connection, intent: Intent) -> None:
    """Store one change, made to the version before.

    Raises:
        Refused: ``unavailable``, where somebody else changed it in between.
    """
    values = {f"new_{name}": getattr(intent, name) for name in _CHANGES}
    values |= {"of_id": intent.id, "of_version": intent.version - 1}
    if cx.execute(_SAVE, values).rowcount != 1:
        raise Refused(Code.UNAVAILABLE, "the intent was changed at the same moment; try again")


def by_id(cx: Connection, intent_id: str) -> Intent | None:
    """The intent of this id."""
    return _maybe(cx.execute(_BY_ID, {"id": intent_id}).first())


def by_authorisation(cx: Connection, authorisation_id: str) -> Intent | None:
    """The intent that this yes paid."""
    return _maybe(cx.execute(_BY_AUTHORISATION, {"id": authorisation_id}).first())


def of_order(cx: Connection, merchant_id: str, order_ref: str) -> list[Intent]:
    """A merchant's intents for one order, oldest first."""
    rows = cx.execute(_OF_ORDER, {"merchant": merchant_id, "order_ref": order_ref})
    return [_intent(row) for row in rows]


def latest(cx: Connection, limit: int) -> list[Intent]:
    """The intents made last, newest first."""
    return [_intent(row) for row in cx.execute(_LATEST, {"limit": limit})]


def offered(cx: Connection, token: str, account: str, authorisation_id: str) -> Offered | None:
    """What a payer said yes to, and with which account; None where nobody knows the code."""
    values = {
        "token": token,
        "account": account,
        "authorisation": authorisation_id,
        "failed": failed_key(authorisation_id),
    }
    row = cx.execute(_OFFERED, values).first()
    if row is None:
        return None
    known = (row.account_provider, row.account_currency, row.used_by, row.refused_for)
    return Offered(_intent(row[: -len(known)]), *known)


def note(cx: Connection, fact: Fact) -> bool:
    """Store a fact; False where it was known already."""
    key = {"intent_id": fact.intent_id, "key": fact.key}
    if cx.execute(_FACT_KNOWN, key).first() is not None:
        return False
    cx.execute(_INSERT_FACT, {f.name: getattr(fact, f.name) for f in fields(fact)})
    return True


def facts(cx: Connection, intent_id: str) -> list[Fact]:
    """What happened to an intent, in order."""
    rows = cx.execute(_FACTS, {"intent_id": intent_id})
    return [Fact(r.intent_id, r.key, r.kind, r.account, r.reason, r.at_ms) for r in rows]


def codes(cx: Connection, intent_id: str) -> list[Any]:
    """The codes an intent had, oldest first: rows of ``CodeRow``."""
    return list(cx.execute(_CODES, {"of": intent_id}))


def _add_code(cx: Connection, intent: Intent, at_ms: int) -> None:
    code = {
        "token": intent.token,
        "intent_id": intent.id,
        "issued_at_ms": at_ms,
        "valid_until_ms": intent.code_until_ms,
    }
    cx.execute(_INSERT_CODE, code)


def _maybe(row: Row[Any] | None) -> Intent | None:
    return None if row is None else _intent(row)


def _intent(row: Sequence[Any]) -> Intent:
    values = list(row)
    values[_TAKES] = Takes(values[_TAKES])
    values[_STATE] = IntentState(values[_STATE])
    if values[_ATTEMPT] is not None:
        values[_ATTEMPT] = AttemptState(values[_ATTEMPT])
    return Intent(*values)
