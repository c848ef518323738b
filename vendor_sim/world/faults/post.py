"""What is still on its way: messages that arrive after their sender gave them up.

It is background work like that of a service, so that a driver knows when the next one is due and a
world is not at rest while something travels.
"""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import FAULT_REORDERED_MS
from vendor_sim.wire.http import NoAnswer, Request
from vendor_sim.wire.transports import Traced

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.wire.http import Transport
    from vendor_sim.wire.transports import Exchange
    from vendor_sim.world.faults.plan import FaultPlan
    from vendor_sim.world.faults.rules import Bite
    from vendor_sim.world.faults.sites import Hop


def _nothing(*_given: object) -> None:
    """What happens where nobody drives this world."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message on its way, and how long it takes at most."""

    hop: Hop
    request: Request
    inner: Transport
    due_ms: int
    held_back: bool = False


@dataclass
class PostOffice:
    """Delivers late messages; lets senders wait.

    Attributes:
        clock: What time it is.
        faults: Told of faults that found nothing to bite into.
        report: Gets every exchange.
        wait: How a sender waits in this world; given by its driver.
        wake: Called where there is something new to do.
        topics: What commits wake it: none do.
    """

    clock: Clock
    faults: FaultPlan
    report: Callable[[Exchange], None]
    wait: Callable[[int], None] = _nothing
    wake: Callable[[], None] = _nothing
    topics: frozenset[str] = frozenset()
    _letters: list[Letter] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def dwell(self, duration_ms: int) -> None:
        """Let the sender wait, in the world's own time."""
        self.wait(duration_ms)

    def later(self, hop: Hop, request: Request, inner: Transport, delay_ms: int) -> None:
        """Deliver a request once this time has passed; nobody hears its answer."""
        self._keep(Letter(hop, _copy(request), inner, self.clock.now_ms() + delay_ms))

    def hold_back(self, hop: Hop, request: Request, inner: Transport) -> None:
        """Deliver a request right after the next one of its hop, or after a while."""
        due_ms = self.clock.now_ms() + FAULT_REORDERED_MS
        self._keep(Letter(hop, _copy(request), inner, due_ms, held_back=True))

    def spare(self, bite: Bite) -> None:
        """A fault found nothing to bite into."""
        self.faults.spare(bite)

    def waiting(self, hop: Hop) -> list[Letter]:
        """What was held back for the next message of this hop, before that one is sent."""
        if not self._letters:
            return []
        with self._lock:
            return [one for one in self._letters if one.held_back and one.hop == hop]

    def overtaken(self, letters: list[Letter]) -> None:
        """That message has passed: these go on."""
        for letter in letters:
            self._deliver(letter)

    def tick(self, now_ms: int) -> int:
        """Deliver what is due."""
        with self._lock:
            due = [letter for letter in self._letters if letter.due_ms <= now_ms]
        due.sort(key=lambda letter: letter.due_ms)
        for letter in due:
            self._deliver(letter)
        return len(due)

    def next_due_ms(self, *, resting: bool = False) -> int | None:  # noqa: ARG002 - as with others
        """When the next message arrives: no world rests before that."""
        with self._lock:
            return min((letter.due_ms for letter in self._letters), default=None)

    def letters(self) -> list[tuple[Hop, bytes, int]]:
        """What is on its way, and when it arrives."""
        with self._lock:
            return [(one.hop, one.request.read(), one.due_ms) for one in self._letters]

    def clear(self) -> None:
        """What is on its way arrives nowhere."""
        with self._lock:
            self._letters.clear()

    def _keep(self, letter: Letter) -> None:
        with self._lock:
            self._letters.append(letter)
        self.wake()

    def _deliver(self, letter: Letter) -> None:
        with self._lock:
            if letter not in self._letters:
                return  # somebody else has delivered it meanwhile
            self._letters.remove(letter)
        wire = Traced(letter.inner, self.clock, letter.hop, self.report)
        with contextlib.suppress(NoAnswer):  # its sender has stopped to listen long ago
            wire.handle_request(letter.request)


def _copy(request: Request) -> Request:
    return Request(
        *(request.method, request.url),
        headers=request.headers,
        content=request.read(),
        extensions=dict(request.extensions),
    )
