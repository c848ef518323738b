"""Tries every single fault, or pairs, and says what broke; or tells one trial step by step."""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vendor_sim.cli.simulating_jobs import side_by_side
from vendor_sim.cli.simulating_say import any_locale
from vendor_sim.kernel.problems import Refused
from vendor_sim.serving.errors import CannotStartError
from vendor_sim.world.simulate.diagram import drawn
from vendor_sim.world.simulate.story import Story
from vendor_sim.world.sweep import SCENARIOS, Trial, attempt, sample, singles
from vendor_sim.world.sweep.ablations import ABLATIONS
from vendor_sim.world.sweep.reached import reached_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vendor_sim.world.sweep import Result

_BROKEN = 1


@dataclass(frozen=True, slots=True)
class Sweep:
    """What was typed; the names are those of the options."""

    scenario: str | None
    decisions: Sequence[str]
    without: str | None
    pairs: int
    seed: int
    jobs: int

    def scenarios(self) -> list[str]:
        """Those that were asked for.

        Raises:
            CannotStartError: There is none of that name.
        """
        if self.without not in {None, *ABLATIONS}:
            raise CannotStartError(f"--without takes {' or '.join(ABLATIONS)}")
        if self.scenario is None:
            return list(SCENARIOS)
        if self.scenario not in SCENARIOS:
            listed = "; ".join(SCENARIOS)
            raise CannotStartError(f"there is no scenario {self.scenario!r}; there are: {listed}")
        return [self.scenario]

    def trials(self, scenario: str) -> list[Trial]:
        """All that is to be tried of a scenario."""
        if self.pairs:
            return sample(scenario, self.pairs, self.seed, self.without)
        return list(singles(scenario, self.without))


def sweep_all(asked: Sweep) -> int:
    """Run everything that was asked for; the exit code.

    Raises:
        CannotStartError: As it says.
    """
    any_locale()
    scenarios = asked.scenarios()
    if asked.decisions:
        return _tell_one(asked, scenarios)
    began, tally = time.monotonic(), _Tally()
    for scenario in scenarios:
        why = SCENARIOS[scenario].needs.get(asked.without or "")
        if why is not None:
            tally.leave_out(scenario, f"it needs {asked.without}: {why}")
            continue
        results = side_by_side(attempt, asked.trials(scenario), asked.jobs)
        tally.add(scenario, results)
    tally.close(time.monotonic() - began)
    return _BROKEN if tally.failed else 0


def _tell_one(asked: Sweep, scenarios: Sequence[str]) -> int:
    if asked.scenario is None:
        raise CannotStartError("--decision bites in one scenario: say which with --scenario")
    story = Story()
    try:
        came = attempt(Trial(scenarios[0], tuple(asked.decisions), asked.without), story)
    except Refused as refused:
        raise CannotStartError(refused.problem.detail) from refused
    sys.stdout.write(drawn(story.steps, story.began_ms))
    missed = [one for one in asked.decisions if one not in came.fired]
    if missed:
        sys.stdout.write(f"\nNever bit: {', '.join(missed)}\n")
    sys.stdout.write(f"\nEnded: {', '.join(came.endings) or 'without an order'}\n")
    for one in came.breaches:
        sys.stdout.write(f"{one}\n")
    return _BROKEN if came.breaches else 0


@dataclass
class _Tally:
    trials: int = 0
    failed: int = 0
    left_out: int = 0
    in_vain: int = 0
    reached: Counter[str] = field(default_factory=Counter)

    def add(self, scenario: str, results: Iterator[Result]) -> None:
        """Everything of one scenario, told as it comes."""
        trials, failed = 0, 0
        for result in results:
            trials += 1
            self.reached.update(reached_by(result))
            self.in_vain += result.in_vain
            if result.breaches:
                failed += 1
                sys.stdout.write(f"{result}\n")
        sys.stdout.write(f"{scenario:<40}{trials:>7} trials{failed:>7} failed\n")
        sys.stdout.flush()
        self.trials += trials
        self.failed += failed

    def leave_out(self, scenario: str, why: str) -> None:
        """A scenario that is not tried."""
        sys.stdout.write(f"{scenario:<40} left out, {why}\n")
        self.left_out += 1

    def close(self, took_s: float) -> None:
        """What came of all: which rare paths were taken, and one line for programs."""
        for path, count in sorted(self.reached.items()):
            sys.stdout.write(f"{path:<50}{count:>7} times\n")
        rate = self.trials / took_s * 60 if took_s > 0 else 0
        last = f"trials={self.trials} failed={self.failed} left_out={self.left_out}"
        last += f" in_vain={self.in_vain}"
        last += f" trials_per_minute={rate:.0f}"
        sys.stdout.write(f"{last}\n")
