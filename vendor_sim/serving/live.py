"""The driver of a served world: threads that tick, woken by commits, not by time.

Each service has one, and each courier of the ledger: what waits for an answer delays nothing else.

A commit that put a task wakes the tickers at once, so nobody feels a polling delay; otherwise a
ticker sleeps until its next task is due, or somebody steers the clock.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from typing import TYPE_CHECKING, Protocol, TypeVar

from vendor_sim.kernel.limits import TICK_PAUSE_MS, TICK_WAIT_MAX_MS
from vendor_sim.kernel.problems import Refused
from vendor_sim.serving.signals import Bell, Pauses
from vendor_sim.serving.steering import SteeredTime
from vendor_sim.storage.outbox import TASKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from vendor_sim.kernel.steering import SteeredClock

T = TypeVar("T")
_LOG = logging.getLogger("vendor_sim")
_LOOK_AGAIN_S = 1.0
"""A condition may depend on time alone, so it is asked this often without any commit."""
_SPIN_S = 0.005
"""A task that is due but was not done is not asked for again sooner."""


class Outbound(Protocol):
    """The background work of one service."""

    def tick(self, now_ms: int) -> int:
        """Do a bounded amount of what is due; returns how many tasks were done."""
        ...

    def next_due_ms(self, *, resting: bool = False) -> int | None:
        """When the next task is due; ``resting`` leaves the endless ones (probes) out."""
        ...


class Ticker:
    """A piece of background work in a thread of its own.

    Args:
        name: For the log and the thread.
        outbound: What to do. Where it has ``topics``, those wake it, else any task.
        clock: What time it is.
        pauses: While somebody pauses the world no turn begins.
        done: Called after a turn in which something was done.
    """

    def __init__(
        self,
        name: str,
        outbound: Outbound,
        clock: SteeredClock,
        pauses: Pauses,
        done: Callable[[], None] = lambda: None,
    ) -> None:
        self.turn = threading.Lock()
        """Held during a tick: whoever holds it keeps this work still."""
        self.outbound = outbound
        self._name = name
        self._clock = clock
        self._pauses = pauses
        self._done = done
        self._topics: frozenset[str] = getattr(outbound, "topics", frozenset({TASKS}))
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"{name} ticker", daemon=True)

    def start(self) -> None:
        """Begin to tick."""
        self._thread.start()

    def belongs_to(self, service: str) -> bool:
        """Whether it is the work of this service, or of one of its couriers."""
        return self._name == service or self._name.startswith(f"{service} ")

    def wake(self) -> None:
        """There may be new work."""
        self._woken.set()

    def hear(self, topics: frozenset[str]) -> None:
        """A commit touched these."""
        if not self._topics.isdisjoint(topics):
            self.wake()

    def stop(self) -> None:
        """Tick no more, once the turn under way is over."""
        self._stopping.set()
        self._woken.set()

    def join(self, timeout_s: float) -> None:
        """Wait for that."""
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                pause_s = self._take_turn()
            except Exception as error:  # noqa: BLE001 - told, and tried again: never silently lost
                self._tell(error)
                self._stopping.wait(TICK_PAUSE_MS / 1000)
                continue
            if pause_s:
                self._woken.wait(pause_s)

    def _tell(self, error: Exception) -> None:
        if self._stopping.is_set() and isinstance(error, Refused):
            # Left behind, it found the database closed: its task is there at the next start.
            _LOG.info("%s was stopped in a turn: %s", self._name, error.problem.detail)
        else:
            _LOG.error("a tick of %s failed", self._name, exc_info=error)

    def _take_turn(self) -> float:
        """A tick, where something is due; how long to sleep after it, in seconds."""
        due_ms = self.outbound.next_due_ms()
        if due_ms is None:
            return TICK_WAIT_MAX_MS / 1000
        wait_ms = self._clock.real_ms_until(due_ms)
        if wait_ms > 0:
            return min(wait_ms, TICK_WAIT_MAX_MS) / 1000
        self._pauses.wait()
        with self.turn:
            done = self.outbound.tick(self._clock.now_ms())
        if done:
            self._done()
        return 0 if done else _SPIN_S


class LiveDriver:
    """Waits on a world that runs by itself, in threads. How long it waits is real time.

    Args:
        clock: What time it is in that world.
        outbounds: The background work by name: that of a service under the service's own, what
            else it has under names that begin with it ("ledger courier 1").
        check: Called after each turn in which something was done; what it raises is logged.
    """

    def __init__(
        self,
        clock: SteeredClock,
        outbounds: Mapping[str, Outbound],
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self._bell = Bell()
        self._pauses = Pauses()
        self._check = check
        self._clock = clock
        self._leaving = threading.Event()
        self._tickers = tuple(
            Ticker(name, outbound, clock, self._pauses, self._turned)
            for name, outbound in outbounds.items()
        )
        self.time = SteeredTime(clock, self)
        clock.on_steer(self._steered)

    def start(self) -> None:
        """Begin to tick."""
        for ticker in self._tickers:
            ticker.start()

    def listener(self, service: str) -> Callable[[frozenset[str]], None]:
        """What is to be called with the topics of each commit of this service's database."""
        tickers = [ticker for ticker in self._tickers if ticker.belongs_to(service)]

        def committed(topics: frozenset[str]) -> None:
            for ticker in tickers:
                ticker.hear(topics)
            self._bell.ring()

        return committed

    def wake(self) -> None:
        """There may be new work."""
        for ticker in self._tickers:
            ticker.wake()

    def dwell(self, duration_ms: int) -> None:
        """Let a ticker wait for an answer, unless everything stops.

        A clock that is slow or stands still keeps no thread longer than a real one would.
        """
        real_ms = self._clock.real_ms_until(self._clock.now_ms() + duration_ms)
        self._leaving.wait(min(real_ms, duration_ms) / 1000)

    def until(self, condition: Callable[[], T | None], timeout_ms: int) -> T | None:
        """Wait until the condition gives something; None where the time ran out or we stop."""
        deadline_s = time.monotonic() + timeout_ms / 1000
        with self._bell.waiting():
            while True:
                rung = self._bell.count
                found = condition()
                left_s = deadline_s - time.monotonic()
                if found is not None or left_s <= 0 or self._bell.closed:
                    return found
                self._bell.wait(rung, min(left_s, _LOOK_AGAIN_S))

    def settle(self, timeout_ms: int) -> bool:
        """Wait until nothing is left to do; False where the time ran out.

        While the clock is frozen nothing more falls due, so that it is over with what is due now.
        """
        return self.until(self._settled, timeout_ms) is True

    def next_due_ms(self) -> int | None:
        """When something is due next; None where nothing waits."""
        return self._next_due_ms(resting=False)

    def is_still(self) -> bool | None:
        """True where nothing is due now and nothing is being done, else None."""
        return self._without_turns(lambda: self._waits_after(self._clock.now_ms()))

    @contextlib.contextmanager
    def pause(self) -> Iterator[None]:
        """No tick runs inside: those under way end first, and none begins meanwhile."""
        with contextlib.ExitStack() as held:
            held.enter_context(self._pauses.one())
            for ticker in self._tickers:
                held.enter_context(ticker.turn)
            yield

    def give_up(self) -> None:
        """Whoever waits gets what there is, now: the server stops."""
        self._leaving.set()
        self._bell.close()

    def close(self, timeout_s: float = 2.0) -> None:
        """Stop ticking; whoever hangs, all of them together, is left behind after the time."""
        self.give_up()
        for ticker in self._tickers:
            ticker.stop()
        deadline_s = time.monotonic() + timeout_s
        for ticker in self._tickers:
            ticker.join(max(0.0, deadline_s - time.monotonic()))

    def _turned(self) -> None:
        self._bell.ring()
        self._check()

    def _steered(self) -> None:
        self.wake()
        self._bell.ring()

    def _settled(self) -> bool | None:
        if self._without_turns(lambda: self._next_due_ms(resting=True) is None):
            return True
        return False if self._clock.pace().frozen and self.is_still() else None

    def _without_turns(self, holds: Callable[[], bool]) -> bool | None:
        """True where something holds and no turn under way can change it, else None."""
        if not holds():
            return None  # seen without a pause: one hook that hangs would make it a long one
        with self.pause():
            return holds() or None

    def _waits_after(self, now_ms: int) -> bool:
        next_ms = self._next_due_ms(resting=False)
        return next_ms is None or next_ms > now_ms

    def _next_due_ms(self, *, resting: bool) -> int | None:
        dues = [one.outbound.next_due_ms(resting=resting) for one in self._tickers]
        return min((due for due in dues if due is not None), default=None)
