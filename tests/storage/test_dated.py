"""While a verb runs, the clock of its service stands still, and nobody else's does."""

from __future__ import annotations

from itertools import count
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from tests.storage.rows import look, put
from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.kernel.steering import SteeredClock, ahead_of
from vendor_sim.storage.database import touch
from vendor_sim.storage.dated import dated

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.storage.database import Database, Door


class Ticking:
    """Never says the same twice."""

    def __init__(self) -> None:
        self._times = count(1)

    def now_ms(self) -> int:
        return next(self._times)


@pytest.fixture
def service(db: Database) -> tuple[Door, Clock]:
    """What a service has around it."""
    return dated(db, Ticking())


def test_a_verb_has_one_time_and_the_next_a_later_one(service) -> None:
    door, clock = service

    def verb(_cx: Connection) -> tuple[int, int]:
        return clock.now_ms(), clock.now_ms()

    assert door.transact(verb) == (1, 1)
    assert door.transact(verb) == (2, 2)
    assert door.read(verb) == (3, 3)
    assert (clock.now_ms(), clock.now_ms()) == (4, 5)


def test_a_verb_that_refused_lets_the_clock_go(service, db) -> None:
    door, clock = service

    def half(cx: Connection) -> None:
        put(cx, "p", clock.now_ms())
        raise Refused(Code.EXPIRED, "too late")

    with pytest.raises(Refused, match="too late"):
        door.transact(half)
    assert look(db) is None
    assert (clock.now_ms(), clock.now_ms()) == (2, 3)


def test_a_verb_inside_another_has_the_time_of_both(service) -> None:
    door, clock = service

    def outer(cx: Connection) -> tuple[int, int, int]:
        def inner(_cx: Connection) -> int:
            return int(clock.now_ms())

        return clock.now_ms(), clock.during(inner, cx), clock.now_ms()

    assert door.transact(outer) == (1, 1, 1)


def test_another_service_and_another_thread_have_their_own_time(service, db) -> None:
    door, clock = service
    _, other = dated(db, Ticking())
    heard: list[int] = []

    def verb(_cx: Connection) -> None:
        asked = Thread(target=lambda: heard.append(clock.now_ms()))
        asked.start()
        asked.join()
        heard.extend([clock.now_ms(), other.now_ms(), other.now_ms()])

    door.transact(verb)
    assert heard == [2, 1, 1, 2]


def test_it_is_as_far_ahead_as_the_clock_inside(db) -> None:
    inside = SteeredClock(VirtualClock(1_000))
    _, clock = dated(db, inside)
    inside.advance_to(6_000)
    assert ahead_of(clock) == 5_000


def test_who_listens_to_commits_hears_of_them(service) -> None:
    door, _ = service
    heard: list[frozenset[str]] = []
    door.on_commit(heard.append)
    door.transact(lambda cx: touch(cx, "p"))
    assert heard == [frozenset({"p"})]
