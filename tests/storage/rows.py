"""A table to try the storage on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, insert, select, update
from sqlmodel import Field, SQLModel

from vendor_sim.storage.columns import INT, STRICT, TEXT, append_only

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

    from vendor_sim.storage.database import Database


class PurseRow(SQLModel, table=True):
    """Something that counts."""

    __tablename__ = "purse"
    __table_args__ = (CheckConstraint("amount >= 0"), STRICT)
    id: str = Field(sa_type=TEXT, primary_key=True)
    amount: int = Field(sa_type=INT)


class FactRow(SQLModel, table=True):
    """Something that happened."""

    __tablename__ = "fact"
    __table_args__ = (STRICT,)
    id: str = Field(sa_type=TEXT, primary_key=True)
    what: str = Field(sa_type=TEXT)


PURSE: Table = PurseRow.__table__
FACT: Table = FactRow.__table__
append_only(FACT)
TABLES = (PURSE, FACT)


def put(cx: Connection, purse: str, amount: object) -> None:
    """Start a purse."""
    cx.execute(insert(PURSE), {"id": purse, "amount": amount})


def amount(cx: Connection, purse: str) -> int | None:
    """What is in a purse."""
    return cx.execute(select(PURSE.c.amount).where(PURSE.c.id == purse)).scalar()


def change(cx: Connection, purse: str, value: int) -> None:
    """Say what is in a purse now."""
    cx.execute(update(PURSE).where(PURSE.c.id == purse).values(amount=value))


def look(db: Database, purse: str = "p") -> int | None:
    """What is in a purse, as committed."""
    return db.read(lambda cx: amount(cx, purse))
