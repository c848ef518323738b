"""What the threads of a served world wait for: a bell that rings, a pause that ends."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PACE_S = 0.0005
"""Each waiter takes a breath this long for every waiter there is before it looks again."""


class Pauses:
    """Who wants the world to stand still; several may, and the last one lets it go on."""

    def __init__(self) -> None:
        self._count = 0
        self._counting = threading.Lock()
        self._none = threading.Event()
        self._none.set()

    @contextlib.contextmanager
    def one(self) -> Iterator[None]:
        """Inside, one more does."""
        self._add(1)
        try:
            yield
        finally:
            self._add(-1)

    def wait(self) -> None:
        """Until nobody does."""
        self._none.wait()

    def _add(self, change: int) -> None:
        with self._counting:
            self._count += change
            if self._count:
                self._none.clear()
            else:
                self._none.set()


class Bell:
    """Rings when something may have changed; counts, so that no ring is missed."""

    def __init__(self) -> None:
        self.count = 0
        self.closed = False
        self._changed = threading.Condition()
        self._waiters = 0

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """Inside, one more waits: that sets the pace."""
        with self._changed:
            self._waiters += 1
        try:
            yield
        finally:
            with self._changed:
                self._waiters -= 1

    def ring(self) -> None:
        """Something may have changed."""
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
        """Nobody waits any more, now or later."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()
