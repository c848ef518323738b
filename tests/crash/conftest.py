"""How long the rigs run: seconds in the normal suite, minutes with ``CRASH=long``."""

from __future__ import annotations

import os
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Lengths:
    """How often each thing is done.

    Attributes:
        cuts: Power cuts of one kind.
        kills: Lives of a served world.
        breaks: PostgreSQL sessions that are killed.
        pauses: Stops of a process that goes on later.
        is_long: Whether time does not matter.
    """

    cuts: int
    kills: int
    breaks: int
    pauses: int
    is_long: bool = False


SHORT = Lengths(cuts=120, kills=2, breaks=4, pauses=3)
LONG = Lengths(cuts=5_000, kills=40, breaks=60, pauses=60, is_long=True)


@pytest.fixture(scope="session")
def lengths() -> Lengths:
    """The short form, or with ``CRASH=long`` the long one."""
    return LONG if os.environ.get("CRASH") == "long" else SHORT
