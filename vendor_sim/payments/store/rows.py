"""The platform's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from vendor_sim.payments.domain import (
    AttemptState,
    IntentState,
    NoticeState,
    RefundEvent,
    RefundState,
    Role,
    Takes,
)
from vendor_sim.storage.columns import INT, STRICT, TEXT, append_only

if TYPE_CHECKING:
    from enum import StrEnum

    from sqlalchemy import Table


def _one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    known = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({known})")


class PartyRow(SQLModel, table=True):
    """A merchant or a wallet provider. ``hook_secrets`` is a JSON list."""

    __tablename__ = "party"
    __table_args__ = (UniqueConstraint("key_hash"), _one_of("role", Role), STRICT)
    role: str = Field(sa_type=TEXT, primary_key=True)
    id: str = Field(sa_type=TEXT, primary_key=True)
    name: str = Field(sa_type=TEXT)
    key_hash: str = Field(sa_type=TEXT)
    hook_url: str | None = Field(sa_type=TEXT)
    hook_secrets: str = Field(sa_type=TEXT)
    suspended_at_ms: int | None = Field(sa_type=INT)
    fee_ppm: int = Field(sa_type=INT)


class PayerRow(SQLModel, table=True):
    """Whose payer account it is; its money is in the ledger."""

    __tablename__ = "payer"
    __table_args__ = (STRICT,)
    account: str = Field(sa_type=TEXT, primary_key=True)
    provider_id: str = Field(sa_type=TEXT)
    name: str = Field(sa_type=TEXT)
    currency: str = Field(sa_type=TEXT)


class IntentRow(SQLModel, table=True):
    """A promise to collect; the fields are those of the domain's ``Intent``."""

    __tablename__ = "intent"
    __table_args__ = (
        Index("intent_order", "merchant_id", "order_ref"),
        Index("intent_created", "created_at_ms"),
        UniqueConstraint("authorisation_id"),
        _one_of("takes", Takes),
        _one_of("state", IntentState),
        _one_of("attempt_state", AttemptState),
        CheckConstraint("amount_minor > 0"),
        CheckConstraint("captured_minor IN (0, amount_minor)"),
        CheckConstraint("refunded_minor >= 0 AND refund_pending_minor >= 0"),
        CheckConstraint("refunded_minor + refund_pending_minor <= captured_minor"),
        CheckConstraint("fee_returned_minor BETWEEN 0 AND fee_minor"),
        CheckConstraint("fee_minor <= captured_minor"),
        STRICT,
    )
    id: str = Field(sa_type=TEXT, primary_key=True)
    merchant_id: str = Field(sa_type=TEXT)
    order_ref: str = Field(sa_type=TEXT)
    description: str = Field(sa_type=TEXT)
    amount_minor: int = Field(sa_type=INT)
    currency: str = Field(sa_type=TEXT)
    takes: str = Field(sa_type=TEXT)
    state: str = Field(sa_type=TEXT)
    pay_until_ms: int = Field(sa_type=INT)
    close_at_ms: int = Field(sa_type=INT)
    created_at_ms: int = Field(sa_type=INT)
    hold_until_ms: int | None = Field(sa_type=INT)
    authorisation_id: str | None = Field(sa_type=TEXT)
    payer: str | None = Field(sa_type=TEXT)
    provider_id: str | None = Field(sa_type=TEXT)
    authorised_at_ms: int | None = Field(sa_type=INT)
    captured_minor: int = Field(sa_type=INT)
    refund_pending_minor: int = Field(sa_type=INT)
    refunded_minor: int = Field(sa_type=INT)
    scanned_at_ms: int | None = Field(sa_type=INT)
    attempt_state: str | None = Field(sa_type=TEXT)
    attempt_reason: str | None = Field(sa_type=TEXT)
    attempt_account: str | None = Field(sa_type=TEXT)
    attempt_at_ms: int | None = Field(sa_type=INT)
    fulfilment: str | None = Field(sa_type=TEXT)
    dialect: str = Field(sa_type=TEXT)
    reserved_for: str | None = Field(sa_type=TEXT)
    fee_minor: int = Field(sa_type=INT)
    fee_returned_minor: int = Field(sa_type=INT)
    version: int = Field(sa_type=INT)


_NOT_REPLACED = text("replaced_at_ms IS NULL")


class CodeRow(SQLModel, table=True):
    """A payment code of an intent. It may die before its intent does, and be replaced."""

    __tablename__ = "code"
    __table_args__ = (
        # Of all codes that an intent had, one is its code.
        Index(
            *("code_of_intent", "intent_id"),
            unique=True,
            sqlite_where=_NOT_REPLACED,
            postgresql_where=_NOT_REPLACED,
        ),
        STRICT,
    )
    token: str = Field(sa_type=TEXT, primary_key=True)
    intent_id: str = Field(sa_type=TEXT, foreign_key="intent.id")
    issued_at_ms: int = Field(sa_type=INT)
    valid_until_ms: int = Field(sa_type=INT)
    replaced_at_ms: int | None = Field(default=None, sa_type=INT)


