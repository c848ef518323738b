"""A served world, and what a test sets up and asks in it over its control plane."""

from __future__ import annotations

import contextlib
import itertools
import json
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vendor_sim.serving.demo import DemoOptions, demo
from vendor_sim.serving.server import in_background

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vendor_sim.world.keys import Keys

PIN = "123456"
SHELF = (
    {"slot": "A1", "product": "Cola", "price_minor": 350, "stock": 5},
    {"slot": "A2", "product": "Ginger beer", "price_minor": 550, "stock": 5},
)
QUICK_MS = 300
"""A coil turns faster here than for people."""


@dataclass
class Served:
    """A world behind a real server."""

    base: str
    keys: Keys
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The answer of a JSON call: a POST where there is a body."""
        raw = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.base + path, raw, headers)  # noqa: S310 - our own
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own
            return json.loads(answer.read())

    def read(self, path: str) -> bytes:
        """What lies there."""
        with urllib.request.urlopen(self.base + path, timeout=60) as answer:  # noqa: S310 - our own
            return bytes(answer.read())

    def machine(self, takes: str = "hold", motor: str | None = None) -> str:
        """A machine of this test's own; ``motor`` says how its next release goes."""
        name = f"m{next(self._numbers)}"
        self.ask(
            "/_world/machines",
            {"id": name, "takes": takes, "currency": "CNY", "slots": list(SHELF)},
        )
        if motor:
            self.ask(f"/_world/machines/{name}/dispenser", {"next": motor})
        return name

    def wallet(self, balance_minor: int = 10_000) -> str:
        """A wallet of this test's own, its PIN is :data:`PIN`."""
        name = f"w{next(self._numbers)}"
        self.ask(
            "/_world/wallets",
            {"id": name, "balance_minor": balance_minor, "currency": "CNY", "pin": PIN},
        )
        return name

    def press(self, machine: str, slot: str = "A1") -> str:
        """The order, once its code is on the screen."""
        order = self.ask(f"/_world/machines/{machine}/press", {"slot": slot})["order"]
        seen = self.ask(f"/_world/orders/{order}?wait_for=awaiting_payment&timeout_ms=30000")
        assert seen["state"] == "awaiting_payment"
        return str(order)

    def done(self, order: str) -> dict[str, Any]:
        """The order after it came to its end."""
        seen = self.ask(f"/_world/orders/{order}?wait_for=done&timeout_ms=30000")
        assert seen["done"], seen
        return dict(seen)

    def code(self, order: str) -> str:
        """The text of the code on the screen."""
        return str(self.ask(f"/_world/orders/{order}")["code"])

    def breaches(self) -> list[Any]:
        """What the audit of the world as it stands finds: orders of other tests may still run."""
        return list(self.ask("/_world/audit")["breaches"])


@contextlib.contextmanager
def serve(data: Path | None = None, port: int = 0) -> Iterator[Served]:
    """A demo on a free port, in memory or in a folder, as long as the block lasts."""
    options = DemoOptions(port=port, data=data, motor_ms=QUICK_MS, refund_ms=QUICK_MS)
    with demo(options) as made, in_background(made.server, made.listener) as base:
        assert made.world.ready()
        yield Served(base, made.keys)
