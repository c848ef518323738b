"""How a bug is planted: a patch of the product, what must report it, and one run that kills it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_sim.world.simulate import Wish, run
from vendor_sim.world.simulate.swarm import mix
from vendor_sim.world.sweep import Trial, attempt
from vendor_sim.world.sweep.trial import forget_beginnings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pytest

    from vendor_sim.world.audit import Breach

    Plant = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True, slots=True)
class Seed:
    """One world of the swarm."""

    number: int
    purchases: int = 20
    heavy: bool = False

    def breaches(self) -> Sequence[Breach]:
        """What breaks in it."""
        wish = Wish(self.number, self.purchases, mix(self.number, heavy=self.heavy))
        return run(wish).breaches


@dataclass(frozen=True, slots=True)
class Sweep:
    """One trial of the sweep."""

    scenario: str
    decision: str | None = None
    without: str | None = None

    def breaches(self) -> Sequence[Breach]:
        """What breaks in it."""
        script = (self.decision,) if self.decision else ()
        return attempt(Trial(self.scenario, script, self.without)).breaches


@dataclass(frozen=True, slots=True)
class Bug:
    """A mistake that somebody might make.

    Attributes:
        breaks: The invariants one of which must report it.
        killer: One run that is known to find it, and finds nothing where it is not planted.
        plant: Makes the mistake.
    """

    name: str
    breaks: frozenset[str]
    killer: Sweep | Seed
    plant: Plant

    def found_by(self, killer: Sweep | Seed, patch: pytest.MonkeyPatch) -> Sequence[Breach]:
        """What one run finds with the mistake made. Worlds are made anew: it may be in them."""
        forget_beginnings()
        self.plant(patch)
        try:
            return killer.breaches()
        finally:
            patch.undo()
            forget_beginnings()


BUGS: dict[str, Bug] = {}


def planted(name: str, breaks: str, killer: Sweep | Seed) -> Callable[[Plant], Plant]:
    """Put a bug on the list.

    Args:
        name: The mistake, in a few words.
        breaks: The invariants one of which must report it, like ``I4 I6``.
        killer: One run that is known to find it.
    """

    def keep(plant: Plant) -> Plant:
        assert name not in BUGS
        BUGS[name] = Bug(name, frozenset(breaks.split()), killer, plant)
        return plant

    return keep
