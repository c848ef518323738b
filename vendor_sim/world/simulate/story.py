"""What happened in a run, in order: acts, exchanges, faults, breaches.

A run is told only where somebody listens: it is the same run either way, so one that failed can be
run again and told.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vendor_sim.world.build import World

PEOPLE = "people"
"""The source of every act."""
_HOPS = frozenset({"machine", "ledger", "wallet"})


class Kind(StrEnum):
    """What a step is."""

    ACT = "act"
    EXCHANGE = "exchange"
    FAULT = "fault"
    BREACH = "breach"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened.

    Attributes:
        at_ms: When, by the clock of the world.
        source, target: Who spoke to whom; of a fault or a breach both are where it is.
        text: What: an act in words, a request line, a decision, evidence.
        answer: Of an exchange: its status, or why there was none.
        about: What it names, for finding the steps of one order.
    """

    at_ms: int
    kind: Kind
    source: str
    target: str
    text: str
    answer: str = ""
    about: str = ""


class Story:
    """Listens to a world: its journal in full, and every step.

    Attributes:
        steps: In order.
        began_ms: When it began to listen.
    """

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.began_ms = 0
        self._lines: list[bytes] = []
        self._told = 0
        self._fired = 0
        self._world: World | None = None

    def listen(self, world: World) -> None:
        """Hear every exchange from now on."""
        self._world = world
        self.began_ms = world.clock.now_ms()
        self.catch_up()
        world.journal.on_change(lambda _topics: self.catch_up())

    def journal(self) -> bytes:
        """Every exchange, one JSON line each: the same seed gives the same bytes."""
        return b"".join(self._lines)

    def catch_up(self) -> None:
        """Hear the faults and the exchanges since last asked."""
        if self._world is None:
            return
        self._hear_faults(self._world)
        for entry in self._world.journal.since(self._told):
            self._told = entry["n"]
            line = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
            self._lines.append(f"{line}\n".encode())
            self.steps.append(_exchange(entry, line))

    def act(self, who: str, service: str, what: str) -> None:
        """Somebody did something to a service."""
        self.catch_up()
        self._add(Kind.ACT, service, f"{who} {what}", source=PEOPLE)

    def mended(self) -> None:
        """From here on nothing goes wrong: what was done so far is heard before it is forgotten."""
        self.catch_up()
        self._fired = 0

    def breach(self, rule: str, evidence: str) -> None:
        """A rule does not hold."""
        self.catch_up()
        self._add(Kind.BREACH, "ledger", f"{rule}: {evidence}")

    def _hear_faults(self, world: World) -> None:
        fired = world.faults.fired
        for decision in fired[self._fired :]:
            self._add(Kind.FAULT, place_of(decision), decision)
        self._fired = len(fired)

    def _add(self, kind: Kind, where: str, text: str, *, source: str | None = None) -> None:
        if self._world is not None:
            now_ms = self._world.clock.now_ms()
            self.steps.append(Step(now_ms, kind, source or where, where, text, about=text))


def place_of(decision: str) -> str:
    """The service at which a fault bites: for a message whoever sends it."""
    site = decision.partition("|")[2]
    name = site.partition(">")[0].partition("@")[0]
    return name if name in _HOPS else "machine"


def _exchange(entry: dict[str, Any], line: str) -> Step:
    fault = entry["fault"]
    status = "no answer" if entry["status"] is None else str(entry["status"])
    return Step(
        at_ms=entry["at_ms"],
        kind=Kind.EXCHANGE,
        source=entry["source"],
        target=entry["target"],
        text=f"{entry['method']} {entry['path']}",
        answer=f"{status} ({fault})" if fault else status,
        about=line,
    )
