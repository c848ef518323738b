"""A run that a simulation wrote down, run again in a world of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, then, when

from vendor_sim.pytest_plugin.parsers import phrase

if TYPE_CHECKING:
    from vendor_sim.world.simulate import Run
    from vendor_sim.world.simulate.replays import Replay


@given(phrase("the-simulation"), target_fixture="simulation")
def simulation(docstring: str) -> Replay:
    from vendor_sim.world.simulate.replays import read  # noqa: PLC0415 - only where it is used

    return read(docstring)


@when(phrase("simulation-run-again"), target_fixture="simulated_run")
def run_again(simulation: Replay) -> Run:
    from vendor_sim.world.simulate import run  # noqa: PLC0415 - as above

    return run(simulation.wish)


@then(phrase("simulation-holds"))
def every_invariant_holds(simulated_run: Run) -> None:
    broken = "\n".join(map(str, simulated_run.breaches))
    assert not broken, broken
