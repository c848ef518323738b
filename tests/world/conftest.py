"""A simulated demo world, and a client of its control plane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vendor_sim.world.build import simulate
from vendor_sim.world.control import create_control
from vendor_sim.world.plan import DEMO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_sim.world.build import World

TOKEN = "token-of-this-world"


def code_of(told: Any) -> str:
    """Which problem an answer tells."""
    return str(told["error"]["code"])


class Control:
    """Asks ``/_world`` as a program on the same computer does."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.app = create_control(world, TOKEN)
        self.client = self.app.test_client()

    def get(self, path: str, status: int = 200) -> Any:
        return self._told(self.client.get(f"/_world{path}"), status)

    def post(self, path: str, body: Any, status: int = 200) -> Any:
        return self._told(self.client.post(f"/_world{path}", json=body), status)

    def _told(self, answer: Any, status: int) -> Any:
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_json()

    def charged(self, slot: str = "B1", wallet: str = "sandrine") -> str:
        """A customer of platform-9 presses a slot and presents a payment code; the order's id."""
        order = str(self.post("/machines/platform-9/press", {"slot": slot}, 202)["order"])
        self.get(f"/orders/{order}?wait_for=awaiting_payment")
        code = self.get(f"/wallets/{wallet}/payment-code")["auth_code"]
        assert self.post("/machines/platform-9/scan", {"auth_code": code}, 202) == {"order": order}
        return order

    def buy(self, machine: str = "lobby", slot: str = "B4", wallet: str = "pete") -> str:
        """A whole purchase; the order's id."""
        order = str(self.post(f"/machines/{machine}/press", {"slot": slot}, 202)["order"])
        code = self.get(f"/orders/{order}?wait_for=awaiting_payment")["code"]
        paid = self.post(f"/wallets/{wallet}/pay", {"code": code})
        assert paid == {"state": "paid", "reason": None}
        return order


@pytest.fixture
def world() -> Iterator[World]:
    """The demo, simulated."""
    made = simulate(DEMO, seed=1)
    yield made
    made.close()


@pytest.fixture
def control(world: World) -> Control:
    """Its control plane."""
    return Control(world)
