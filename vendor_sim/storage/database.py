"""One database of one service, and the door through which every verb of a service goes.

A verb is a function of one connection. ``transact`` runs it in a transaction of its own and
commits before it returns; ``read`` runs it on a snapshot. Nothing else opens a connection.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import StaticPool

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.storage import quick, sqlite
from vendor_sim.storage.kept import READ, SAID_HERE, WRITE, Kept
from vendor_sim.storage.quick import QuickConnection, write_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")
Verb = "Callable[[Connection], T]"
Listener = "Callable[[frozenset[str]], None]"

SCHEMA_VERSION = 2
_READERS = 16
"""Connections kept for pages that read a SQLite file at the same time; as many more come and go."""
_STATEMENTS = 1_024
"""Statements a SQLite connection keeps prepared. Far more than there are: the driver, when it is
full, throws out the newest first, so that whatever does not fit is prepared each time it is run."""
_ATTEMPTS_MAX = 8
_MET = frozenset({"40001", "40P01"})
_TAKEN = "23505"
"""Two verbs looked, found nothing and both inserted: PostgreSQL says "unique violation", not that
they met. Run again, the later one finds what the earlier one wrote; what breaks again is a bug.
See https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html
"""
WROTE: ContextVar[list[str] | None] = ContextVar("wrote", default=None)
"""Where someone asks what a call writes, the list that gets it: ``["insert intent", …]``."""


class Door(Protocol):
    """How a service reaches its database. Services don't know which kind they have."""

    def transact(self, verb: Callable[[Connection], T]) -> T:
        """Run a verb in a transaction and commit it before returning its result."""
        ...

    def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query on one consistent snapshot."""
        ...

    def on_commit(self, listener: Callable[[frozenset[str]], None]) -> None:
        """Call a listener with the topics touched, after each commit that touched any."""
        ...


class WrongSchemaError(RuntimeError):
    """The database was made by another version of this program."""


def touch(cx: Connection, topic: str) -> None:
    """Say that something people or tickers watch has changed; told after the commit only."""
    cx.info.setdefault("topics", set()).add(topic)


class Database:
    """A service's database behind the plain door: one transaction for each verb."""

    def __init__(
        self,
        url: str,
        tables: Sequence[Table],
        *,
        busy_timeout_ms: int = 5_000,
        like: Database | None = None,
    ) -> None:
        """Open a database and make its tables where they are missing.

        Args:
            url: ``sqlite://`` (in memory, one thread), ``sqlite:///FILE`` or ``postgresql+psycopg://…``.
            tables: The tables of the service that owns it.
            busy_timeout_ms: How long SQLite waits for another writer.
            like: Another with the same tables, both in memory: all it holds is copied, which is
                far quicker than making the tables.

        Raises:
            WrongSchemaError: It holds data of another version.
        """
        self.engine = _engine(url, busy_timeout_ms)
        self._listeners: list[Callable[[frozenset[str]], None]] = []
        self._in_memory = isinstance(self.engine.pool, StaticPool)
        self._kept: Kept | None = None
        event.listen(self.engine, "before_cursor_execute", _note_write)
        try:
            self._create(tables) if like is None else self._copy(like)
        except BaseException:
            self.close()
            raise

    def transact(self, verb: Callable[[Connection], T]) -> T:
        """Run a verb in a transaction of its own.

        Raises:
            Refused: The verb refused, or the database is locked, full or away (``unavailable``).
        """
        attempt = 1
        while True:
            try:
                result, topics, wrote = self._run(WRITE, lambda cx: _noted(cx, verb))
                break
            except DBAPIError as error:
                if attempt == _ATTEMPTS_MAX or not is_retryable(error):
                    raise unavailable(error) from error
                attempt += 1
        report(wrote)
        self.tell(topics)
        return result

    def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query on one consistent snapshot.

        Raises:
            Refused: The database is away (``unavailable``).
        """
        try:
            return self._run(READ, query)
        except OperationalError as error:
            raise unavailable(error) from error

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A writing transaction; its notes are empty at the start."""
        with self.engine.begin() as cx:
            take_notes(cx)
            yield cx

    def on_commit(self, listener: Callable[[frozenset[str]], None]) -> None:
        """Call a listener with the topics touched, after each commit that touched any."""
        self._listeners.append(listener)

    def tell(self, topics: frozenset[str]) -> None:
        """Tell the listeners what was committed."""
        if topics:
            for listener in self._listeners:
                listener(topics)

    def mark(self) -> None:
        """From now on all that is committed can be taken back; only of a database in memory."""
        self._open().mark()

    def go_back(self) -> None:
        """Take back all that was committed since the mark."""
        self._open().go_back()

    def close(self) -> None:
        """Let go of every connection."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None
        self.engine.dispose()

    def _run(self, begin: str, verb: Callable[[Connection], T]) -> T:
        """Run a verb in a transaction that begins so, over whatever connection there is."""
        if self._in_memory:
            kept = self._open()
            return kept.write(verb) if begin == WRITE else kept.read(verb)
        with self.engine.connect() as cx:
            chosen = cx.execution_options(reading=begin == READ)
            with chosen.begin():
                return verb(chosen)

    def _open(self) -> Kept:
        """The one connection of a database in memory."""
        if self._kept is None:
            self._kept = Kept(self.engine)
        return self._kept

    def _create(self, tables: Sequence[Table]) -> None:
        with self.engine.begin() as cx:
            for table in tables:
                table.create(cx, checkfirst=True)
            _check_version(cx)

    def _copy(self, other: Database) -> None:
        with other.engine.connect() as from_cx, self.engine.connect() as to_cx:
            source, target = (cx.connection.dbapi_connection for cx in (from_cx, to_cx))
            sqlite.copy(source, target)


def _noted(cx: Connection, verb: Callable[[Connection], T]) -> tuple[T, frozenset[str], list[str]]:
    """What a verb comes to, the topics it touched and the rows it wrote."""
    take_notes(cx)
    return verb(cx), *take_notes(cx)


def take_notes(cx: Connection) -> tuple[frozenset[str], list[str]]:
    """The topics touched and the rows written since last asked, oldest first."""
    return frozenset(cx.info.pop("topics", ())), cx.info.pop("wrote", [])


def report(wrote: Sequence[str]) -> None:
    """Hand what was written to whoever asked in this context."""
    sink = WROTE.get()
    if sink is not None:
        sink.extend(wrote)


def unavailable(error: DBAPIError) -> Exception:
    """What a failing database means to a caller: try later. A broken rule stays a bug."""
    if isinstance(error, OperationalError) or _state(error) in _MET:
        return Refused(Code.UNAVAILABLE, f"the database did not answer: {error.orig}")
    return error


def is_retryable(error: DBAPIError) -> bool:
    """Whether the whole verb may be run again: two transactions met, none is to blame."""
    return _state(error) in _MET or _state(error) == _TAKEN


def _state(error: DBAPIError) -> str | None:
    return getattr(error.orig, "sqlstate", None)


def _engine(url: str, busy_timeout_ms: int) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, isolation_level="SERIALIZABLE", pool_pre_ping=True)
    module = sqlite.driver()
    given: dict[str, Any] = {"cached_statements": _STATEMENTS}
    shared: dict[str, Any] = {"pool_size": _READERS, "max_overflow": _READERS}
    if parsed.database in {None, "", ":memory:"}:
        # Nobody but Kept begins or ends a transaction: one who hands it back ends none either.
        shared = {"poolclass": StaticPool, "pool_reset_on_return": None}
        given["check_same_thread"] = False
    engine = create_engine(parsed, module=module, connect_args=given, **shared)
    engine._connection_cls = QuickConnection  # noqa: SLF001 - SQLAlchemy's own hook for this

    def connected(connection: Any, _record: Any) -> None:
        sqlite.prepare(connection, module.sqlite_version_info, busy_timeout_ms)

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _begin_sqlite(cx: Connection) -> None:
    options = cx.get_execution_options()
    if SAID_HERE not in options:
        quick.say(cx, READ if options.get("reading") else WRITE)


def _note_write(cx: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
    written = write_of(statement)
    if written:
        cx.info.setdefault("wrote", []).append(written)


def _check_version(cx: Connection) -> None:
    cx.execute(text("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)"))
    found = cx.execute(text("SELECT version FROM schema_version")).scalar()
    if found is None:
        cx.execute(text("INSERT INTO schema_version VALUES (:v)"), {"v": SCHEMA_VERSION})
    elif found != SCHEMA_VERSION:
        raise WrongSchemaError(
            f"the database has schema version {found}, this program needs {SCHEMA_VERSION}"
        )
