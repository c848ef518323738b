"""A call whose answer is still under way.

The platform has done its part and committed; whoever asked does not know yet. In between anything
may happen. A call that waits is a stack that waits, so each has a thread of its own, and exactly
one of all threads runs at any time: whoever begins or ends a call waits until it waits in turn, or
is over. Nothing here depends on how threads are scheduled.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.wire.http import Response

_HERE = threading.local()


class _AbandonedError(BaseException):
    """The world was put back: this call belongs to a past that is not any more."""


class Suspended:
    """One call, kept waiting at its first answer.

    Args:
        act: Makes the call, outside any transaction, and stores what came of it.

    Attributes:
        answer: What is under way to the asker.
        over: Whether nothing is under way any more: it was stored, or there was no answer.
    """

    def __init__(self, act: Callable[[], object]) -> None:
        self.answer = b""
        self.over = False
        self._act = act
        self._error: BaseException | None = None
        self._abandoned = False
        self._back = threading.Semaphore(0)
        self._on = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, name="suspended call", daemon=True)

    def begin(self) -> None:
        """Make the call, up to where its answer is under way; raises what went wrong before."""
        self._thread.start()
        self._wait()

    def finish(self) -> None:
        """Let the answer arrive and be stored; raises what went wrong then."""
        if not self.over:
            self._on.release()
            self._wait()

    def abandon(self) -> None:
        """Forget the call: its answer never arrives, and nothing more is stored."""
        self._abandoned = True
        self.finish()

    def hold(self, answer: Response) -> None:
        """Keep the first answer waiting; in the thread of the call."""
        if self.answer:
            return
        self.answer = b"%d " % answer.status_code + answer.read()
        self._back.release()
        self._on.acquire()
        if self._abandoned:
            raise _AbandonedError

    def _wait(self) -> None:
        self._back.acquire()
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        _HERE.call = self
        try:
            self._act()
        except _AbandonedError:
            self._act = _nothing
        except BaseException as error:  # noqa: BLE001 - raised where the call was begun or ended
            self._error = error
        finally:
            self.over = True
            self._back.release()


def hold(answer: Response) -> None:
    """What a network calls with each answer: those of suspended calls wait, the others pass."""
    call: Suspended | None = getattr(_HERE, "call", None)
    if call is not None:
        call.hold(answer)


def _nothing() -> None:
    """What is left to do of a call that was abandoned."""
