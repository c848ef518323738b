"""Every order of some events is tried, each from the same starting point, and judged at rest.

Orders share their beginnings, and many come to one state: a cancel and a notice in two databases
are the same either way round. So the theatre walks states rather than orders. Where an order
comes to rows, time, counters and answers under way that were there before, it will go on as that
one did, and is counted with it: nothing about which steps commute is assumed, it is seen.
"""

from __future__ import annotations

import math
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import RACE_ORDERS_MAX, RACE_STATES_MAX
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.world.audit import audit
from vendor_sim.world.faults.processes import Killed
from vendor_sim.world.races.events import Step
from vendor_sim.world.races.outcome import Ending, Start
from vendor_sim.world.races.snapshot import Snapshot, under_way
from vendor_sim.world.races.suspended import hold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vendor_sim.wire.http import Response
    from vendor_sim.world.races.cast import Cast
    from vendor_sim.world.races.events import Event

Order = tuple[str, ...]
"""The names of events, each as often as it has steps."""


def count_orders(events: Sequence[Event]) -> int:
    """In how many orders the steps can come, when each event keeps its own order."""
    ways = math.factorial(sum(len(event.steps) for event in events))
    return ways // math.prod(math.factorial(len(event.steps)) for event in events)


@dataclass
class _State:
    """Where orders have come to: an ending, or the states that follow by each next event."""

    ending: Ending | None = None
    following: dict[str, _State] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """The orders that come to one ending.

    Attributes:
        ending: How they end.
        orders: How many they are.
        first: The first of them.
    """

    ending: Ending
    orders: int
    first: Order


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of every order.

    Attributes:
        events: What raced.
        states: How many states the theatre walked through.
    """

    events: tuple[Event, ...]
    states: int
    _first: _State

    def orders(self) -> Iterator[tuple[Order, Ending]]:
        """Every order with its ending, one by one."""
        yield from _orders(self._first, ())

    def groups(self) -> list[Group]:
        """The orders by their endings, in the order in which those were first met."""
        found = _groups(self._first, {})
        return [Group(ending, count, path) for ending, (count, path) in found.items()]


class _Mark:
    """Where everything was at the end of a path, with nothing under way."""

    def __init__(self, path: Order, cast: Cast) -> None:
        self.path = path
        self.snapshot = Snapshot(cast.world)
        self._told = tuple(cast.told)
        self._scans, self._codes = dict(cast.scans), dict(cast.codes)

    def put_back(self, cast: Cast) -> None:
        """Have it so again."""
        cast.leave()
        cast.told[:] = self._told
        cast.scans, cast.codes = dict(self._scans), dict(self._codes)
        self.snapshot.put_back()

    def close(self) -> None:
        """Let go of the copies."""
        self.snapshot.close()


class Theatre:
    """One race on one world, played as often as one likes.

    Args:
        cast: Who takes part; nobody else moves the world until :meth:`close`.
        events: What happens.
        once: It is played once, in a world that cannot be put back to where it was.
    """

    def __init__(self, cast: Cast, events: Sequence[Event], *, once: bool = False) -> None:
        self._cast = cast
        self._events = {event.name: event for event in events}
        cast.world.network.arriving = hold
        for event in events:
            event.begin(cast)
        if not self._is_quiet():
            detail = "a race begins when everybody is on and nothing late is on its way"
            raise Refused(Code.NOT_READY, detail)
        self._start = Start.of(cast)
        self._marks = [] if once else [_Mark((), cast)]
        self._known: dict[str, _State] = {}

    def try_all(self) -> Tried:
        """Try every order.

        Raises:
            Refused: There are too many (``invalid``).
        """
        events = tuple(self._events.values())
        count = count_orders(events)
        if count > RACE_ORDERS_MAX:
            raise Refused(Code.INVALID, _too_many(f"{count} orders", RACE_ORDERS_MAX), "events")
        first = self._walk((), self._mark)
        return Tried(events, len(self._known), first)

    def play(self, order: Order) -> Ending:
        """Play one order from here to rest."""
        for name, step in steps_of(tuple(self._events.values()), order):
            self._do(name, step)
        return self._end()

    def put_back(self) -> None:
        """Have everything as it was before the race."""
        self._mark.put_back(self._cast)

    def close(self) -> None:
        """Let go of the world."""
        self._cast.leave()
        self._cast.world.network.arriving = _pass
        for mark in self._marks:
            mark.close()

    @property
    def _mark(self) -> _Mark:
        (mark,) = self._marks
        return mark

    def _walk(self, path: Order, mark: _Mark) -> _State:
        """What follows from here on; the world is there, and somewhere else afterwards."""
        key = self._key(path)
        if key in self._known:
            return self._known[key]
        state = self._known[key] = _State()
        if len(self._known) > RACE_STATES_MAX:
            raise Refused(Code.INVALID, _too_many("states", RACE_STATES_MAX), "events")
        nexts = [one for one in self._events.values() if path.count(one.name) < len(one.steps)]
        if not nexts:
            state.ending = self._end()
        elif len(nexts) > 1 and path and self._is_quiet():
            with closing(_Mark(path, self._cast)) as here:
                self._go_on(state, path, nexts, here)
        else:
            self._go_on(state, path, nexts, mark)
        return state

    def _is_quiet(self) -> bool:
        """Whether rows, time and counters are all there is to know."""
        return not self._cast.calls and not under_way(self._cast.world)

    def _go_on(self, state: _State, path: Order, nexts: Sequence[Event], mark: _Mark) -> None:
        for place, event in enumerate(nexts):
            if place:
                self._bring(path, mark)
            self._do(event.name, event.steps[path.count(event.name)])
            state.following[event.name] = self._walk((*path, event.name), mark)

    def _bring(self, path: Order, mark: _Mark) -> None:
        """Have the world at the end of a path that begins with the mark's."""
        mark.put_back(self._cast)
        steps = steps_of(tuple(self._events.values()), path, whole=False)
        for name, step in islice(steps, len(mark.path), None):
            self._do(name, step)

    def _key(self, path: Order) -> str:
        where = sorted((name, path.count(name)) for name in self._events)
        broke = [line for line in self._cast.told if line.startswith(_BROKE)]
        return f"{where} {broke} {self._cast.in_the_air()} {self._mark.snapshot.digest()}"

    def _do(self, name: str, step: Step) -> None:
        try:
            step.act(self._cast)
            self._cast.world.network.check()
        except Killed:
            self._cast.told.append(f"killed: {step.title}")
        except Exception as error:  # noqa: BLE001 - whatever a service raises is a finding
            self._cast.told.append(f"{_BROKE} {step.title} ({name}): {error!r}")

    def _end(self) -> Ending:
        world, told = self._cast.world, self._cast.told
        self._do("rest", Step("everything comes to rest", _rest))
        broke = [line for line in told if line.startswith(_BROKE)]
        rules = [f"{breach.rule}: {breach.evidence}" for breach in audit(world)]
        return self._start.ending(self._cast, (*rules, *broke))


