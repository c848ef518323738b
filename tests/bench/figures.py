"""Four of the figures of ``make bench``."""

from __future__ import annotations

import itertools
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.bench import servers
from vendor_sim.cli.scan import Phone
from vendor_sim.world import acts
from vendor_sim.world.build import simulate

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bench.load import Measured
    from tests.bench.servers import Target

PAYMENTS = 200
CONNECTIONS = (8, 32)
SIDES = {"ours": servers.ours, "localstripe": servers.localstripe}
_PIN = "123456"


@dataclass
class Throughput:
    """Payments a second of both sides, by connections; a list of rounds each."""

    rates: dict[tuple[str, int], list[float]] = field(default_factory=dict)
    request_ms: dict[tuple[str, int], list[float]] = field(default_factory=dict)
    client_busy: list[float] = field(default_factory=list)

    def rate(self, side: str, connections: int) -> float:
        """The median round."""
        return statistics.median(self.rates[side, connections])

    def times(self, connections: int) -> float:
        """Ours over localstripe's, medians."""
        return self.rate("ours", connections) / self.rate("localstripe", connections)

    def add(self, side: str, connections: int, measured: Measured) -> None:
        """One round more."""
        key = (side, connections)
        self.rates.setdefault(key, []).append(PAYMENTS / measured.seconds)
        self.request_ms.setdefault(key, []).extend(measured.request_ms)
        self.client_busy.append(measured.client_cpu_s / measured.seconds)


@dataclass(frozen=True)
class Spread:
    """Milliseconds: the middle one, and the one that only one in a hundred exceeds."""

    p50_ms: float
    p99_ms: float


def spread(times_ms: list[float]) -> Spread:
    """Median and 99th percentile."""
    ordered = sorted(times_ms)
    return Spread(
        statistics.median(ordered), ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
    )


def throughput(rounds: int, told: Callable[[str], None]) -> Throughput:
    """(a) Payments a second, ours and localstripe in turn, each round on fresh stores."""
    found = Throughput()
    for number, connections in itertools.product(range(rounds), CONNECTIONS):
        sides = list(SIDES.items())
        for side, fresh in sides if number % 2 == 0 else reversed(sides):
            with fresh() as target:
                found.add(side, connections, target.load(connections, PAYMENTS, f"r{number}"))
            rate = found.rates[side, connections][-1]
            told(f"round {number + 1}, {connections} connections, {side}: {rate:.0f}/s")
    return found


def growth(parts: int, told: Callable[[str], None]) -> dict[str, list[float]]:
    """Payments a second while the store grows, 200 payments each part."""
    found: dict[str, list[float]] = {}
    for side, fresh in SIDES.items():
        with fresh() as target:
            found[side] = [
                PAYMENTS / target.load(8, PAYMENTS, f"g{part}").seconds for part in range(parts)
            ]
        told(f"growing store, {side}: {', '.join(f'{rate:.0f}' for rate in found[side])}/s")
    return found


def purchases(count: int) -> tuple[Spread, Spread]:
    """(b) Over real HTTP, the motor taking no time: press to QR text, approve to drop."""
    shown_ms, dropped_ms = [], []
    with servers.ours(motor_ms=0) as target:
        phone = _prepare(target, count)
        for _ in range(count):
            began_s = time.perf_counter()
            pressed = servers.post(f"{target.base}/_world/machines/lobby/press", b'{"slot":"B4"}')
            order = f"{target.base}/_world/orders/{pressed['order']}?timeout_ms=20000"
            code = servers.get(f"{order}&wait_for=awaiting_payment")["code"]
            shown_ms.append((time.perf_counter() - began_s) * 1000)
            scan = phone.scan(code)
            phone.wait(scan, lambda state: state["scan"]["state"] == "asking")
            began_s = time.perf_counter()
            phone.say(scan, "approve", {"pin": _PIN})
            ended = servers.get(f"{order}&wait_for=released")
            dropped_ms.append((time.perf_counter() - began_s) * 1000)
            if ended["state"] != "released":
                raise RuntimeError(f"that is no purchase: {ended}")
            servers.get(f"{order}&wait_for=done")
    return spread(shown_ms), spread(dropped_ms)


def _prepare(target: Target, count: int) -> Phone:
    wallet = b'{"id":"bench","balance_minor":100000000,"currency":"CNY","pin":"%s"}' % _PIN.encode()
    servers.post(f"{target.base}/_world/wallets", wallet)
    stock = b'{"slot":"B4","stock":%d}' % count
    servers.post(f"{target.base}/_world/machines/lobby/stock", stock)
    phone = Phone(target.base, None)
    phone.sign_in("bench", _PIN)
    return phone


def simulated(count: int) -> float:
    """(c) Whole purchases for each second of CPU, in this process, under the virtual clock."""
    world = simulate()
    world.machine.service.set_stock("lobby", "B4", count + 1)
    acts.pay(world, "pete", _code(world), None)
    world.driver.settle(world.tuning.patience_ms)
    began_s = time.process_time()
    for _ in range(count):
        acts.pay(world, "pete", _code(world), None)
        world.driver.settle(world.tuning.patience_ms)
    taken_s = time.process_time() - began_s
    world.close()
    return count / taken_s


def _code(world: object) -> str:
    order = world.machine.service.press("lobby", "B4")  # type: ignore[attr-defined]
    return str(acts.order(world, order, "awaiting_payment", 10_000)["code"])  # type: ignore[arg-type]


def first_page(rounds: int) -> list[float]:
    """(d) Milliseconds from starting the process to its first page."""
    return [_start_and_look() for _ in range(rounds)]


def _start_and_look() -> float:
    port = servers.free_port()
    command = [
        *(sys.executable, "-m", "vendor_sim.cli", "demo", "--memory", "--no-open"),
        *("--port", str(port)),
    ]
    began_s = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=servers.ROOT)
    try:
        servers.wait_for(f"http://127.0.0.1:{port}/", 0.005, lambda: process.poll() is not None)
        return (time.perf_counter() - began_s) * 1000
    finally:
        process.terminate()
        process.wait(30)
