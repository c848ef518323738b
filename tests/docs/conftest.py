"""A demo for the pages' own examples."""

from __future__ import annotations

import json
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from vendor_sim.cli import merchants
from vendor_sim.serving.demo import DemoOptions, demo
from vendor_sim.serving.server import in_background

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vendor_sim.world.keys import Keys

QUICK_MS = 20


class Running:
    """The served world."""

    def __init__(self, base: str, keys: Keys) -> None:
        self.base, self._keys = base, keys

    def start_anew(self) -> dict[str, str]:
        """Each page begins with a fresh world; returns what its snippets take for granted."""
        url, kind = f"{self.base}/_world/reset", {"Content-Type": "application/json"}
        request = urllib.request.Request(url, b"{}", kind)  # noqa: S310 - our own
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own
            assert json.load(answer) == {}
        return {
            "MERCHANT_KEY": self._keys.merchants["m_lobby"].api_key,
            "WALLET_KEY": self._keys.provider.api_key,
        }

    def export(self, mchid: str, folder: Path) -> None:
        """What ``vendor-sim merchant export`` writes."""
        plane = merchants.ControlPlane(self.base, None)
        assert merchants.export(plane, mchid, folder) == mchid


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    """A demo on a free port."""
    with served() as made:
        yield made


@pytest.fixture(scope="session")
def steered() -> Iterator[Running]:
    """Another, whose clock is moved: what signs by the real time is a stranger to it for ever."""
    with served() as made:
        yield made


@contextmanager
def served() -> Iterator[Running]:
    """A demo as long as the block lasts."""
    options = DemoOptions(port=0, motor_ms=QUICK_MS, refund_ms=QUICK_MS)
    with demo(options) as made, in_background(made.server, made.listener) as base:
        assert made.world.ready()
        yield Running(base, made.keys)
