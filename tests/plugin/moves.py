"""Which moves of the state machines are made while features are told, and which never are."""

from __future__ import annotations

import runpy
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.docs.pages import DOCS
from vendor_sim.kernel.lifecycle import Lifecycle

if TYPE_CHECKING:
    from collections.abc import Iterator

LIVES = tuple(life for _, life in runpy.run_path(str(DOCS / "lives.py"))["LIVES"])


def move(life, state, event) -> str:
    """A move as people say it."""
    return f"{life.name}: {event} in {state}"


EVERY_MOVE = tuple(move(life, *made) for life in LIVES for made in life.moves)


@contextmanager
def watched() -> Iterator[set[str]]:
    """The moves that anybody asks a table for meanwhile, and is granted."""
    taken: set[str] = set()
    ask = Lifecycle.next

    def noted(life, state, event):
        after = ask(life, state, event)
        taken.add(move(life, state, event))
        return after

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Lifecycle, "next", noted)
        yield taken


def never_made(taken) -> list[str]:
    """The moves that stand in a table and that nobody made."""
    return [one for one in EVERY_MOVE if one not in taken]
