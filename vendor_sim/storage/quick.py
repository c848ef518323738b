"""A connection that knows statements it has run before: SQLite's own speed for the hot path.

SQLAlchemy spends some 40 µs around a statement that SQLite runs in two. A statement object that is
executed a second time was built once, at module level, to be used again: from then on its SQL is
kept, and the driver runs it directly. Everything that needs SQLAlchemy's help (types that convert,
defaults in Python, lists in ``IN``) goes its usual way, as does every statement built on the fly.
"""

from __future__ import annotations

from collections import namedtuple
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Select, text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import Insert, UpdateBase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy import Dialect

_NAMES_MAX = 1_024
_LISTENERS = 1
"""``Database`` listens to statements; where somebody else does too, they must pass by him."""


class Rows:
    """What a statement came back with: as much of SQLAlchemy's result as our stores use."""

    __slots__ = ("_rows", "inserted_primary_key", "rowcount")

    def __init__(
        self, rows: list[Any], rowcount: int, inserted_primary_key: tuple[Any, ...] | None
    ) -> None:
        self._rows = rows
        self.rowcount = rowcount
        self.inserted_primary_key = inserted_primary_key

    def __iter__(self) -> Iterator[Any]:
        """Every row."""
        return iter(self._rows)

    def all(self) -> list[Any]:
        """Every row."""
        return self._rows

    def first(self) -> Any | None:
        """The first row; None where there is none."""
        return self._rows[0] if self._rows else None

    def one(self) -> Any:
        """The only row."""
        (row,) = self._rows
        return row

    def scalar(self) -> Any | None:
        """The first column of the first row; None where there is none."""
        return self._rows[0][0] if self._rows else None

    def scalar_one(self) -> Any:
        """The first column of the only row."""
        return self.one()[0]

    def scalars(self) -> Rows:
        """The first column of every row."""
        return Rows([row[0] for row in self._rows], self.rowcount, None)

    def mappings(self) -> Rows:
        """Every row by the names of its columns."""
        return Rows([row._asdict() for row in self._rows], self.rowcount, None)


class QuickConnection(Connection):
    """SQLAlchemy's connection with a short way for statements that come again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.look_round()

    def look_round(self) -> None:
        """See whether somebody listens to statements now."""
        self._watched = len(self.engine.dispatch.before_cursor_execute) > _LISTENERS

    def execute(
        self,
        statement: Any,
        parameters: Any = None,
        *,
        execution_options: Mapping[str, Any] | None = None,
    ) -> Any:
        """Run a statement: the short way where it is known, SQLAlchemy's otherwise."""
        known = _SEEN.get(statement)
        if known is None:
            _SEEN[statement] = _Known()
        elif execution_options is None and self.in_transaction() and not self._watched:
            many = isinstance(parameters, (list, tuple))
            one = parameters[0] if many and parameters else parameters
            form = known.form(statement, tuple(one or ()), self.dialect)
            if form is not None:
                return form.run(self, parameters, many=many)
        return super().execute(statement, parameters, execution_options=execution_options)


class _Known:
    """A statement, and its SQL for each set of parameters it was given."""

    __slots__ = ("_forms",)

    def __init__(self) -> None:
        self._forms: dict[tuple[str, ...], _Form | None] = {}

    def form(self, statement: Any, names: tuple[str, ...], dialect: Dialect) -> _Form | None:
        try:
            return self._forms[names]
        except KeyError:
            made = self._forms[names] = _form_of(statement, names, dialect)
            return made


