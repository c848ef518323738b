"""One run: a world of its own, customers and faults drawn from one seed, and what came of it.

First the faults are on and the customers come. Then the faults are off, every service has power,
and the world comes to rest. Then everything is audited. The rules that can be held at any time are
held after every tick; the run ends where one is broken.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.limits import SETTLE_MAX_MS
from vendor_sim.world.audit import audit
from vendor_sim.world.build import simulate
from vendor_sim.world.simulate import staff
from vendor_sim.world.simulate.agenda import Agenda, live
from vendor_sim.world.simulate.customers import customer
from vendor_sim.world.simulate.errors import Errors
from vendor_sim.world.simulate.hands import Hands
from vendor_sim.world.simulate.manners import MANNERS, press
from vendor_sim.world.simulate.outcomes import outcomes_of, sometimes_of
from vendor_sim.world.simulate.town import plan_for
from vendor_sim.world.simulate.watched import Watched

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vendor_sim.kernel.problems import Code
    from vendor_sim.world.audit import Breach
    from vendor_sim.world.build import World
    from vendor_sim.world.simulate.agenda import Script
    from vendor_sim.world.simulate.customers import Customer
    from vendor_sim.world.simulate.story import Story

    Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """What to run: all that decides what happens.

    Attributes:
        purchases: How many customers were planned; what wallets hold follows from it.
        document: The fault plan.
        kept: Which customers come; None is all of them.
    """

    seed: int
    purchases: int
    document: Document = field(default_factory=dict)
    kept: tuple[int, ...] | None = None

    @property
    def customers(self) -> Sequence[int]:
        """The numbers of the customers that come."""
        return range(self.purchases) if self.kept is None else self.kept


@dataclass(frozen=True, slots=True)
class Run:
    """What came of a run.

    Attributes:
        outcomes: Orders by how they ended.
        refusals: What people were refused, by code.
        faults: Faults that bit, by kind.
        sometimes: How often each rare path was taken.
        fired: Every decision that bit, in order.
        seen: Every site that was passed while faults could bite.
        lasted_ms: By the clock of the world.
    """

    wish: Wish
    outcomes: Counter[str]
    refusals: Counter[str]
    faults: Counter[str]
    sometimes: Counter[str]
    breaches: tuple[Breach, ...]
    fired: tuple[str, ...]
    seen: tuple[str, ...]
    lasted_ms: int


def run(wish: Wish, story: Story | None = None) -> Run:
    """Run a world from its start to its end.

    Args:
        wish: What to run; the same wish comes to the same run.
        story: Listens, if anybody does.

    Raises:
        Refused: The fault plan is none (``invalid``).
    """
    world = simulate(plan_for(wish.purchases), seed=wish.seed)
    try:
        with Errors() as errors:
            return _Running(world, wish, Watched(world, story, errors)).run()
    finally:
        world.close()


class _Running:
    def __init__(self, world: World, wish: Wish, watched: Watched) -> None:
        self._world = world
        self._wish = wish
        self._watched = watched
        self._refusals: Counter[str] = Counter()
        self._began_ms = watched.now_ms()
        self._hands = Hands(world, watched.tell, self._refused)

    def run(self) -> Run:
        faults = self._world.faults
        faults.load(self._wish.document)
        self._watched.begin()
        breaches = self._watched.phase(self._with_faults)
        counts, fired, seen = faults.counts, faults.fired, faults.seen
        breaches = breaches or self._watched.phase(self._without_faults)
        return Run(
            wish=self._wish,
            outcomes=outcomes_of(self._world),
            refusals=self._refusals,
            faults=Counter({kind: n for kind, n in sorted(counts.items()) if n}),
            sometimes=sometimes_of(self._world),
            breaches=breaches,
            fired=tuple(fired),
            seen=tuple(seen),
            lasted_ms=self._watched.now_ms() - self._began_ms,
        )

    def _with_faults(self) -> Sequence[Breach]:
        agenda = Agenda()
        for number in self._wish.customers:
            one = customer(self._wish.seed, number)
            slow = one.choices.happens("slow", 0.5)
            agenda.put(self._began_ms + one.arrives_ms, one.name, self._visit(one), slow=slow)
        for one_round in staff.rounds(self._wish.seed, max(self._wish.customers, default=0)):
            begins_ms = self._began_ms + one_round.begins_ms
            agenda.put(begins_ms, one_round.name, one_round.script(self._hands))
        live(self._world, self._watched.driver, agenda)
        return ()

    def _without_faults(self) -> Iterator[Breach]:
        self._watched.mend()
        yield from self._watched.rest(SETTLE_MAX_MS)
        yield from audit(self._world)

    def _visit(self, one: Customer) -> Script:
        order = yield from press(one, self._hands)
        if order is not None:
            yield from MANNERS[one.manner](one, self._hands, order)
            yield from staff.aftermath(one, self._hands, order)

    def _refused(self, code: Code) -> None:
        self._refusals[code.value] += 1