_BROKE = "broke:"


def steps_of(
    events: Sequence[Event], order: Order, *, whole: bool = True
) -> Iterator[tuple[str, Step]]:
    """The steps that an order of events names.

    Raises:
        Refused: It names something else, or too much, or too little (``invalid``).
    """
    left = {event.name: list(event.steps) for event in events}
    for name in order:
        if not left.get(name):
            raise Refused(Code.INVALID, f"{name!r} has no step more to take here", "order")
        yield name, left[name].pop(0)
    missing = [name for name, steps in left.items() if steps]
    if whole and missing:
        raise Refused(Code.INVALID, f"steps of {', '.join(missing)} are missing", "order")


def _rest(cast: Cast) -> None:
    if not cast.world.driver.settle(cast.world.tuning.patience_ms):
        raise RuntimeError("there is still work to do")


def _pass(_answer: Response) -> None:
    """Answers arrive as they come."""


def _too_many(what: str, most: int) -> str:
    return f"there would be {what}, and at most {most} are tried: let fewer events race"


def _orders(state: _State, path: Order) -> Iterator[tuple[Order, Ending]]:
    if state.ending is not None:
        yield path, state.ending
    for name, following in state.following.items():
        yield from _orders(following, (*path, name))


_Found = dict["Ending", tuple[int, Order]]


def _groups(state: _State, known: dict[int, _Found]) -> _Found:
    """How many orders from here come to which ending, and the rest of the first that does."""
    if id(state) in known:
        return known[id(state)]
    found: _Found = {} if state.ending is None else {state.ending: (1, ())}
    for name, following in state.following.items():
        for ending, (count, path) in _groups(following, known).items():
            before, first = found.get(ending, (0, (name, *path)))
            found[ending] = (before + count, first)
    known[id(state)] = found
    return found
