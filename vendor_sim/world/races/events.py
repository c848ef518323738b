"""The events that can race, each a list of steps: one commit, or one message, each.

| event        | its steps                                                                        |
| ------------ | -------------------------------------------------------------------------------- |
| pay          | a customer says yes; the yes reaches the platform; its answer reaches the wallet |
| pay too      | the same, by a second customer                                                   |
| scan         | a second customer scans the code; the platform says what it is for               |
| decline      | a second customer says no; the no reaches the platform                           |
| present      | a customer presents a payment code; the machine charges it; it hears the answer  |
| cancel       | a customer presses cancel; the close reaches the platform; its answer comes      |
| notify       | the notice that has waited longest reaches the machine                           |
| notify twice | it reaches the machine, and the platform does not hear so; it comes again        |
| query        | the machine's question reaches the platform; its answer comes                    |
| expire       | the time to pay ends; the platform closes the payment; the machine looks         |
| release      | the machine starts the motor                                                     |
| drop         | the motor stops, and the machine learns what the sensor saw                      |
| capture      | the machine's word on the money reaches the platform; its answer comes           |
| refund       | the operator gives all of it back; the refund reaches the payer                  |
| desk         | the desk finds that the drink fell                                               |
| desk no      | the desk finds that no drink fell                                                |
| lapse        | the time of the hold ends; the platform lets it go; the machine decides          |

Whoever opened a wallet first is the customer, whoever came next is the other one. Time stands still
but in ``expire``, ``drop`` and ``lapse``, which move it to where it has to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.world.races import money, people

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from vendor_sim.world.races.cast import Cast


@dataclass(frozen=True, slots=True)
class Step:
    """One commit, or one message.

    Attributes:
        title: What happens, for people.
        act: Makes it happen; it is nothing where there is nothing to do.
    """

    title: str
    act: Callable[[Cast], object]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that takes part in a race.

    Attributes:
        name: As it is called.
        begin: Brings the world to where it can happen, before the race.
        steps: What happens, in this order, whatever comes in between.
    """

    name: str
    begin: Callable[[Cast], object]
    steps: tuple[Step, ...]


def _nothing(_cast: Cast) -> None:
    """There is nothing to prepare."""


def _machine(event: str, kinds: tuple[str, ...]) -> tuple[Callable[[Cast], object], ...]:
    """The machine asks, and hears."""

    def asks(cast: Cast) -> None:
        cast.ask(event, "machine", kinds, {"order": cast.order})

    return asks, lambda cast: cast.hear(event)


def _pay(name: str) -> Event:
    place = 0 if name == "pay" else 1
    yes = f"{'the' if name == 'pay' else 'another'} customer says yes"
    asks, hears = people.authorise(name, place)
    return Event(
        name,
        lambda cast: people.read(cast, place),
        (
            Step(yes, lambda cast: people.say_yes(cast, place)),
            Step("the yes reaches the platform", asks),
            Step("its answer reaches the wallet", hears),
        ),
    )


def _scan(name: str) -> Event:
    return Event(
        name,
        people.keep_code,
        (
            Step("another customer scans the code", people.scan),
            Step("the platform says what it is for", people.resolve),
        ),
    )


def _decline(name: str) -> Event:
    return Event(
        name,
        lambda cast: people.read(cast, 1),
        (
            Step("another customer says no", people.say_no),
            Step("the no reaches the platform", people.send_no),
        ),
    )


def _present(name: str) -> Event:
    asks, hears = _machine(name, ("charge",))
    return Event(
        name,
        people.show_code,
        (
            Step("the customer presents a payment code", people.present),
            Step("the machine begins to charge it", asks),
            Step("the machine hears what came of it", hears),
        ),
    )


def _cancel(name: str) -> Event:
    asks, hears = _machine(name, ("close_intent",))
    return Event(
        name,
        _nothing,
        (
            Step("the customer presses cancel", people.cancel),
            Step("the close reaches the platform", asks),
            Step("its answer reaches the machine", hears),
        ),
    )


def _notify(name: str) -> Event:
    return Event(name, _nothing, (Step("the notice reaches the machine", money.notify),))


def _notify_twice(name: str) -> Event:
    return Event(
        name,
        _nothing,
        (
            Step("the notice arrives, its answer does not", lambda cast: money.unheard(cast, name)),
            Step("the notice comes again", money.notify),
        ),
    )


def _query(name: str) -> Event:
    asks, hears = _machine(name, ("check_intent",))
    return Event(
        name,
        _nothing,
        (
            Step("the machine asks the platform", asks),
            Step("the machine hears the answer", hears),
        ),
    )


def _expire(name: str) -> Event:
    return Event(
        name,
        money.near_the_end,
        (
            Step("the time to pay ends", money.end_of_code),
            Step("the platform closes the payment", money.by_time),
            Step("the machine looks at the time", money.look),
        ),
    )


def _release(name: str) -> Event:
    def starts(cast: Cast) -> None:
        cast.work("machine", ("release",), {"order": cast.order})

    return Event(name, _nothing, (Step("the machine starts the motor", starts),))


def _drop(name: str) -> Event:
    return Event(name, money.turning, (Step("the sensor says what it saw", money.drop_seen),))


def _capture(name: str) -> Event:
    asks, hears = _machine(name, ("capture", "void", "refund", "refund_again"))
    return Event(
        name,
        _nothing,
        (
            Step("the machine's word on the money reaches the platform", asks),
            Step("its answer reaches the machine", hears),
        ),
    )


def _refund(name: str) -> Event:
    def arrives(cast: Cast) -> None:
        cast.work("ledger", ("finish_refund",), {})

    return Event(
        name,
        _nothing,
        (
            Step("the operator gives the money back", money.give_back),
            Step("the refund reaches the payer", arrives),
        ),
    )


def _desk(name: str) -> Event:
    fell = name == "desk"
    found = "the drink fell" if fell else "no drink fell"
    step = Step(f"the desk finds that {found}", lambda cast: money.desk(cast, released=fell))
    return Event(name, money.unsure, (step,))


def _lapse(name: str) -> Event:
    def decides(cast: Cast) -> None:
        cast.work("machine", ("settle_unsure_by_time",), {"order": cast.order})

    return Event(
        name,
        money.unsure,
        (
            Step("the time of the hold ends", money.end_of_hold),
            Step("the platform lets it go", money.by_time),
            Step("the machine decides by itself", decides),
        ),
    )


EVENTS: Mapping[str, Callable[[str], Event]] = {
    "pay": _pay,
    "pay too": _pay,
    "scan": _scan,
    "decline": _decline,
    "present": _present,
    "cancel": _cancel,
    "notify": _notify,
    "notify twice": _notify_twice,
    "query": _query,
    "expire": _expire,
    "release": _release,
    "drop": _drop,
    "capture": _capture,
    "refund": _refund,
    "desk": _desk,
    "desk no": _desk,
    "lapse": _lapse,
}


def event_of(name: str) -> Event:
    """The event of this name.

    Raises:
        Refused: There is none (``invalid``).
    """
    if name not in EVENTS:
        known = ", ".join(EVENTS)
        raise Refused(Code.INVALID, f"no event is called {name!r}; there are {known}", "event")
    return EVENTS[name](name)


def events_of(names: Sequence[str]) -> tuple[Event, ...]:
    """The events of these names, each once.

    Raises:
        Refused: One is unknown, or named twice (``invalid``).
    """
    if len(set(names)) < len(names) or not names:
        raise Refused(Code.INVALID, "name at least one event, and each of them once", "event")
    return tuple(event_of(name) for name in names)
