"""The world that was chosen, as a stage; imported only when a scenario needs one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vendor_sim.kernel.ids import RandomIds
from vendor_sim.kernel.problems import Refused
from vendor_sim.pytest_plugin.names import Names
from vendor_sim.pytest_plugin.stage import HttpStage, served
from vendor_sim.serving.on_sockets import at_once
from vendor_sim.wire.http import NoAnswer, network

if TYPE_CHECKING:
    from vendor_sim.pytest_plugin.options import Choice
    from vendor_sim.pytest_plugin.stage import Stage
    from vendor_sim.world.build import World

_MARK_BYTES = 4


def over_sockets(running: tuple[str, World]) -> Stage:
    """The served world of this run, emptied.

    Args:
        running: Its address, and itself.
    """
    base, _ = running
    stage = served(base, together=at_once)
    stage.ask("POST", "/reset", {})
    return stage


def elsewhere(choice: Choice) -> Stage:
    """The world at that URL, which has a past, and where others may be."""
    stage = _at(choice)
    if choice.reset:
        stage.ask("POST", "/reset", {})
    return stage


def look(choice: Choice) -> None:
    """See that somebody is there who lets us in, once for all scenarios."""
    problem = _problem(choice)
    if problem is not None:
        pytest.fail(f"{choice.url}: {problem}", pytrace=False)


def _problem(choice: Choice) -> str | None:
    try:
        stage = _at(choice)
    except OSError as error:
        return f"cannot trust {choice.certificate}: {error}"
    try:
        stage.ask("GET", "/machines")
    except NoAnswer as error:
        return f"nobody answers ({error})"
    except Refused as refused:
        return refused.problem.detail
    finally:
        stage.close()
    return None


def _at(choice: Choice) -> Stage:
    names = Names(RandomIds().raw("story", _MARK_BYTES).hex())
    return HttpStage(
        str(choice.url),
        network(choice.certificate),
        together=at_once,
        token=choice.token,
        names=names,
        alone=choice.reset,
        moves_clock=choice.move_clock,
    )
