"""A process is stopped in the middle of things, and goes on later with what it knew before.

Its clock has run on, and whoever waited asked again and changed their minds meanwhile: two pay one
code, a third hand cancels. Nothing of that happens twice.
"""

from __future__ import annotations

import signal
import threading
import urllib.error
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from tests.crash.customers import WAIT, Told, comes, crowd, settled
from tests.processes import demo, with_quick_keys

if TYPE_CHECKING:
    from tests.processes import Process

pytestmark = pytest.mark.network
CUSTOMERS = 3
TOLD_MAX = 12
SPEED = 10
OTHER = "other"
PAUSE_S = 0.4
"""Four seconds of the world: a motor has long turned, and every tick is overdue."""


def refused_or(world: Process, path: str, body: dict[str, Any]) -> Any:
    """What is answered; or the code of a refusal."""
    try:
        return world.ask(path, body)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def meanwhile(world: Process, pool: ThreadPoolExecutor, order: str, code: str, name: str) -> list:
    """Ask a process that has stopped for things that go ill together; it answers later."""
    asked = [
        (f"/_world/wallets/{name}/pay", {"code": code}),
        (f"/_world/wallets/{OTHER}/pay", {"code": code}),
        (f"/_world/wallets/{name}/pay", {"code": code}),
        (f"/_world/machines/{name}/cancel", {}),
    ]
    Random(order).shuffle(asked)  # noqa: S311 - any order
    return [pool.submit(refused_or, world, path, body) for path, body in asked]


def test_a_process_that_was_stopped_does_nothing_twice(lengths, tmp_path) -> None:
    told, random = Told(), Random(7)  # noqa: S311 - replayable
    with demo(with_quick_keys(tmp_path / "data")) as world, ThreadPoolExecutor(8) as pool:
        world.ask("/_world/clock", {"speed": SPEED})
        comes(world, OTHER)
        comes(world, "mine")
        with crowd(world, [f"c{n}" for n in range(CUSTOMERS)], told) as refused:
            for _ in range(lengths.pauses):
                order = world.ask("/_world/machines/mine/press", {"slot": "A1"})["order"]
                told.orders.add(order)
                shown = world.ask(f"/_world/orders/{order}?{WAIT.format('awaiting_payment')}")
                told.wait(random.randrange(1, TOLD_MAX))
                world.signal(signal.SIGSTOP)
                answers = meanwhile(world, pool, order, shown["code"], "mine")
                threading.Event().wait(PAUSE_S)
                world.signal(signal.SIGCONT)
                outcomes = [each.result() for each in answers]
                yes = [one for one in outcomes if one == {"state": "paid", "reason": None}]
                assert len(yes) <= 1, outcomes
                assert world.ask(f"/_world/orders/{order}?{WAIT.format('done')}")["done"]
        assert refused == []
        assert told.forgotten(world) == []
        assert settled(world, told) == []
