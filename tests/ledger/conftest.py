"""Books on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ledger.books import Books, open_books

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that several threads can use."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/books.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def shared(url: str) -> Iterator[Books]:
    """Books on SQLite, then on PostgreSQL, for several threads."""
    books = open_books(url)
    yield books
    books.db.close()


@pytest.fixture
def books() -> Iterator[Books]:
    """Books in memory."""
    books = open_books("sqlite://")
    yield books
    books.db.close()
