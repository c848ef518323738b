"""Errors that nobody meant: what a service logged as a bug, and what came out of a tick."""

from __future__ import annotations

import logging
import traceback
from pathlib import PurePath
from typing import TYPE_CHECKING, Self

from vendor_sim.world.audit import Breach

if TYPE_CHECKING:
    from types import TracebackType

_LOGGER = "vendor_sim"
_FRAMES = 6
RULE = "no_unhandled_error"
_SENTENCE = "Nothing fails that no fault made fail: no traceback, no answer that says so."


class Errors(logging.Handler):
    """Hears every bug that a service logs, while it is entered.

    Attributes:
        told: Each of them, in order.
    """

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[str] = []

    def __enter__(self) -> Self:
        """Begin to listen."""
        logging.getLogger(_LOGGER).addHandler(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Listen no more."""
        logging.getLogger(_LOGGER).removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what happened and where."""
        error = record.exc_info[1] if record.exc_info else None
        told = record.getMessage()
        self.told.append(f"{told}: {_told(error)}" if error else told)


def escaped(error: Exception, at_ms: int) -> Breach:
    """An error that came out of a tick or of somebody's act."""
    return breach(_told(error), at_ms)


def breach(evidence: str, at_ms: int) -> Breach:
    """One error that nobody meant."""
    return Breach(RULE, "I14", _SENTENCE, evidence, at_ms)


def _told(error: BaseException) -> str:
    """What happened and where, without this computer's folders: every machine tells the same."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    where = " > ".join(f"{PurePath(one.filename).name}:{one.name}" for one in frames)
    return f"{type(error).__name__}: {error} (in {where})"
