"""The two fixtures that every step works with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vendor_sim.pytest_plugin.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_sim.pytest_plugin.stage import Stage


@pytest.fixture
def world_seed() -> int | str:
    """What a simulated world is made from: the same for every scenario.

    A scenario's name would do too, were it not another in each language; so would its place in its
    file, did not every line written above it move it. Each scenario has a world of its own, so
    nothing is gained by different seeds. Override it to see a story under another one.
    """
    return 0


@pytest.fixture
def world(world_seed: int | str) -> Iterator[Stage]:
    """A simulated world of its own for each test, empty and under the virtual clock.

    Override it to run the same features somewhere else, for instance over real sockets
    (``vendor_sim.pytest_plugin.stage.served``).
    """
    from vendor_sim.pytest_plugin.stage import simulated  # noqa: PLC0415 - only where it is used

    stage = simulated(seed=world_seed)
    yield stage
    stage.close()


@pytest.fixture
def scene(world: Stage) -> Scene:
    """What the steps of one scenario remember."""
    return Scene(world)
