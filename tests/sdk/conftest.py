"""Worlds and merchants for SDKs. Nothing here tells an SDK that it is not the real platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sdk.shops import Hook, Hooks, serve_hooks
from tests.sdk.worlds import Running, served
from tests.untouched import assert_untouched
from vendor_sim.kernel.clock import WallClock
from vendor_sim.kernel.ids import RandomIds
from vendor_sim.serving.stand_in import stand_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_sim.serving.stand_in import StandIn


@pytest.fixture(scope="session")
def running(tmp_path_factory) -> Iterator[Running]:
    """One world for all who do not move its clock."""
    with served(tmp_path_factory.mktemp("world")) as made:
        yield made
        assert_untouched(made.base)


@pytest.fixture(scope="session")
def here(running, tmp_path_factory) -> Iterator[StandIn]:
    """What ``vendor-sim proxy`` starts."""
    folder = tmp_path_factory.mktemp("authority")
    with stand_in(running.base, folder, WallClock(), RandomIds()) as here:
        yield here


@pytest.fixture
def platform(running, here, monkeypatch) -> Running:
    """The world, found under the platform's own host names through the environment alone."""
    return found(running, here, monkeypatch)


def found(world: Running, here: StandIn, monkeypatch: pytest.MonkeyPatch) -> Running:
    """A world, once the environment leads there."""
    for name, text in here.environment().items():
        monkeypatch.setenv(name, text)
    return world


@pytest.fixture(scope="module")
def moved(tmp_path_factory) -> Iterator[tuple[Running, StandIn]]:
    """A world of one module's own: all its tests together may move the clock by a minute or two.

    SDKs sign by the wall, and the platform allows five.
    """
    data, authority = tmp_path_factory.mktemp("moved"), tmp_path_factory.mktemp("authority")
    with (
        served(data) as world,
        stand_in(world.base, authority, WallClock(), RandomIds()) as here,
    ):
        yield world, here


@pytest.fixture(scope="session")
def hooks() -> Iterator[Hooks]:
    """Where merchants hear of their payments."""
    with serve_hooks() as made:
        yield made


@pytest.fixture
def hook(hooks) -> Iterator[Hook]:
    """The ``notify_url`` of this test."""
    with hooks.open() as one:
        yield one
