"""The one connection of a database in memory, kept open: transactions are said to it directly.

Such a database has a single connection, and SQLAlchemy would check it out, wrap it, announce it and
hand it back around each of the hundred reads of a small scenario. To SQLAlchemy the kept connection
is in one transaction for ever; those that there really are begin and end here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from vendor_sim.storage.quick import QuickConnection, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine

T = TypeVar("T")
READ, WRITE = "BEGIN", "BEGIN IMMEDIATE"
SAID_HERE = "said_here"
"""Execution option of a connection for whose transactions nobody else says ``BEGIN``."""


class Kept:
    """A connection and its transactions, one after the other.

    Args:
        engine: Of a database in memory.
    """

    def __init__(self, engine: Engine) -> None:
        self._cx = engine.connect().execution_options(**{SAID_HERE: True})
        self._cx.begin()

    def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query. It has a snapshot by itself: nobody else is there to write meanwhile.

        Raises:
            RuntimeError: It was asked from inside a verb, which elsewhere would see another state.
        """
        cx = self._look_round()
        if cast("Any", cx.connection.dbapi_connection).in_transaction:
            raise RuntimeError("a verb may not read through the door: it has a connection")
        return query(cx)

    def write(self, verb: Callable[[Connection], T]) -> T:
        """Run a verb in a transaction and commit it; whatever fails is undone."""
        cx = self._look_round()
        say(cx, WRITE)
        try:
            result = verb(cx)
            say(cx, "COMMIT")
        except BaseException:
            cast("Any", cx.connection.dbapi_connection).rollback()  # if SQLite has not done so
            raise
        return result

    def close(self) -> None:
        """Let go of it."""
        self._cx.close()

    def _look_round(self) -> Connection:
        if isinstance(self._cx, QuickConnection):
            self._cx.look_round()
        return self._cx
