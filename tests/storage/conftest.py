"""Both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.storage.rows import TABLES
from vendor_sim.storage.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    """A SQLite file."""
    return f"sqlite:///{tmp_path}/some.db"


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def db(request: pytest.FixtureRequest) -> Iterator[Database]:
    """Each kind of database, for one thread."""
    yield from _opened(request)


@pytest.fixture(params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest) -> Iterator[Database]:
    """Each kind of database that several threads may use."""
    yield from _opened(request)


def _opened(request: pytest.FixtureRequest) -> Iterator[Database]:
    fixture = {"sqlite": "file_url", "postgresql": "postgres_url"}.get(request.param)
    database = Database(request.getfixturevalue(fixture) if fixture else "sqlite://", TABLES)
    yield database
    database.close()
