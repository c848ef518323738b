"""One trial: one scenario in a world of its own, with exactly the faults that are asked for."""

from __future__ import annotations

import functools
import shlex
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.limits import SETTLE_MAX_MS
from vendor_sim.payments.wechat.envelope import SIGNTEST
from vendor_sim.world.audit import audit
from vendor_sim.world.beginning import Beginning
from vendor_sim.world.simulate.errors import Errors
from vendor_sim.world.simulate.outcomes import outcomes_of, sometimes_of
from vendor_sim.world.simulate.watched import Watched
from vendor_sim.world.sweep.ablations import ABLATIONS, WITHOUT_FOR_MS
from vendor_sim.world.sweep.expected import unmet
from vendor_sim.world.sweep.people import LeftError, People
from vendor_sim.world.sweep.scenarios import SCENARIOS

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from vendor_sim.wire.transports import Exchange
    from vendor_sim.world.audit import Breach
    from vendor_sim.world.build import World
    from vendor_sim.world.simulate.story import Story
    from vendor_sim.world.sweep.scenarios import Scenario


_UNAUTHORISED = 401


@dataclass(frozen=True, slots=True)
class Trial:
    """What to try.

    Attributes:
        scenario: By name.
        script: Decisions, beside those that belong to the scenario.
        without: The ablation by name: what is missing for long.
    """

    scenario: str
    script: tuple[str, ...] = ()
    without: str | None = None

    def document(self) -> dict[str, Any]:
        """As a fault plan: what is tried comes before what the scenario brings along."""
        rules = ABLATIONS[self.without] if self.without else ()
        own = SCENARIOS[self.scenario].faults
        return {"rules": [*rules], "script": [*self.script, *own]}

    def command(self) -> str:
        """What runs it again, for a shell."""
        words = ["vendor-sim", "sweep", "--scenario", self.scenario]
        for decision in self.script:
            words += ["--decision", decision]
        if self.without:
            words += ["--without", self.without]
        return shlex.join(words)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a trial.

    Attributes:
        fired: The decisions that bit.
        possible: Every decision that could have.
        endings: How its orders ended.
        reached: Rare paths that it took, and how often.
        refusals: What people were refused, by code.
        probed: How often the platform signed falsely on purpose, and was refused.
        in_vain: Somebody still asked, or told, in vain when the way that was missing came back.
    """

    trial: Trial
    fired: tuple[str, ...]
    possible: tuple[str, ...]
    endings: tuple[str, ...]
    reached: Counter[str]
    refusals: Counter[str]
    breaches: tuple[Breach, ...]
    probed: int = 0
    in_vain: bool = False

    def __str__(self) -> str:
        """What broke, and what runs it again."""
        lines = [f"{self.trial.scenario}: {', '.join(self.trial.script) or 'nothing'}"]
        lines += [f"  {one}" for one in self.breaches]
        return "\n".join([*lines, f"  again: {self.trial.command()}"])


def attempt(trial: Trial, story: Story | None = None) -> Result:
    """Run a trial; the same trial comes to the same result.

    Args:
        trial: What to try.
        story: Listens, if anybody does.

    Raises:
        Refused: Its decisions are none (``invalid``).
    """
    with _beginning(trial.scenario).lend() as world, Errors() as errors:
        return _Attempt(world, trial, Watched(world, story, errors)).run()


@functools.cache
def _beginning(scenario: str) -> Beginning:
    told = SCENARIOS[scenario]
    before = told.before
    return Beginning(
        told.plan, prepare=None if before is None else lambda world: before(People(world, _nobody))
    )


def _nobody(*_told: str) -> None:
    """Listens."""


def _is_probe(kept: tuple[int, Exchange]) -> bool:
    _, exchange = kept
    headers = {name.lower(): value for name, value in exchange.request_headers.items()}
    signed = headers.get("wechatpay-signature", "")
    return signed.startswith(SIGNTEST) and exchange.status == _UNAUTHORISED


def forget_beginnings() -> None:
    """Make the worlds that trials begin with anew: for whoever changed what they are made of."""
    _beginning.cache_clear()


class _Attempt:
    def __init__(self, world: World, trial: Trial, watched: Watched) -> None:
        self._world = world
        self._trial = trial
        self._watched = watched
        self._people = People(world, watched.tell)
        self._before = outcomes_of(world)
        self._in_vain = False

    @property
    def _scenario(self) -> Scenario:
        return SCENARIOS[self._trial.scenario]

    def run(self) -> Result:
        world = self._world
        world.faults.load(self._trial.document())
        world.faults.learn()
        self._watched.begin()
        breaches = self._watched.phase(self._live)
        fired, possible = world.faults.fired, world.faults.possible
        breaches = breaches or self._watched.phase(self._rest)
        return Result(
            trial=self._trial,
            fired=tuple(fired),
            possible=tuple(possible),
            endings=self._endings(),
            reached=sometimes_of(world),
            refusals=self._people.refusals,
            breaches=breaches,
            probed=sum(map(_is_probe, world.journal.exchanges(0))),
            in_vain=self._in_vain,
        )

    def _live(self) -> Iterator[Breach]:
        """Everything up to rest, while faults can bite."""
        with suppress(LeftError):
            self._scenario.act(self._people)
        without = self._trial.without
        if without is None:
            yield from self._watched.rest(SETTLE_MAX_MS)
        else:
            self._watched.rests(WITHOUT_FOR_MS[without])

    def _rest(self) -> Iterator[Breach]:
        """Everybody has power and nothing goes wrong any more, but for the way that is missing."""
        if self._trial.without is not None:
            yield from self._without(self._trial.without)
        self._watched.mend()
        yield from self._watched.rest(SETTLE_MAX_MS)
        yield from audit(self._world)
        yield from self._unmet()

    def _without(self, way: str) -> Iterator[Breach]:
        """The other way leads to the same end, for the machine always.

        A fault on that way may leave a wallet, or a notice that is refused, unanswered for hours.
        """
        self._watched.mend(faults=False)
        if self._watched.rests(WITHOUT_FOR_MS[way]):
            yield from audit(self._world)
            yield from self._unmet()
        elif self._world.machine.outbound.next_due_ms(resting=True) is None:
            self._in_vain = True
        else:
            yield self._watched.late(WITHOUT_FOR_MS[way])

    def _unmet(self) -> Iterator[Breach]:
        return unmet(self._world, self._scenario, self._endings(), self._people.promised)

    def _endings(self) -> tuple[str, ...]:
        return tuple(sorted((outcomes_of(self._world) - self._before).elements()))
