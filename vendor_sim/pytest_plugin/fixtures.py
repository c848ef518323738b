"""The two fixtures that every step works with, and what happens where a world lacks something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vendor_sim.pytest_plugin.options import SIMULATED, chosen
from vendor_sim.pytest_plugin.scene import Scene
from vendor_sim.pytest_plugin.shortfall import NotHereError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_sim.pytest_plugin.options import Choice
    from vendor_sim.pytest_plugin.stage import Stage
    from vendor_sim.world.build import World


@pytest.fixture(scope="session")
def served_world() -> Iterator[tuple[str, World]]:
    """One world for the whole run (of each worker) that is served on a free port; its address."""
    from vendor_sim.serving.on_sockets import on_sockets  # noqa: PLC0415 - where it is asked for

    with on_sockets() as running:
        yield running


@pytest.fixture(scope="session")
def deployment(request: pytest.FixtureRequest) -> Choice:
    """The world at ``--vendor-sim-url``, which answers and lets us in."""
    from vendor_sim.pytest_plugin.worlds import look  # noqa: PLC0415 - where it is asked for

    choice = chosen(request.config)
    look(choice)
    return choice


@pytest.fixture
def world_seed() -> int | str:
    """What a simulated world is made from: the same for every scenario.

    A scenario's name would do too, were it not another in each language; so would its place in its
    file, did not every line written above it move it. Each scenario has a world of its own, so
    nothing is gained by different seeds. Override it to see a story under another one.
    """
    return 0


@pytest.fixture
def world(request: pytest.FixtureRequest, world_seed: int | str) -> Iterator[Stage]:
    """The world of one scenario: by itself a simulated one, empty, under the virtual clock.

    ``--vendor-sim-world=sockets`` and ``--vendor-sim-url`` choose another. Override it to run the
    same features in one that you made yourself.
    """
    stage = _stage(request, world_seed)
    yield stage
    stage.close()


def _stage(request: pytest.FixtureRequest, seed: int | str) -> Stage:
    choice = chosen(request.config)
    if choice.url is None and choice.world == SIMULATED:
        from vendor_sim.pytest_plugin.in_process import simulated  # noqa: PLC0415 - heavy

        return simulated(seed=seed)
    from vendor_sim.pytest_plugin import worlds  # noqa: PLC0415 - heavy

    if choice.url is None:
        return worlds.over_sockets(request.getfixturevalue("served_world"))
    return worlds.elsewhere(request.getfixturevalue("deployment"))


@pytest.fixture
def scene(world: Stage) -> Scene:
    """What the steps of one scenario remember."""
    return Scene(world)


def pytest_bdd_step_error(exception: Exception) -> None:
    """A step that its world cannot do is no failure of the story."""
    if isinstance(exception, NotHereError):
        pytest.skip(str(exception))
