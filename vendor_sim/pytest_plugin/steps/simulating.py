"""A run that a simulation wrote down, run again in a world of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from vendor_sim.pytest_plugin.parsers import given, phrase, then, when

if TYPE_CHECKING:
    from vendor_sim.world.simulate import Run
    from vendor_sim.world.simulate.replays import Replay


@dataclass
class Rerun:
    """What was written down, and what came of it this time."""

    replay: Replay | None = None
    run: Run | None = None


@pytest.fixture
def rerun() -> Rerun:
    """What a scenario about a simulation remembers; it needs no world beside the simulation's."""
    return Rerun()


@given(phrase("the-simulation"))
def simulation(rerun: Rerun, docstring: str) -> None:
    from vendor_sim.world.simulate.replays import read  # noqa: PLC0415 - only where it is used

    rerun.replay = read(docstring)


@when(phrase("simulation-run-again"))
def run_again(rerun: Rerun) -> None:
    from vendor_sim.world.simulate import run  # noqa: PLC0415 - as above

    assert rerun.replay is not None, "say first which simulation it is"
    rerun.run = run(rerun.replay.wish)


@then(phrase("simulation-holds"))
def every_invariant_holds(rerun: Rerun) -> None:
    assert rerun.run is not None, "it has not been run again"
    broken = "\n".join(map(str, rerun.run.breaches))
    assert not broken, broken
