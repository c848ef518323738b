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
_ALONE = (WRITE, "COMMIT")
_INSIDE = ("SAVEPOINT verb", "RELEASE verb")
"""How a verb begins and ends: by itself, or after a mark."""
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
        self._writing = self._marked = False

    def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query. It has a snapshot by itself: nobody else is there to write meanwhile.

        Raises:
            RuntimeError: It was asked from inside a verb, which elsewhere would see another state.
        """
        if self._writing:
            raise RuntimeError("a verb may not read through the door: it has a connection")
        return query(self._look_round())

    def write(self, verb: Callable[[Connection], T]) -> T:
        """Run a verb in a transaction and commit it; whatever fails is undone."""
        cx = self._look_round()
        begin, commit = _INSIDE if self._marked else _ALONE
        say(cx, begin)
        self._writing = True
        try:
            result = verb(cx)
            say(cx, commit)
        except BaseException:
            self._undo(cx)
            raise
        finally:
            self._writing = False
        return result

    def mark(self) -> None:
        """From now on everything can be taken back: verbs are parts of one open transaction.

        Another way would be to copy a database back; SQLite prepares every statement anew then.
        """
        say(self._cx, "SAVEPOINT mark")
        self._marked = True

    def go_back(self) -> None:
        """Take back all that was committed since the mark."""
        say(self._cx, "ROLLBACK TO mark")

    def close(self) -> None:
        """Let go of it."""
        self._cx.close()

    def _undo(self, cx: Connection) -> None:
        if self._marked:
            say(cx, "ROLLBACK TO verb")
            say(cx, "RELEASE verb")
        else:
            cast("Any", cx.connection.dbapi_connection).rollback()  # if SQLite has not done so

    def _look_round(self) -> Connection:
        if isinstance(self._cx, QuickConnection):
            self._cx.look_round()
        return self._cx
