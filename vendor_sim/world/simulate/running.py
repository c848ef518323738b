"""One run: a world of its own, customers and faults drawn from one seed, and what came of it.

First the faults are on and the customers come. Then the faults are off, every service has power,
and the world comes to rest. Then everything is audited. The rules that can be held at any time are
held after every tick; the run ends where one is broken.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from vendor_sim.kernel.limits import DAY_MS, SETTLE_MAX_MS
from vendor_sim.world.audit import Breach, BrokenError, Watch, audit
from vendor_sim.world.build import simulate
from vendor_sim.world.simulate import staff
from vendor_sim.world.simulate.agenda import Agenda, live
from vendor_sim.world.simulate.customers import customer
from vendor_sim.world.simulate.errors import Errors, breach, escaped
from vendor_sim.world.simulate.hands import Hands
from vendor_sim.world.simulate.manners import MANNERS, press
from vendor_sim.world.simulate.outcomes import outcomes_of, sometimes_of
from vendor_sim.world.simulate.town import plan_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from vendor_sim.kernel.problems import Code
    from vendor_sim.world.build import World
    from vendor_sim.world.driver import VirtualDriver
    from vendor_sim.world.simulate.agenda import Script
    from vendor_sim.world.simulate.customers import Customer
    from vendor_sim.world.simulate.story import Story

    Document = Mapping[str, Any]

_RESTS = "comes_to_rest"
_RESTS_SENTENCE = "With the faults off and every service up, the world comes to rest."
_RESTLESS = f"still busy after {SETTLE_MAX_MS // DAY_MS} days of its own time"


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
            return _Running(world, wish, story, errors).run()
    finally:
        world.close()


class _Running:
    def __init__(self, world: World, wish: Wish, story: Story | None, errors: Errors) -> None:
        self._world = world
        self._wish = wish
        self._story = story
        self._errors = errors
        self._driver = cast("VirtualDriver", world.driver)
        self._refusals: Counter[str] = Counter()
        self._began_ms = world.clock.now_ms()
        self._hands = Hands(world, self._tell, self._refused)

    def run(self) -> Run:
        self._world.faults.load(self._wish.document)
        if self._story is not None:
            self._story.listen(self._world)
        self._driver.also_check(Watch(self._world).check)
        self._driver.also_check(self._look)
        breaches = self._end_of(self._with_faults)
        faults = self._world.faults
        counts, fired, seen = faults.counts, faults.fired, faults.seen
        breaches = breaches or self._end_of(self._without_faults)
        self._tell_breaches(breaches)
        return Run(
            wish=self._wish,
            outcomes=outcomes_of(self._world),
            refusals=self._refusals,
            faults=Counter({kind: n for kind, n in sorted(counts.items()) if n}),
            sometimes=sometimes_of(self._world),
            breaches=breaches,
            fired=tuple(fired),
            seen=tuple(seen),
            lasted_ms=self._now_ms() - self._began_ms,
        )

    def _end_of(self, phase: Callable[[], Sequence[Breach]]) -> tuple[Breach, ...]:
        """What a phase broke; it ends where the first rule does."""
        try:
            return tuple(phase())
        except BrokenError as broken:
            return tuple(broken.breaches)
        except Exception as error:  # noqa: BLE001 - whatever is let out here is what is looked for
            return (escaped(error, self._now_ms()),)

    def _with_faults(self) -> Sequence[Breach]:
        agenda = Agenda()
        for number in self._wish.customers:
            one = customer(self._wish.seed, number)
            slow = one.choices.happens("slow", 0.5)
            agenda.put(self._began_ms + one.arrives_ms, one.name, self._visit(one), slow=slow)
        for one_round in staff.rounds(self._wish.seed, max(self._wish.customers, default=0)):
            begins_ms = self._began_ms + one_round.begins_ms
            agenda.put(begins_ms, one_round.name, one_round.script(self._hands))
        live(self._world, self._driver, agenda)
        return ()

    def _without_faults(self) -> Sequence[Breach]:
        if self._story is not None:
            self._story.mended()
        self._world.faults.clear()
        self._world.power.restore_all()
        rested = self._driver.settle(SETTLE_MAX_MS)
        late = [] if rested else [self._restless()]
        return [*late, *audit(self._world)]

    def _restless(self) -> Breach:
        return Breach(_RESTS, "I6", _RESTS_SENTENCE, _RESTLESS, self._now_ms())

    def _now_ms(self) -> int:
        return self._world.clock.now_ms()

    def _look(self) -> None:
        """After every round of ticks: whatever can be held at any time is held now."""
        if self._errors.told:
            raise BrokenError([breach(text, self._now_ms()) for text in self._errors.told])

    def _visit(self, one: Customer) -> Script:
        order = yield from press(one, self._hands)
        if order is not None:
            yield from MANNERS[one.manner](one, self._hands, order)
            yield from staff.aftermath(one, self._hands, order)

    def _tell(self, who: str, service: str, what: str) -> None:
        if self._story is not None:
            self._story.act(who, service, what)

    def _tell_breaches(self, breaches: Sequence[Breach]) -> None:
        if self._story is not None:
            for one in breaches:
                self._story.breach(one.rule, one.evidence)

    def _refused(self, code: Code) -> None:
        self._refusals[code.value] += 1
