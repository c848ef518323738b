"""One transaction that many verbs share, each in a savepoint of its own."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sqlalchemy.exc import DBAPIError

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.storage.database import take_notes, unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

T = TypeVar("T")
_LOG = logging.getLogger("vendor_sim")


class Batch:
    """One transaction under way; verbs run in it, each in its savepoint."""

    def __init__(self, cx: Connection) -> None:
        self.cx = cx
        self.topics: set[str] = set()
        self._raw = cast("Any", cx.connection.dbapi_connection)
        self._broken: Exception | None = None

    def run(self, verb: Callable[[Connection], T]) -> tuple[T, list[str]]:
        """Run a verb; its result and what it wrote. Refused or failed, nothing of it stays."""
        self.check()
        self._say("SAVEPOINT verb")
        try:
            result = verb(self.cx)
        except BaseException as error:
            self._undo()
            if isinstance(error, DBAPIError):
                raise unavailable(error) from error
            raise
        self._say("RELEASE verb")
        topics, wrote = take_notes(self.cx)
        self.topics |= topics
        return result, wrote

    def check(self) -> None:
        """Raise where SQLite has given the whole transaction up (disk full, I/O error)."""
        if self._broken is None and not self._raw.in_transaction:
            self._broken = RuntimeError("the database gave the transaction up")
        if self._broken is not None:
            raise Refused(Code.UNAVAILABLE, f"the database failed: {self._broken}")

    def _undo(self) -> None:
        take_notes(self.cx)
        try:
            self._say("ROLLBACK TO verb")
            self._say("RELEASE verb")
        except Refused as error:
            _LOG.error("a savepoint is gone", exc_info=error)

    def _say(self, statement: str) -> None:
        """Straight to the driver: SQLAlchemy's nested transactions cost more than most verbs."""
        try:
            self._raw.execute(statement)
        except Exception as error:
            self._broken = error
            raise Refused(Code.UNAVAILABLE, f"the database failed: {error}") from error
