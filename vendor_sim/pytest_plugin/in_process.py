"""Simulated worlds for scenarios, one after the other the same world, brought back to its start."""

from __future__ import annotations

from contextlib import ExitStack
from functools import lru_cache
from typing import TYPE_CHECKING

from vendor_sim.pytest_plugin.shop_line import Street
from vendor_sim.pytest_plugin.stage import HttpStage
from vendor_sim.wire.http import WsgiTransport
from vendor_sim.world.beginning import Beginning
from vendor_sim.world.control import create_control
from vendor_sim.world.plan import EMPTY

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from vendor_sim.world.build import World

_KEPT = 8
"""Worlds, and beginnings by their seeds, that are kept to be used again."""


def simulated(seed: int | str = 0) -> HttpStage:
    """An empty world in this process, under the virtual clock, the same for the same seed.

    Once it is closed, the next one of that seed may be the same world, brought back to its start.
    """
    lent = ExitStack()
    world = lent.enter_context(_beginning(seed).lend())
    return _stage(world, _control(world), seed, lent.close)


def _another(seed: int | str) -> HttpStage:
    """One more that begins alike, whose world somebody keeps."""
    world = _beginning(seed).world()
    return _stage(world, _new_control(world), seed, world.close)


def _stage(world: World, control: Flask, seed: int | str, leave: Callable[[], None]) -> HttpStage:
    street = Street(world.network.attach, world.network.line_of, world.clock.now_ms)
    transport = WsgiTransport(app=control)
    stage = HttpStage("http://localhost", transport, street=street, leave=leave)
    stage.story.of(world, lambda: _another(seed))
    return stage


@lru_cache(maxsize=_KEPT)
def _beginning(seed: int | str) -> Beginning:
    return Beginning(EMPTY, seed)


def _new_control(world: World) -> Flask:
    return create_control(world, world.keys.control_token)


_control = lru_cache(maxsize=_KEPT)(_new_control)
"""Of a lent world, which comes again."""
