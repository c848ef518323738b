"""A look at one SQLite database past SQLAlchemy, at the price of a round: microseconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sim.storage import sqlite

if TYPE_CHECKING:
    from vendor_sim.storage.database import Database
    from vendor_sim.world.audit.records import Rows

_IN_MEMORY = {None, "", ":memory:"}


class Eye:
    """Sees whether a database changed, and reads it in plain SQL.

    A database in memory has one connection, so that it is looked at through that; to a file the
    eye has a connection of its own.

    Attributes:
        was_replaced: Whether its tables were made anew between the last two blinks.
    """

    def __init__(self, database: Database) -> None:
        engine = database.engine
        if engine.url.get_backend_name() != "sqlite":
            raise TypeError(f"only SQLite is watched, not {engine.url.get_backend_name()}")
        if engine.url.database in _IN_MEMORY:
            with engine.connect() as cx:
                self._raw: Any = cx.connection.dbapi_connection
        else:
            self._raw = sqlite.driver().connect(engine.url.database, isolation_level=None)
        self.was_replaced = False
        self._seen: tuple[int, int] | None = None
        self._schema = self._ask("PRAGMA schema_version")

    def blinks(self) -> bool:
        """Whether anything was written since the last blink, or this is the first."""
        schema = self._ask("PRAGMA schema_version")
        self.was_replaced, self._schema = schema != self._schema, schema
        # Its own connection counts what it wrote; of the others it knows only that they did.
        seen = (self._raw.total_changes, self._ask("PRAGMA data_version"))
        before, self._seen = self._seen, seen
        return seen != before or self.was_replaced

    def rows(self, sql: str, *values: Any) -> Rows:
        """Rows by the names of their columns."""
        cursor = self._raw.execute(sql, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def _ask(self, pragma: str) -> int:
        return int(self._raw.execute(pragma).fetchone()[0])
