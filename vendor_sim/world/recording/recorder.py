"""Watches the transactions of the three services while it is on."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from vendor_sim.kernel.limits import RECORD_FRAMES_MAX
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.world.recording.frames import Frame, look
from vendor_sim.world.recording.start import Wish, start_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.storage.database import Door
    from vendor_sim.world.build import World
    from vendor_sim.world.recording.start import Start

T = TypeVar("T")


class Recorder:
    """Keeps what was committed between two instants.

    Args:
        clock: What time it is.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = count()
        self._start: Start | None = None
        self._frames: list[Frame] = []
        self._wishes: list[Wish] = []

    @property
    def on(self) -> bool:
        """Whether it watches."""
        return self._start is not None

    @property
    def steps(self) -> int:
        """How much was seen so far."""
        return len(self._frames) + len(self._wishes)

    def begin(self, world: World) -> None:
        """Watch from now on.

        Raises:
            Refused: It does so already (``wrong_state``).
        """
        if self._start is not None:
            raise Refused(Code.WRONG_STATE, "it is being recorded already")
        self._frames, self._wishes = [], []
        self._start = start_of(world)

    def begin_again(self, world: World) -> None:
        """The world was emptied: if it watches, it does from now on."""
        if self.on:
            self.end()
            self.begin(world)

    def end(self) -> tuple[Start, list[Frame], list[Wish]]:
        """Watch no longer; what was seen, in order.

        Raises:
            Refused: It did not (``wrong_state``).
        """
        start, self._start = self._start, None
        if start is None:
            raise Refused(Code.WRONG_STATE, "nothing is being recorded")
        frames = sorted(self._frames, key=lambda frame: frame.number)
        return start, frames, self._wishes

    def wish(self, wish: str, /, **told: Any) -> None:
        """Somebody steers the world itself: its faults, its power, all of it."""
        if self.on:
            now_ms = self._clock.now_ms()
            self._wishes.append(Wish(now_ms, next(self._numbers), wish, told))

    def frame(self, service: str, cx: Connection) -> Frame | None:
        """How a service's rows stand in its transaction; None where nobody wants to know."""
        start = self._start
        if start is None or len(self._frames) >= RECORD_FRAMES_MAX:
            return None
        now_ms = self._clock.now_ms()
        return Frame(now_ms, next(self._numbers), service, look(cx, service, start.at_ms))

    def keep(self, frame: Frame | None) -> None:
        """That transaction was committed."""
        if frame is not None:
            self._frames.append(frame)


class RecordedDoor:
    """A door whose commits are seen by a recorder.

    Args:
        inner: The door.
        recorder: Who watches.
        service: Whose door it is.
    """

    def __init__(self, inner: Door, recorder: Recorder, service: str) -> None:
        self._inner = inner
        self._recorder = recorder
        self._service = service

    def transact(self, verb: Callable[[Connection], T]) -> T:
        """Run a verb in a transaction and commit it before returning its result."""
        if not self._recorder.on:
            return self._inner.transact(verb)

        def seen(cx: Connection) -> tuple[T, Frame | None]:
            return verb(cx), self._recorder.frame(self._service, cx)

        result, frame = self._inner.transact(seen)
        self._recorder.keep(frame)
        return result

    def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query on one consistent snapshot."""
        return self._inner.read(query)

    def on_commit(self, listener: Callable[[frozenset[str]], None]) -> None:
        """Call a listener with the topics touched, after each commit that touched any."""
        self._inner.on_commit(listener)
