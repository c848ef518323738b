"""One rule of a fault plan, and one bite: what happens at one site because of it."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from random import Random
from typing import TYPE_CHECKING

from vendor_sim.world.faults.names import MESSAGES, PROCESSES, faults_at

if TYPE_CHECKING:
    from vendor_sim.wire.http import Request
    from vendor_sim.world.faults.names import At, Fault
    from vendor_sim.world.faults.sites import Hop


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of trouble; what is None is any, or as usual.

    Attributes:
        fault: What happens.
        source, target: Between which services (``from`` and ``to`` in a document).
        match: Which requests: a shell pattern on the path without its query, the method before it
            if that matters, like ``POST /v1/intents/*/capture``.
        probability: How likely at each site, decided by the site's name.
        times: How often at most.
        after: How many sites that fit pass unharmed before the first that may not.
        delay_ms: How late a message or slow an answer is.
        status: What an error or an empty answer has for a status.
        side: ``request`` or ``answer``: which of the two is spoilt.
        service, at: At which point of which service.
        down_ms: How long a killed service is away.
        machine, slot: Whose motor.
    """

    fault: Fault
    source: str | None = None
    target: str | None = None
    match: str | None = None
    probability: float = 1
    times: int | None = None
    after: int = 0
    delay_ms: int | None = None
    status: int | None = None
    side: str | None = None
    service: str | None = None
    at: At | None = None
    down_ms: int | None = None
    machine: str | None = None
    slot: str | None = None

    def fits_message(self, hop: Hop, request: Request) -> bool:
        """Whether this message is one it is about."""
        return (
            self.fault in MESSAGES
            and self.source in {None, hop.source}
            and self.target in {None, hop.target}
            and (self.match is None or _matches(self.match, request))
        )

    def fits_point(self, service: str, at: At) -> bool:
        """Whether this point of a service is one it is about."""
        return (
            self.fault in PROCESSES
            and self.at in {None, at}
            and self.service in {None, service}
            and self.fault in faults_at(service, at)
        )

    def fits_turn(self, machine: str, slot: str) -> bool:
        """Whether this turn of a motor is one it is about."""
        return self.machine in {None, machine} and self.slot in {None, slot}


@dataclass(frozen=True, slots=True)
class Bite:
    """One fault at one site.

    Attributes:
        rule: What it does there; made up where the decision stood in a script.
        site: Where.
        seed: Of the plan.
    """

    rule: Rule
    site: str
    seed: int

    @property
    def fault(self) -> Fault:
        """What happens."""
        return self.rule.fault

    @property
    def decision(self) -> str:
        """Its name, which a script repeats."""
        return decision_of(self.fault, self.site)

    def draw(self, what: str) -> Random:
        """Chance of its own for something this fault needs, the same in every run."""
        return Random(f"{self.seed}|{self.decision}|{what}")  # noqa: S311 - repeatable, no secret


def decision_of(fault: Fault, site: str) -> str:
    """``answer_lost|machine>ledger POST /v1/intents#0``."""
    return f"{fault.value}|{site}"


def bites(seed: int, rule: Rule, site: str) -> bool:
    """Whether a rule bites at a site, by the site's name alone.

    One stream of chance for all would shift every later decision when one of them is taken away.
    """
    if rule.probability >= 1:
        return True
    chance = Random(f"{seed}|{decision_of(rule.fault, site)}")  # noqa: S311 - as above
    return chance.random() < rule.probability


def _matches(pattern: str, request: Request) -> bool:
    method, space, path = pattern.partition(" ")
    if not space:
        return fnmatchcase(request.url.path, pattern)
    return method in {"*", request.method} and fnmatchcase(request.url.path, path)
