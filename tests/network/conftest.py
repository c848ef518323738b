"""One served world for all of these tests: a port, threads, databases in files, real time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vendor_sim.pytest_plugin.worlds import over_sockets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_sim.pytest_plugin.stage import Stage
    from vendor_sim.world.build import World


@pytest.fixture(scope="session")
def running(served_world: tuple[str, World]) -> tuple[str, World]:
    """The address of a served world, and the world."""
    return served_world


@pytest.fixture
def world(running: tuple[str, World]) -> Iterator[Stage]:
    """The same world for each test, emptied before."""
    stage = over_sockets(running)
    yield stage
    stage.close()
