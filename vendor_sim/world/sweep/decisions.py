"""Which trials there are: every single fault, pairs of them, and a part of either by name."""

from __future__ import annotations

from itertools import combinations
from random import Random
from typing import TYPE_CHECKING

from vendor_sim.world.faults import Fault
from vendor_sim.world.sweep.trial import Trial, attempt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vendor_sim.world.sweep.trial import Result

PASSES_MAX = 20
"""So often the same place is tried: who waits for days asks the same a thousand times."""
_TWINS = frozenset({Fault.POWER_CUT.value})
"""Other names for what is tried anyway: a machine whose plug is pulled is a machine killed."""


def clean(scenario: str, without: str | None = None) -> Result:
    """The scenario with nothing going wrong: how it ends, and what could have gone wrong."""
    return attempt(Trial(scenario, (), without))


def decisions(scenario: str, without: str | None = None) -> list[str]:
    """Every decision that can bite in a scenario, in order.

    What is missing stays missing: another fault at its place would bring it back, or be
    the same once more.
    """
    own = frozenset(Trial(scenario).document()["script"])
    came = clean(scenario, without)
    missing = {_site(one) for one in came.fired if one not in own}
    tried = (one for one in came.possible if one not in own and _site(one) not in missing)
    return [one for one in tried if one.partition("|")[0] not in _TWINS and _pass(one) < PASSES_MAX]


def singles(scenario: str, without: str | None = None) -> Iterator[Trial]:
    """One trial for each decision."""
    for decision in decisions(scenario, without):
        yield Trial(scenario, (decision,), without)


def pairs(scenario: str, without: str | None = None) -> Iterator[Trial]:
    """One trial for each two decisions at different places, the earlier one first."""
    for first, second in combinations(decisions(scenario, without), 2):
        if _site(first) != _site(second):
            yield Trial(scenario, (first, second), without)


def sample(scenario: str, most: int, seed: int = 0, without: str | None = None) -> list[Trial]:
    """So many of the pairs, drawn by their names: another seed draws others."""
    return sorted(pairs(scenario, without), key=lambda one: _drawn(one, seed))[:most]


def part(trials: Iterable[Trial], share: float, seed: int = 0) -> Iterator[Trial]:
    """Some of many trials: which are in it follows from each one's own name, and the seed."""
    return (trial for trial in trials if _drawn(trial, seed) < share)


def _site(decision: str) -> str:
    return decision.partition("|")[2]


def _pass(decision: str) -> int:
    return int(decision.rpartition("#")[2])


def _drawn(trial: Trial, seed: int) -> float:
    name = f"{seed}|{trial.scenario}|{'|'.join(trial.script)}|{trial.without}"
    return Random(name).random()  # noqa: S311 - repeatable, no secret