class _Form:
    """SQL that the driver can run as it is."""

    def __init__(self, compiled: SQLCompiler, dialect: Dialect) -> None:
        self._sql = compiled.string
        self._dialect = dialect
        self._error: Any = dialect.loaded_dbapi.Error
        self._order = tuple(compiled.positiontup or ())
        self._constants = {
            name: compiled.params[name] for name in self._order if not compiled.binds[name].required
        }
        self._row = _row_of(tuple(column.keyname for column in compiled._result_columns))  # noqa: SLF001 - what it selects; there is no other way to ask
        self._pick = _picker(self._order)
        self._key_names = _key_names(compiled.statement)
        self.wrote = write_of(self._sql)

    def run(self, cx: QuickConnection, parameters: Any, *, many: bool) -> Rows:
        raw = cast("Any", cx.connection.dbapi_connection)
        if self.wrote is not None:
            cx.info.setdefault("wrote", []).append(self.wrote)
        values = [*map(self._values, parameters)] if many else self._values(parameters or {})
        try:
            cursor = (raw.executemany if many else raw.execute)(self._sql, values)
            rows = cursor.fetchall()
        except self._error as error:
            raise _told(self._dialect, self._sql, parameters, error) from error
        made = self._row
        names = self._key_names
        key = None if many or names is None else _key(names, parameters, cursor.lastrowid)
        return Rows([made(*row) for row in rows], cursor.rowcount, key)

    def _values(self, given: Mapping[str, Any]) -> Sequence[Any]:
        if self._constants:
            given = {**self._constants, **given}
        try:
            return self._pick(given)
        except KeyError as error:
            raise StatementError(f"no value for {error}", self._sql, given, error) from None


def _picker(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    """Takes the values of these names out of a mapping."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda given: [given[name] for name in names]


def _key_names(statement: Any) -> tuple[str, ...] | None:
    """The primary key of the table that a statement inserts into; None for any other."""
    if not isinstance(statement, Insert):
        return None
    return tuple(column.key for column in statement.table.primary_key)


def _key(names: tuple[str, ...], given: Any, last_row_id: int) -> tuple[Any, ...]:
    return tuple([(given or {}).get(name, last_row_id) for name in names])


def say(cx: Connection, statement: str) -> None:
    """Run a statement without parameters or rows, such as ``BEGIN``."""
    driver_error: Any = cx.dialect.loaded_dbapi.Error
    try:
        cast("Any", cx.connection.dbapi_connection).execute(statement)
    except driver_error as error:
        raise _told(cx.dialect, statement, None, error) from error


def look(cx: Connection, sql: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of a question that is written as SQL, with ``:names``: without SQLAlchemy on SQLite."""
    if not isinstance(cx, QuickConnection):
        return [dict(row) for row in cx.execute(text(sql), values).mappings()]
    raw = cast("Any", cx.connection.dbapi_connection)
    driver_error: Any = cx.dialect.loaded_dbapi.Error
    try:
        cursor = raw.execute(sql, values)
        rows = cursor.fetchall()
    except driver_error as error:
        raise _told(cx.dialect, sql, values, error) from error
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in rows]


def _told(dialect: Dialect, sql: str, given: Any, error: Exception) -> Exception:
    """The driver's error as SQLAlchemy tells it, which our callers know."""
    base = dialect.loaded_dbapi.Error
    return DBAPIError.instance(sql, given, error, base, dialect=dialect)


_SEEN: WeakKeyDictionary[Any, _Known] = WeakKeyDictionary()


@lru_cache(maxsize=_NAMES_MAX)
def write_of(statement: str) -> str | None:
    """``insert intent`` or ``update intent`` for a statement that writes; None for any other."""
    words = statement.split(None, 3)
    verb = words[0].upper()
    if verb == "INSERT":
        return f"insert {words[2]}"
    return f"update {words[1]}" if verb == "UPDATE" else None


@lru_cache(maxsize=_NAMES_MAX)
def _row_of(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names, rename=True)  # noqa: PYI024 - its fields are known at run time


def _form_of(statement: Any, names: tuple[str, ...], dialect: Dialect) -> _Form | None:
    """The SQL of a statement; None where SQLAlchemy is needed each time."""
    if not isinstance(statement, (Select, UpdateBase)):
        return None
    compiled = statement.compile(dialect=dialect, column_keys=list(names) or None)
    if not isinstance(compiled, SQLCompiler) or not compiled.positional:
        return None
    needs_help = (
        compiled._bind_processors  # noqa: SLF001 - values would have to be converted
        or compiled.insert_prefetch
        or compiled.update_prefetch
        or compiled.post_compile_params
        or compiled.literal_execute_params
        or any(_converts(column.type, dialect) for column in compiled._result_columns)  # noqa: SLF001
    )
    return None if needs_help else _Form(compiled, dialect)


def _converts(type_: Any, dialect: Dialect) -> bool:
    return type_.dialect_impl(dialect).result_processor(dialect, None) is not None
