"""A merchant's hook that hangs, on real sockets: nobody else's money or news waits for it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from tests.payments.conftest import PROVIDER_SECRET, SECRET, settings
from tests.serving.conftest import a_moment
from vendor_sim.kernel.clock import WallClock
from vendor_sim.kernel.ids import RandomIds
from vendor_sim.kernel.steering import SteeredClock
from vendor_sim.payments.assembly import TABLES, assemble
from vendor_sim.payments.service import LANES, MerchantSeed, ProviderSeed
from vendor_sim.payments.service.lanes import lane_of
from vendor_sim.serving.databases import open_door
from vendor_sim.serving.live import LiveDriver
from vendor_sim.wire.clients import PaymentsClient, ProviderClient
from vendor_sim.wire.http import network
from vendor_sim.wire.transports import InProcess
from vendor_sim.world.staff import ledger_outbounds

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.network
WAIT_MS = 3_000
"""Well below the time a hook may take."""
LOBBY = {"order_ref": "o", "amount_minor": 350, "currency": "CNY", "description": "Cola"}


class Hook:
    """A merchant's server: a developer may hold it at a breakpoint."""

    def __init__(self) -> None:
        self.reached, self.released = threading.Event(), threading.Event()
        self.released.set()
        self.told: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"

    def hold(self) -> None:
        self.released.clear()

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                hook.reached.set()
                hook.released.wait(30)
                hook.told.append(body)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        return Handler


class Served:
    """A ledger service that runs by itself, with two merchants' hooks in lanes of their own."""

    def __init__(self, folder) -> None:
        self.hooks = [Hook()]
        while len(self.hooks) == 1 or lane_of(self.hooks[-1].url) == lane_of(self.hooks[0].url):
            self.hooks.append(Hook())
        self.held, self.other = self.hooks[0], self.hooks[-1]
        given = settings(
            merchants=(
                MerchantSeed("m_lobby", "Lobby", "key-m1", self.held.url, (SECRET,)),
                MerchantSeed("m_quiet", "Quiet", "key-m2", self.other.url, (SECRET,)),
            ),
            providers=(ProviderSeed("wallet", "W", "key-p1", self.other.url, (PROVIDER_SECRET,)),),
            refund_ms=20,
        )
        clock = SteeredClock(WallClock())
        self.line = network()
        self.door = open_door(f"sqlite:///{folder}/ledger.sqlite3", TABLES)
        self.payments = assemble(given, self.door, clock, RandomIds(), self.line)
        self.driver = LiveDriver(clock, ledger_outbounds(self.payments))
        self.door.on_commit(self.driver.listener("ledger"))
        inside = InProcess(self.payments.app)
        self.merchant = PaymentsClient("http://ledger", "key-m1", inside)
        self.other_merchant = PaymentsClient("http://ledger", "key-m2", inside)
        self.provider = ProviderClient("http://ledger", "key-p1", inside)
        self.driver.start()

    def hang(self) -> None:
        """A notice is with the hook of the first merchant, and the hook keeps it."""
        self.held.hold()
        self.merchant.close_intent(self.merchant.open_intent({**LOBBY, "takes": "hold"}, "k").id)
        assert self.held.reached.wait(5)

    def refunded(self) -> int | None:
        """How much came back, once it did."""
        refunds = self.payments.service.browsing.refunds()
        done = [one["amount_minor"] for one in refunds if one["state"] == "succeeded"]
        return sum(done) or None

    def close(self) -> None:
        self.driver.close()
        self.door.close()
        self.line.close()
        for hook in self.hooks:
            hook.close()


@contextmanager
def served_in(folder) -> Iterator[Served]:
    served = Served(folder)
    try:
        yield served
    finally:
        served.close()


@pytest.fixture
def served(tmp_path) -> Iterator[Served]:
    with served_in(tmp_path) as served:
        yield served


def told(hook: Hook, word: str):
    return lambda: True if any(word in body for body in hook.told) else None


def test_a_hook_that_hangs_delays_neither_a_refund_nor_another_merchants_news(served) -> None:
    account = served.provider.open_account("Pete", "CNY", "a").id
    served.provider.top_up(account, 1_000, "t")
    served.hang()
    asked = served.other_merchant.open_intent({**LOBBY, "takes": "at_once"}, "k")
    money = {"account": account, "amount_minor": 350, "currency": "CNY"}
    served.provider.authorise({"code": asked.code, **money}, "au")
    served.other_merchant.refund(asked.id, 350, "x", "r")
    assert served.driver.until(served.refunded, WAIT_MS) == 350
    for word in ("payment.captured", "refund.succeeded", "authorisation.updated"):
        assert served.driver.until(told(served.other, word), WAIT_MS), word
    assert served.held.told == []
    served.held.released.set()
    assert served.driver.until(told(served.held, "intent.closed"), WAIT_MS)


def test_a_pause_holds_the_couriers_too(served) -> None:
    served.hang()
    inside = threading.Event()

    def pause() -> list[str]:
        with served.driver.pause():
            inside.set()
            a_moment()
            return [one["state"] for one in served.payments.service.browsing.notices()]

    with ThreadPoolExecutor(1) as pool:
        pausing = pool.submit(pause)
        a_moment()
        assert not inside.is_set(), "a notice is under way"
        served.held.released.set()
        assert pausing.result(5) == ["delivered"]


def test_a_platform_stops_in_its_time_while_a_hook_hangs_and_tells_it_again_later(
    tmp_path, caplog
) -> None:
    caplog.set_level("INFO", "vendor_sim")
    with served_in(tmp_path) as first:
        courier = 1 + LANES.index(lane_of(first.held.url))
        first.hang()
        began_s = time.monotonic()
        first.driver.close(0.3)
        first.door.close()
        first.line.close()
        assert time.monotonic() - began_s < 20, "the hook hangs for longer"
        first.held.released.set()
        first.driver.close()
    assert [one.getMessage() for one in caplog.records if "courier" in one.getMessage()] == [
        f"ledger courier {courier} was stopped in a turn: this service is stopping"
    ]
    with served_in(tmp_path) as again:
        assert again.driver.until(told(again.held, "intent.closed"), WAIT_MS)
