"""A process is stopped in the middle of things, and goes on later with what it knew before.

Its clock has run on, and whoever waited asked again and changed their minds meanwhile: two pay one
code, one of them with both hands, and somebody cancels. Nothing of that happens twice. Both hands
of one wallet may well hear "paid": they met at the same scan, and said one yes.
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
    from concurrent.futures import Future

    from tests.processes import Process

pytestmark = pytest.mark.network
CUSTOMERS = 3
TOLD_MAX = 12
SPEED = 10
MINE, OTHER = "mine", "other"
YES = {"state": "paid", "reason": None}
PAUSE_S = 0.4
"""Four seconds of the world: a motor has long turned, and every tick is overdue."""


def refused_or(world: Process, path: str, body: dict[str, Any]) -> Any:
    """What is answered; or the code of a refusal."""
    try:
        return world.ask(path, body)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def meanwhile(
    world: Process, pool: ThreadPoolExecutor, order: str, code: str
) -> list[tuple[str, Future[Any]]]:
    """Ask a process that has stopped for things that go ill together: who asked, and the answer."""
    asked = [
        (MINE, f"/_world/wallets/{MINE}/pay", {"code": code}),
        (OTHER, f"/_world/wallets/{OTHER}/pay", {"code": code}),
        (MINE, f"/_world/wallets/{MINE}/pay", {"code": code}),
        ("the machine", f"/_world/machines/{MINE}/cancel", {}),
    ]
    Random(order).shuffle(asked)  # noqa: S311 - any order
    return [(who, pool.submit(refused_or, world, path, body)) for who, path, body in asked]


def left(world: Process) -> int:
    """What the two who were asked have together, holds taken off."""
    wallets = [world.ask(f"/_world/wallets/{name}") for name in (MINE, OTHER)]
    return sum(one["balance_minor"] - one["held_minor"] for one in wallets)


def test_a_process_that_was_stopped_does_nothing_twice(lengths, tmp_path) -> None:
    told, random = Told(), Random(7)  # noqa: S311 - replayable
    with demo(with_quick_keys(tmp_path / "data")) as world, ThreadPoolExecutor(8) as pool:
        world.ask("/_world/clock", {"speed": SPEED})
        comes(world, OTHER)
        comes(world, MINE)
        with crowd(world, [f"c{n}" for n in range(CUSTOMERS)], told) as refused:
            for _ in range(lengths.pauses):
                order = world.ask(f"/_world/machines/{MINE}/press", {"slot": "A1"})["order"]
                told.orders.add(order)
                shown = world.ask(f"/_world/orders/{order}?{WAIT.format('awaiting_payment')}")
                told.wait(random.randrange(1, TOLD_MAX))
                had = left(world)
                world.signal(signal.SIGSTOP)
                answers = meanwhile(world, pool, order, shown["code"])
                threading.Event().wait(PAUSE_S)
                world.signal(signal.SIGCONT)
                outcomes = [(who, answer.result()) for who, answer in answers]
                payers = {who for who, came in outcomes if came == YES}
                assert len(payers) <= 1, outcomes
                ended = world.ask(f"/_world/orders/{order}?{WAIT.format('done')}")
                assert ended["done"]
                price = ended["amount_minor"] if ended["state"] == "released" else 0
                assert had - left(world) == price, (outcomes, ended)
        assert refused == []
        assert told.forgotten(world) == []
        assert settled(world, told) == []
