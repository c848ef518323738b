"""The wires between the services."""

from __future__ import annotations

from typing import Any

import pytest

from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.wire.http import ConnectError, Http, Request, Response, Transport
from vendor_sim.wire.transports import Exchange, NestedCallError
from vendor_sim.world.faults import FaultPlan
from vendor_sim.world.network import Network


class Net:
    """A network with one service, ``ledger``, that counts its calls."""

    def __init__(self, fallback: Transport | None = None) -> None:
        self.faults = FaultPlan()
        self.seen: list[Exchange] = []
        self.calls = 0
        self.network = Network(VirtualClock(7), self.faults, self.seen.append, fallback)
        self.network.attach("ledger", "ledger", self._app)

    def _app(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        self.calls += 1
        start("200 OK", [("Content-Type", "application/json")])
        return [b'{"n":%d}' % self.calls]

    def ask(self, path: str = "/v1/x", base: str = "http://ledger", method: str = "GET") -> Any:
        client = Http(base, self.network.line_of("machine"), {})
        return client.send(method, path, b"{}" if method == "POST" else None).body


def test_a_host_is_a_name_and_every_exchange_is_seen() -> None:
    net = Net()
    assert net.ask("/v1/x?a=1") == {"n": 1}
    seen = net.seen[0]
    assert (seen.source, seen.target, seen.path, seen.status) == (
        *("machine", "ledger", "/v1/x?a=1", 200),
    )


def test_nobody_is_at_an_unknown_host() -> None:
    net = Net()
    with pytest.raises(ConnectError, match="nobody is at elsewhere"):
        net.ask(base="http://elsewhere:81")
    assert (net.seen[0].target, net.seen[0].status) == ("elsewhere:81", None)


def test_unknown_hosts_go_to_the_fallback_where_there_is_one() -> None:
    class Outside(Transport):
        closed = False

        def handle_request(self, request: Request) -> Response:
            return Response(200, json={"from": request.url.host})

        def close(self) -> None:
            self.closed = True

    outside = Outside()
    net = Net(outside)
    assert net.ask(base="http://elsewhere") == {"from": "elsewhere"}
    net.network.close()
    assert outside.closed


def test_a_host_may_be_reached_through_a_transport_of_its_own() -> None:
    class Remote(Transport):
        def handle_request(self, request: Request) -> Response:
            return Response(200, json={"remote": True})

    net = Net()
    net.network.attach_remote("wallet", "wallet", Remote())
    assert net.ask(base="http://wallet") == {"remote": True}
    assert net.seen[0].target == "wallet"
    net.network.close()


def test_a_handler_that_calls_out_is_a_breach_told_at_the_end_of_the_round() -> None:
    net = Net()

    def calls_out(environ: dict[str, Any], start: Any) -> list[bytes]:
        try:
            net.ask()
        except NestedCallError:
            start("500 Oops", [])
        return [b""]

    net.network.attach("careless", "careless", calls_out)
    net.network.check()
    net.ask(base="http://careless")
    with pytest.raises(NestedCallError, match="machine to ledger"):
        net.network.check()
    net.network.check()
