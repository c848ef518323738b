"""The driver of a served world: one thread ticks for each service, woken by commits, not by time.

A commit that put a task wakes the tickers at once, so nobody feels a polling delay; otherwise a
ticker sleeps until its next task is due.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from typing import TYPE_CHECKING, Protocol, TypeVar

from vendor_sim.kernel.limits import TICK_PAUSE_MS, TICK_WAIT_MAX_MS
from vendor_sim.storage.outbox import TASKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from vendor_sim.kernel.clock import Clock

T = TypeVar("T")
_LOG = logging.getLogger("vendor_sim")
_LOOK_AGAIN_S = 1.0
"""A condition may depend on time alone, so it is asked this often without any commit."""
_PACE_S = 0.0005
"""Each waiter takes a breath this long for every waiter there is before it looks again."""
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
    """One service's background work in a thread of its own.

    Args:
        name: Of the service, for the log and the thread.
        outbound: What to do.
        clock: What time it is.
        done: Called after a turn in which something was done.
    """

    def __init__(
        self, name: str, outbound: Outbound, clock: Clock, done: Callable[[], None] = lambda: None
    ) -> None:
        self.turn = threading.Lock()
        """Held during a tick: whoever holds it keeps this service still."""
        self.outbound = outbound
        self._name = name
        self._clock = clock
        self._done = done
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"{name} ticker", daemon=True)

    def start(self) -> None:
        """Begin to tick."""
        self._thread.start()

    def wake(self) -> None:
        """There may be new work."""
        self._woken.set()

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
                _LOG.error("a tick of %s failed", self._name, exc_info=error)
                self._stopping.wait(TICK_PAUSE_MS / 1000)
                continue
            if pause_s:
                self._woken.wait(pause_s)

    def _take_turn(self) -> float:
        """A tick, where something is due; how long to sleep after it, in seconds."""
        due_ms = self.outbound.next_due_ms()
        if due_ms is None:
            return TICK_WAIT_MAX_MS / 1000
        wait_ms = due_ms - self._clock.now_ms()
        if wait_ms > 0:
            return min(wait_ms, TICK_WAIT_MAX_MS) / 1000
        with self.turn:
            done = self.outbound.tick(self._clock.now_ms())
        if done:
            self._done()
        return 0 if done else _SPIN_S


class LiveDriver:
    """Waits on a world that runs by itself, in threads and real time.

    Args:
        clock: What time it is.
        outbounds: Each service's background work, by its name.
        check: Called after each turn in which something was done; what it raises is logged.
    """

    def __init__(
        self,
        clock: Clock,
        outbounds: Mapping[str, Outbound],
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self._bell = _Bell()
        self._check = check
        self._by_name = {
            name: Ticker(name, outbound, clock, self._turned)
            for name, outbound in outbounds.items()
        }
        self._tickers = tuple(self._by_name.values())

    def start(self) -> None:
        """Begin to tick."""
        for ticker in self._tickers:
            ticker.start()

    def listener(self, name: str) -> Callable[[frozenset[str]], None]:
        """What is to be called with the topics of each commit of this service's database."""
        ticker = self._by_name[name]

        def committed(topics: frozenset[str]) -> None:
            if TASKS in topics:
                ticker.wake()
            self._bell.ring()

        return committed

    def wake(self) -> None:
        """There may be new work."""
        for ticker in self._tickers:
            ticker.wake()

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
        """Wait until nothing is left to do; False where the time ran out."""
        return self.until(self._at_rest, timeout_ms) is not None

    @contextlib.contextmanager
    def pause(self) -> Iterator[None]:
        """No tick runs inside."""
        with contextlib.ExitStack() as held:
            for ticker in self._tickers:
                held.enter_context(ticker.turn)
            yield

    def give_up(self) -> None:
        """Whoever waits gets what there is, now: the server stops."""
        self._bell.close()

    def close(self, timeout_s: float = 2.0) -> None:
        """Stop ticking."""
        self.give_up()
        for ticker in self._tickers:
            ticker.stop()
        for ticker in self._tickers:
            ticker.join(timeout_s)

    def _turned(self) -> None:
        self._bell.ring()
        self._check()

    def _at_rest(self) -> bool | None:
        with self.pause():
            dues = [ticker.outbound.next_due_ms(resting=True) for ticker in self._tickers]
        return True if all(due is None for due in dues) else None


class _Bell:
    """Rings when something may have changed; counts, so that no ring is missed."""

    def __init__(self) -> None:
        self.count = 0
        self.closed = False
        self._changed = threading.Condition()
        self._waiters = 0

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        with self._changed:
            self._waiters += 1
        try:
            yield
        finally:
            with self._changed:
                self._waiters -= 1

    def ring(self) -> None:
        with self._changed:
            self.count += 1
            self._changed.notify_all()

    def wait(self, since: int, timeout_s: float) -> None:
        """Wait for the first ring after ``since``; many waiters come back one after another."""
        with self._changed:
            self._changed.wait_for(lambda: self.closed or self.count != since, timeout_s)
            breath_s = self._waiters * _PACE_S
        if not self.closed:
            time.sleep(breath_s)

    def close(self) -> None:
        with self._changed:
            self.closed = True
            self._changed.notify_all()
