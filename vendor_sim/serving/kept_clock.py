"""The clock of a world that is kept: after a restart it never tells an earlier time than before.

Only a clock that was steered has anything to keep. A small file says where it was and how it went
on. While the program is stopped, time goes on as usual, or not at all if the clock is frozen; after
a crash, which nobody could write down, it is taken to have gone on at its speed.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.limits import INSTANT_MAX_MS, SPEED_MAX
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.kernel.steering import Pace, SteeredClock
from vendor_sim.serving.certs import write_privately
from vendor_sim.serving.errors import CannotStartError

if TYPE_CHECKING:
    import contextlib
    from pathlib import Path

    from vendor_sim.kernel.clock import Clock

_LOG = logging.getLogger("vendor_sim")


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the file says.

    Attributes:
        now_ms: The world's time when it was written.
        real_ms: The time outside then.
        frozen, speed: How the world's went on.
        stopped: Whether the program ended then.
    """

    now_ms: int
    real_ms: int
    frozen: bool
    speed: float
    stopped: bool

    def at(self, real_ms: int) -> Pace:
        """The pace at which to go on, where it is so late outside."""
        passed_ms = max(0, real_ms - self.real_ms)
        rate = 0.0 if self.frozen else 1.0 if self.stopped else self.speed
        now_ms = min(self.now_ms + int(passed_ms * rate), INSTANT_MAX_MS)
        return Pace(now_ms, self.frozen, self.speed)


def kept_clock(path: Path, inner: Clock, held: contextlib.ExitStack) -> SteeredClock:
    """The clock kept in a file, going on from there; without the file, one that follows ``inner``.

    Args:
        path: The file; written whenever the clock is steered.
        inner: The time outside.
        held: When it is let go of, the file says where the clock was.

    Raises:
        CannotStartError: The file is unreadable.
    """
    clock = SteeredClock(inner, _start(path, inner))

    def steered() -> None:
        try:
            _write(path, clock, inner, stopped=False)
        except OSError as error:
            detail = f"the clock was steered, but that could not be kept: {error.strerror}"
            raise Refused(Code.UNAVAILABLE, detail) from error

    def stopped() -> None:
        if not path.exists():
            return
        try:
            _write(path, clock, inner, stopped=True)
        except OSError as error:
            _LOG.warning("where the clock was could not be kept: %s", error.strerror)

    clock.on_steer(steered)
    held.callback(stopped)
    return clock


def _start(path: Path, inner: Clock) -> Pace | None:
    try:
        raw = path.read_text("utf-8")
        return _read(raw).at(inner.now_ms())
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, OSError) as error:
        raise CannotStartError(
            f"cannot tell from {path} what time it was in this world ({error}); put the file back, "
            "or delete it: then the world's time is the real one, which may be earlier than what "
            "its data says"
        ) from error


def _read(raw: str) -> _Kept:
    document: Any = json.loads(raw)
    kept = _Kept(**document)
    times = (kept.now_ms, kept.real_ms)
    if not all(type(at_ms) is int and 0 <= at_ms <= INSTANT_MAX_MS for at_ms in times):
        raise ValueError("its times are none")
    if not (type(kept.frozen) is bool and type(kept.stopped) is bool):
        raise ValueError("frozen and stopped are true or false")
    if not (type(kept.speed) in {int, float} and 0 < kept.speed <= SPEED_MAX):
        raise ValueError("its speed is none")
    return kept


def _write(path: Path, clock: SteeredClock, inner: Clock, *, stopped: bool) -> None:
    """All of it or nothing.

    Raises:
        OSError: It cannot be written.
    """
    real_ms, pace = inner.now_ms(), clock.pace()
    kept = _Kept(pace.now_ms, real_ms, pace.frozen, pace.speed, stopped)
    draft = path.with_name(path.name + ".new")
    write_privately(draft, json.dumps(asdict(kept)).encode())
    draft.replace(path)
