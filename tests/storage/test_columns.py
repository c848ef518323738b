"""The database keeps the types and the history, on SQLite and on PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from tests.storage.rows import FACT, look, put

if TYPE_CHECKING:
    from vendor_sim.storage.database import Database


@pytest.mark.parametrize("statement", ["UPDATE fact SET what = 'x'", "DELETE FROM fact"])
def test_an_append_only_table_bites(db: Database, statement: str) -> None:
    db.transact(lambda cx: cx.execute(insert(FACT), {"id": "f", "what": "happened"}))
    with pytest.raises(DBAPIError, match="fact is append only"):
        db.transact(lambda cx: cx.execute(text(statement)))
    found = db.read(lambda cx: cx.execute(text("SELECT what FROM fact")).scalar())
    assert found == "happened"


def test_an_integer_holds_the_largest_that_a_database_has(db: Database) -> None:
    db.transact(lambda cx: put(cx, "p", 2**63 - 1))
    assert look(db) == 2**63 - 1


@pytest.mark.parametrize("wrong", ["much", "1.5", None])
def test_an_integer_column_takes_integers_only(db: Database, wrong: object) -> None:
    with pytest.raises(DBAPIError):
        db.transact(lambda cx: put(cx, "p", wrong))
