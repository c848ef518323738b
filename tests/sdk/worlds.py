"""A served world for SDKs: its clock, its control plane, its address."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from vendor_sim.kernel.ids import RandomIds
from vendor_sim.payments.wechat.minting import FixedRsa
from vendor_sim.serving.demo import Demo, DemoOptions, demo
from vendor_sim.serving.server import in_background
from vendor_sim.world.keys import complete, make_keys, save_keys
from vendor_sim.world.plan import DEMO, MerchantPlan, WalletPlan

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator
    from pathlib import Path

T = TypeVar("T")
PUBKEY, CERT, SWITCHING = "1900000001", "1900000002", "1900000003"
RICH = "rich"
PLAN = replace(
    DEMO,
    wallets=(*DEMO.wallets, WalletPlan(RICH, "Rich", "CNY", 10_000_000)),
    merchants=(*DEMO.merchants, MerchantPlan(SWITCHING, "Switcher", "switching")),
)
"""The demo's, somebody for whom money is no object, and a merchant between two kinds of keys."""
QUICK_MS = 30
WAIT_MS = 5_000


class MovableClock:
    """The wall clock, and how far the world's is ahead of it.

    SDKs sign with the real time and cannot be told another, so a day that has passed is a world
    that began earlier.
    """

    def __init__(self, offset_ms: int = 0) -> None:
        self.offset_ms = offset_ms

    def now_ms(self) -> int:
        """Milliseconds since 1970-01-01T00:00:00Z."""
        return time.time_ns() // 1_000_000 + self.offset_ms


@dataclass
class Running:
    """A world that answers at ``base``."""

    base: str
    made: Demo
    clock: MovableClock

    def world(self, method: str, path: str, body: Any = None) -> Any:
        """A call of the control plane."""
        raw = None if body is None else json.dumps(body).encode()
        call = urllib.request.Request(f"{self.base}/_world{path}", raw, method=method)  # noqa: S310 - our own
        call.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(call, timeout=60) as answer:  # noqa: S310 - our own
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError((path, error.code, error.read())) from None

    def credentials(self, mchid: str) -> dict[str, Any]:
        """What a merchant holds."""
        return self.world("GET", f"/merchants/{mchid}/credentials")

    def pay(self, code: str, wallet: str = RICH) -> None:
        """Somebody scans a code and says yes."""
        paid = self.world("POST", f"/wallets/{wallet}/pay", {"code": code})
        assert paid == {"state": "paid", "reason": None}

    def behave(self, mchid: str, **wish: Any) -> None:
        """How the platform is to treat a merchant from now on."""
        self.world("POST", f"/merchants/{mchid}/behaviour", wish)

    def pass_time(self, span_ms: int) -> None:
        """The world's clock jumps ahead; what became due is done."""
        self.clock.offset_ms += span_ms
        self.made.world.driver.wake()

    def assert_books_balance(self) -> None:
        """Every rule of the world holds, and it comes to rest."""
        assert self.made.world.driver.settle(WAIT_MS), "something is still to be done"
        assert self.world("GET", "/audit")["breaches"] == []


@contextlib.contextmanager
def served(folder: Path, offset_ms: int = 0) -> Iterator[Running]:
    """A world on a free port, with keys that cost no time."""
    clock, ids = MovableClock(offset_ms), RandomIds()
    keys = complete(make_keys(ids, PLAN), PLAN, ids, FixedRsa(), clock.now_ms())
    save_keys(keys, folder / "keys.json")
    options = DemoOptions(port=0, data=folder, plan=PLAN, motor_ms=QUICK_MS, refund_ms=QUICK_MS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("vendor_sim.serving.demo.WallClock", lambda: clock)
        with demo(options) as made, in_background(made.server, made.listener) as base:
            assert made.world.ready()
            yield Running(base, made, clock)


def apart(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a thread: a browser's driver may have an event loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
