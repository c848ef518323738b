"""Column types that mean the same on SQLite (STRICT tables) and PostgreSQL.

SQLModel's ``table=True`` classes validate nothing, so the database does: STRICT typing on SQLite,
``CHECK`` constraints on both, and triggers that keep append-only tables append-only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import DDL, BigInteger, Integer, Text, event

if TYPE_CHECKING:
    from sqlalchemy import Table

INT: Any = BigInteger().with_variant(Integer(), "sqlite")
"""A 64-bit integer: amounts in minor units, epoch milliseconds, counters."""
TEXT: Any = Text()
"""Any text: ids, states, JSON documents."""
STRICT = {"sqlite_strict": True}
"""Last element of every ``__table_args__``."""


def append_only(table: Table) -> None:
    """Make the database itself refuse to change or remove a row of this table."""
    for verb in ("UPDATE", "DELETE"):
        event.listen(table, "after_create", _sqlite_trigger(table.name, verb))
        event.listen(table, "after_create", _postgres_trigger(table.name, verb))


def _sqlite_trigger(name: str, verb: str) -> Any:
    return _ddl(
        f"CREATE TRIGGER IF NOT EXISTS {name}_no_{verb.lower()} BEFORE {verb} ON {name} "
        f"BEGIN SELECT RAISE(ABORT, '{name} is append only'); END",
        "sqlite",
    )


def _postgres_trigger(name: str, verb: str) -> Any:
    function = f"{name}_no_{verb.lower()}"
    return _ddl(
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{name} is append only'; END $$; "
        f"CREATE TRIGGER {function} BEFORE {verb} ON {name} "
        f"FOR EACH ROW EXECUTE FUNCTION {function}()",
        "postgresql",
    )


def _ddl(statement: str, dialect: str) -> Any:
    return DDL(statement.replace("%", "%%")).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
