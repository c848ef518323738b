"""Customers who write down what they were told, outside the process that told them."""

from __future__ import annotations

import contextlib
import http.client
import threading
import urllib.error
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.processes import Process

GONE = (OSError, http.client.HTTPException)
"""The other side is not there any more: what became of the request is unknown."""
WITHIN_S = 120
STOCK = 10_000
PAID = {"paid", "releasing", "released", "not_released", "unsure"}
"""An order that was paid is one of these, for ever."""
WAIT = "wait_for={}&timeout_ms=30000"


@dataclass
class Told:
    """Everything that somebody was told: it must be true whatever happens.

    Attributes:
        orders: Orders that were acknowledged.
        paid: Those for which a wallet said "paid".
        ended: How an order had ended.
    """

    orders: set[str] = field(default_factory=set)
    paid: set[str] = field(default_factory=set)
    ended: dict[str, str] = field(default_factory=dict)
    _count: int = 0
    _more: threading.Condition = field(default_factory=threading.Condition)

    def note(self) -> None:
        """One thing more was told."""
        with self._more:
            self._count += 1
            self._more.notify_all()

    def wait(self, more: int) -> None:
        """Until so many things more were told."""
        with self._more:
            wanted = self._count + more
            assert self._more.wait_for(lambda: self._count >= wanted, WITHIN_S)

    def forgotten(self, world: Process) -> list[str]:
        """What is not as it was told."""
        now = {order: state_of(world, order) for order in self.orders}
        gone = [order for order, state in now.items() if state is None]
        unpaid = [order for order in self.paid if now[order] not in PAID]
        return gone + unpaid + [one for one, state in self.ended.items() if now[one] != state]


def state_of(world: Process, order: str) -> str | None:
    """How an order stands; None where nobody knows it."""
    try:
        return str(world.ask(f"/_world/orders/{order}")["state"])
    except urllib.error.HTTPError as error:
        error.close()
        if error.code != HTTPStatus.NOT_FOUND:
            raise
        return None


def comes(world: Process, name: str) -> tuple[str, str]:
    """A customer with a machine and a wallet of the same name."""
    slot = {"slot": "A1", "product": "Cola", "price_minor": 350, "stock": STOCK}
    machine = {"id": name, "takes": "hold", "currency": "CNY", "slots": [slot]}
    world.ask("/_world/machines", machine)
    wallet = {"id": name, "balance_minor": 350 * STOCK, "currency": "CNY", "pin": "123456"}
    world.ask("/_world/wallets", wallet)
    return name, name


def buys(world: Process, name: str, told: Told) -> None:
    """One drink, from the press to the end."""
    order = world.ask(f"/_world/machines/{name}/press", {"slot": "A1"})["order"]
    told.orders.add(order)
    told.note()
    shown = world.ask(f"/_world/orders/{order}?{WAIT.format('awaiting_payment')}")
    if world.ask(f"/_world/wallets/{name}/pay", {"code": shown["code"]})["state"] == "paid":
        told.paid.add(order)
        told.note()
    seen = world.ask(f"/_world/orders/{order}?{WAIT.format('done')}")
    if seen["done"]:
        told.ended[order] = seen["state"]
        told.note()


def settled(world: Process, told: Told) -> list[Any]:
    """The desk says what became of each drink that nobody saw; what the audit then finds."""
    for order in told.orders:
        if state_of(world, order) == "unsure":
            world.ask(f"/_world/orders/{order}/settle-unsure", {"released": True})
    return list(world.ask("/_world/audit")["breaches"])


@contextlib.contextmanager
def crowd(world: Process, names: list[str], told: Told) -> Iterator[list[Any]]:
    """Customers who buy one drink after another, until the block ends or the world has gone.

    Gives the list of what went otherwise: refusals, which no customer here deserves.
    """
    refused: list[Any] = []
    enough = threading.Event()

    def shop(name: str) -> None:
        try:
            comes(world, name)
            while not enough.is_set():
                buys(world, name, told)
        except urllib.error.HTTPError as error:
            with error:
                refused.append((error.url, error.code, error.read()))
        except GONE:
            return

    threads = [threading.Thread(target=shop, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    try:
        yield refused
    finally:
        enough.set()
        for thread in threads:
            thread.join()
