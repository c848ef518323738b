"""Merchants, wallet providers, and whose payer account is whose."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, select

from vendor_sim.payments.domain import Party, Payer, Role
from vendor_sim.payments.store.rows import PARTY, PAYER

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

_INSERT = insert(PARTY)
_REMOVE = delete(PARTY).where(
    PARTY.c.role == bindparam("of_role"), PARTY.c.id == bindparam("of_id")
)
_ALL = select(PARTY).order_by(PARTY.c.role, PARTY.c.id)
_INSERT_PAYER = insert(PAYER)
_PAYER = select(PAYER).where(PAYER.c.account == bindparam("account"))
_PAYERS = select(PAYER).order_by(PAYER.c.name, PAYER.c.account)


def put(cx: Connection, party: Party) -> None:
    """Store a party, in place of the one of the same id."""
    cx.execute(_REMOVE, {"of_role": party.role, "of_id": party.id})
    row = {
        "role": party.role,
        "id": party.id,
        "name": party.name,
        "key_hash": party.key_hash,
        "hook_url": party.hook_url,
        "hook_secrets": json.dumps(party.hook_secrets),
        "suspended_at_ms": party.suspended_at_ms,
        "fee_ppm": party.fee_ppm,
    }
    cx.execute(_INSERT, row)


def everybody(cx: Connection) -> list[Party]:
    """All parties, merchants first."""
    return [_party(row) for row in cx.execute(_ALL)]


def add_payer(cx: Connection, payer: Payer) -> None:
    """Store whose account it is."""
    row = {
        "account": payer.account,
        "provider_id": payer.provider_id,
        "name": payer.name,
        "currency": payer.currency,
    }
    cx.execute(_INSERT_PAYER, row)


def payer(cx: Connection, account: str) -> Payer | None:
    """Whose account it is; None where it is no payer's."""
    row = cx.execute(_PAYER, {"account": account}).first()
    return None if row is None else _payer(row)


def payers(cx: Connection) -> list[Payer]:
    """Every payer, by name."""
    return [_payer(row) for row in cx.execute(_PAYERS)]


def _payer(row: Row[Any]) -> Payer:
    return Payer(row.account, row.provider_id, row.name, row.currency)


def _party(row: Row[Any]) -> Party:
    return Party(
        role=Role(row.role),
        id=row.id,
        name=row.name,
        key_hash=row.key_hash,
        hook_url=row.hook_url,
        hook_secrets=tuple(json.loads(row.hook_secrets)),
        suspended_at_ms=row.suspended_at_ms,
        fee_ppm=row.fee_ppm,
    )