class PresentedRow(SQLModel, table=True):
    """A payment code that a payer shows; the fields are those of the domain's ``Presented``."""

    __tablename__ = "presented"
    __table_args__ = (
        Index("presented_account", "account", "issued_at_ms"),
        Index("presented_intent", "intent_id", unique=True),
        CheckConstraint("authorisation_id IS NULL OR intent_id IS NOT NULL"),
        STRICT,
    )
    auth_code: str = Field(sa_type=TEXT, primary_key=True)
    account: str = Field(sa_type=TEXT, foreign_key="payer.account")
    provider_id: str = Field(sa_type=TEXT)
    issued_at_ms: int = Field(sa_type=INT)
    valid_until_ms: int = Field(sa_type=INT)
    intent_id: str | None = Field(sa_type=TEXT, foreign_key="intent.id")
    authorisation_id: str | None = Field(sa_type=TEXT)


class IntentFactRow(SQLModel, table=True):
    """What happened to an intent beside its moves; ``key`` tells what was noted already."""

    __tablename__ = "intent_fact"
    __table_args__ = (UniqueConstraint("intent_id", "key"), STRICT)
    id: int | None = Field(default=None, sa_type=INT, primary_key=True)
    intent_id: str = Field(sa_type=TEXT, foreign_key="intent.id")
    key: str = Field(sa_type=TEXT)
    kind: str = Field(sa_type=TEXT)
    account: str = Field(sa_type=TEXT)
    reason: str | None = Field(sa_type=TEXT)
    at_ms: int = Field(sa_type=INT)


class RefundRow(SQLModel, table=True):
    """Money on its way back, or arrived."""

    __tablename__ = "refund"
    __table_args__ = (
        Index("refund_intent", "intent_id"),
        _one_of("state", RefundState),
        _one_of("ends", RefundEvent),
        CheckConstraint("amount_minor > 0"),
        CheckConstraint("fee_minor BETWEEN 0 AND amount_minor"),
        CheckConstraint("to_bank IN (0, 1)"),
        STRICT,
    )
    id: str = Field(sa_type=TEXT, primary_key=True)
    intent_id: str = Field(sa_type=TEXT, foreign_key="intent.id")
    amount_minor: int = Field(sa_type=INT)
    reason: str | None = Field(sa_type=TEXT)
    state: str = Field(sa_type=TEXT)
    created_at_ms: int = Field(sa_type=INT)
    done_at_ms: int | None = Field(sa_type=INT)
    ends: str = Field(sa_type=TEXT)
    fee_minor: int = Field(sa_type=INT)
    to_bank: int = Field(sa_type=INT)


class NoticeRow(SQLModel, table=True):
    """A message to a party; ``body`` is the exact text that is signed and sent."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("notice_intent", "intent_id"),
        Index("notice_occurred", "occurred_at_ms"),
        _one_of("state", NoticeState),
        STRICT,
    )
    id: str = Field(sa_type=TEXT, primary_key=True)
    role: str = Field(sa_type=TEXT)
    party_id: str = Field(sa_type=TEXT)
    type: str = Field(sa_type=TEXT)
    intent_id: str = Field(sa_type=TEXT, foreign_key="intent.id")
    body: str = Field(sa_type=TEXT)
    occurred_at_ms: int = Field(sa_type=INT)
    state: str = Field(sa_type=TEXT)
    attempts: int = Field(sa_type=INT)
    done_at_ms: int | None = Field(sa_type=INT)
    problem: str | None = Field(sa_type=TEXT)
    dialect: str = Field(sa_type=TEXT)
    url: str | None = Field(sa_type=TEXT)


class NoticeAttemptRow(SQLModel, table=True):
    """One attempt to deliver a notice. ``headers`` is a JSON object of what was sent."""

    __tablename__ = "notice_attempt"
    __table_args__ = (STRICT,)
    notice_id: str = Field(sa_type=TEXT, primary_key=True)
    number: int = Field(sa_type=INT, primary_key=True)
    at_ms: int = Field(sa_type=INT)
    status: int | None = Field(sa_type=INT)
    problem: str | None = Field(sa_type=TEXT)
    headers: str = Field(sa_type=TEXT)


PARTY: Table = PartyRow.__table__  # type: ignore[attr-defined]
PAYER: Table = PayerRow.__table__  # type: ignore[attr-defined]
INTENT: Table = IntentRow.__table__  # type: ignore[attr-defined]
CODE: Table = CodeRow.__table__  # type: ignore[attr-defined]
PRESENTED: Table = PresentedRow.__table__  # type: ignore[attr-defined]
FACT: Table = IntentFactRow.__table__  # type: ignore[attr-defined]
REFUND: Table = RefundRow.__table__  # type: ignore[attr-defined]
NOTICE: Table = NoticeRow.__table__  # type: ignore[attr-defined]
NOTICE_ATTEMPT: Table = NoticeAttemptRow.__table__  # type: ignore[attr-defined]
ROWS = (PARTY, PAYER, INTENT, CODE, PRESENTED, FACT, REFUND, NOTICE, NOTICE_ATTEMPT)
"""In an order in which they can be created."""

append_only(FACT)
append_only(NOTICE_ATTEMPT)
