"""Sites: the places of one run at which something can go wrong, by name.

A *where* says which kind of place; the n-th time a run passes it is the site ``"<where>#<n>"``.
Names do not depend on what else goes wrong, so that a decision made for one site leaves all the
others as they were.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from vendor_sim.kernel.limits import FAULT_WHERES_MAX, SITES_SEEN_MAX
from vendor_sim.world.faults.names import HARDWARE, MESSAGES, SERVICES, At, faults_at
from vendor_sim.world.faults.names import MOTOR_POINTS as _MOTOR

if TYPE_CHECKING:
    from vendor_sim.world.faults.names import Fault

_ID = re.compile(r"(?<=/)(?!v\d+(?:/|$))[^/]*[\d_:%][^/]*")
_HOOK = re.compile(r"^/(machine/hooks/[^/]+)/[^/]+")
_MESSAGE = re.compile(r"[^\s>#]+>[^\s>#]+ [A-Z]+ /[^\s#]*#\d{1,9}", re.ASCII)
_POINT = re.compile(rf"({'|'.join(SERVICES)})@({'|'.join(At)})#\d{{1,9}}", re.ASCII)
_TURN = re.compile(r"[^\s>@/#]+/[^\s>@/#]+#\d{1,9}", re.ASCII)


class Hop(NamedTuple):
    """Between which services a message travels."""

    source: str
    target: str


def shape_of(path: str) -> str:
    """A path with ``*`` where an id stands: ``/v1/intents/*/capture``."""
    return _ID.sub("*", _HOOK.sub(r"/\1/*", path))


def where_of_message(hop: Hop, method: str, path: str) -> str:
    """Like ``machine>ledger POST /v1/intents``."""
    return f"{hop.source}>{hop.target} {method} {shape_of(path)}"


def where_of_point(service: str, at: At) -> str:
    """Like ``machine@before_commit``."""
    return f"{service}@{at.value}"


def where_of_turn(machine: str, slot: str) -> str:
    """Like ``lobby/B4``."""
    return f"{machine}/{slot}"


def faults_of_site(site: str) -> tuple[Fault, ...]:
    """Which faults can bite at a site, in the order of their names; none where it is no site."""
    point = _POINT.fullmatch(site)
    if point is not None:
        service, at = point[1], At(point[2])
        return () if at in _MOTOR and service != "machine" else faults_at(service, at)
    if _MESSAGE.fullmatch(site):
        return tuple(sorted(MESSAGES))
    return tuple(sorted(HARDWARE)) if _TURN.fullmatch(site) else ()


class Sites:
    """Counts how often each where was passed. Not for two threads at once: its owner locks."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._passed: dict[str, int] = {}

    def pass_by(self, where: str) -> str:
        """The site at which the run is now.

        The first ``SITES_SEEN_MAX`` are remembered; of the wheres the one known longest is
        forgotten where there are too many, and counts from 0 again.
        """
        n = self._passed.get(where, 0)
        if n == 0 and len(self._passed) >= FAULT_WHERES_MAX:
            del self._passed[next(iter(self._passed))]
        self._passed[where] = n + 1
        site = f"{where}#{n}"
        if len(self.seen) < SITES_SEEN_MAX:
            self.seen.append(site)
        return site

    def copy(self) -> Sites:
        """Another that has passed the same."""
        other = Sites()
        other.seen, other._passed = list(self.seen), dict(self._passed)
        return other

    def counts(self) -> list[tuple[str, int]]:
        """How often each where was passed."""
        return sorted(self._passed.items())

    def clear(self) -> None:
        """From now on every where is passed for the first time."""
        self.seen.clear()
        self._passed.clear()
