"""Idempotency keys: same key and input, same answer; same key and other input, refused."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, select
from sqlmodel import Field, SQLModel

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.storage.columns import INT, STRICT, TEXT

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table


class AnswerRow(SQLModel, table=True):
    """An answer that was given, to be given again."""

    __tablename__ = "answer"
    __table_args__ = (STRICT,)
    caller: str = Field(sa_type=TEXT, primary_key=True)
    key: str = Field(sa_type=TEXT, primary_key=True)
    fingerprint: str = Field(sa_type=TEXT)
    subject: str = Field(sa_type=TEXT)
    at_ms: int = Field(sa_type=INT)


ANSWER: Table = AnswerRow.__table__  # type: ignore[attr-defined]
_RECALL = select(ANSWER.c.fingerprint, ANSWER.c.subject).where(
    ANSWER.c.caller == bindparam("caller"), ANSWER.c.key == bindparam("key")
)
_REMEMBER = insert(ANSWER)


def fingerprint(*parts: str) -> str:
    """A digest of everything that makes a request what it is."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def recall(cx: Connection, caller: str, key: str, print_: str) -> str | None:
    """The id of what this key made before; None where it is new.

    Raises:
        Refused: The key was used with other input (``idempotency_key_reused``).
    """
    row = cx.execute(_RECALL, {"caller": caller, "key": key}).first()
    if row is None:
        return None
    if row.fingerprint != print_:
        raise Refused(
            Code.KEY_REUSED,
            "this idempotency key was used with other input; use a new key for a new request",
            "Idempotency-Key",
        )
    return str(row.subject)


def remember(cx: Connection, caller: str, key: str, print_: str, subject: str, at_ms: int) -> None:
    """Store what this key made, in the transaction that made it."""
    row = {"caller": caller, "key": key, "fingerprint": print_, "subject": subject, "at_ms": at_ms}
    cx.execute(_REMEMBER, row)
