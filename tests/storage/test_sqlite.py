"""Which SQLite, and how it is opened."""

from __future__ import annotations

import importlib
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from tests.storage.rows import TABLES
from vendor_sim.storage import sqlite
from vendor_sim.storage.database import Database

if TYPE_CHECKING:
    from pathlib import Path

PRAGMAS = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
FULL, EXTRA = 2, 3


@pytest.mark.parametrize(
    ("version", "sound"),
    [
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
        ((4, 0, 0), True),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 40, 1), False),
        ((3, 45, 9), False),
    ],
)
def test_versions_that_may_corrupt_a_log_are_known(
    version: tuple[int, int, int], *, sound: bool
) -> None:
    """https://www.sqlite.org/wal.html#walresetbug."""
    assert sqlite.wal_is_sound(version) is sound


def test_commits_are_durable_and_foreign_keys_are_kept(file_url: str) -> None:
    """A sound library gets a write-ahead log, synced at every commit."""
    db = Database(file_url, TABLES, busy_timeout_ms=1234)
    found = db.read(
        lambda cx: [cx.exec_driver_sql(f"PRAGMA {pragma}").scalar() for pragma in PRAGMAS]
    )
    journal = ["wal", FULL] if sqlite.wal_is_sound(sqlite.driver().sqlite_version_info) else None
    assert found == [*(journal or ["delete", EXTRA]), 1, 1234]
    db.close()


@pytest.mark.parametrize(
    ("version", "journal"),
    [((3, 40, 1), ["delete", EXTRA]), ((3, 53, 4), ["wal", FULL])],
)
def test_a_library_with_the_bug_gets_the_slower_journal(
    tmp_path: Path, version: tuple[int, int, int], journal: list[object]
) -> None:
    connection = sqlite3.connect(tmp_path / "some.db")
    sqlite.prepare(connection, version, 10)
    found = [connection.execute(f"PRAGMA {pragma}").fetchone()[0] for pragma in PRAGMAS[:2]]
    assert found == journal
    assert connection.isolation_level is None
    connection.close()


def test_where_the_newer_library_is_missing_the_standard_one_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = importlib.import_module

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("pysqlite3"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(importlib, "import_module", without)
    assert sqlite.driver().connect is sqlite3.connect


def test_a_connection_keeps_far_more_statements_than_there_are(
    file_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The driver's own 128 are used up by making the tables; then nothing new stays prepared."""
    real, given = sqlite.driver(), []

    class Driver:
        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

        def connect(self, *args: Any, **kwargs: Any) -> Any:
            given.append(kwargs["cached_statements"])
            return real.connect(*args, **kwargs)

    monkeypatch.setattr(sqlite, "driver", Driver)
    for url in (file_url, "sqlite://"):
        Database(url, TABLES).close()
    assert set(given) == {1_024}
