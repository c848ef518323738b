"""Many runs added up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vendor_sim.world.simulate.running import Run


@dataclass
class Tally:
    """What came of all runs so far.

    Attributes:
        purchases: Customers that came.
        breaches: Rules broken, each once in a run.
        failed: The runs that broke some, in the order of their seeds.
        cpu_s: Seconds of CPU that the runs cost.
        lasted_ms: By the clocks of the worlds.
    """

    seeds: int = 0
    purchases: int = 0
    breaches: int = 0
    cpu_s: float = 0
    lasted_ms: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    sometimes: Counter[str] = field(default_factory=Counter)
    failed: list[Run] = field(default_factory=list)

    def add(self, run: Run, cpu_s: float = 0) -> None:
        """One run more."""
        self.seeds += 1
        self.purchases += len(run.wish.customers)
        self.cpu_s += cpu_s
        self.lasted_ms += run.lasted_ms
        self.outcomes.update(run.outcomes)
        self.refusals.update(run.refusals)
        self.faults.update(run.faults)
        self.sometimes.update(run.sometimes)
        if run.breaches:
            self.breaches += len({one.rule for one in run.breaches})
            self.failed.append(run)

    def worst(self, most: int) -> list[Run]:
        """The first run that broke each rule first, at most so many."""
        firsts: dict[str, Run] = {}
        for run in self.failed:
            firsts.setdefault(run.breaches[0].rule, run)
        return list(firsts.values())[:most]
