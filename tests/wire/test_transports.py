"""Clients see answers, faults and traces alike through one interface."""

from __future__ import annotations

import pytest
from flask import Flask, Response, request

from tests.mishaps import mishap
from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.wire.clients import PaymentsClient, ProviderClient
from vendor_sim.wire.http import ByteStream, Http, NoAnswer, Transport, network
from vendor_sim.wire.http import Response as Answered
from vendor_sim.wire.transports import Faulty, InProcess, NestedCallError, Traced
from vendor_sim.world.faults import Fault

NOW_MS = 1_790_000_000_000


@pytest.fixture
def shop():
    app = Flask(__name__)
    app.seen = []

    @app.route("/<path:path>", methods=["GET", "POST"])
    def anything(path):
        app.seen.append(request.environ["RAW_URI"])
        if path == "broken":
            return Response("<p>no", 502, content_type="text/html")
        if path == "liar":
            return Response("{", 200, content_type="application/json")
        if path == "nested":
            Http("http://shop", InProcess(app), {}).send("GET", "/again")
        return {"path": path, "body": request.get_data(as_text=True)}

    return app


def http(transport):
    return Http("http://shop", transport, {"Authorization": "Bearer k"})


def test_an_application_is_called_with_the_raw_target(shop):
    answer = http(InProcess(shop)).send("POST", "/a%7Cb/c?x=%E6%94%AF", b"{}")
    assert answer.ok
    assert answer.body == {"path": "a|b/c", "body": "{}"}
    assert shop.seen == ["/a%7Cb/c?x=%E6%94%AF"]


def test_a_handler_that_calls_out_is_caught(shop):
    shop.config["PROPAGATE_EXCEPTIONS"] = True
    with pytest.raises(NestedCallError, match="/again"):
        http(InProcess(shop)).send("GET", "/nested")
    assert http(InProcess(shop)).send("GET", "/fine").ok


@pytest.mark.parametrize(
    ("fault", "arrivals", "answered"),
    [
        (None, 1, True),
        (Fault.REQUEST_LOST, 0, False),
        (Fault.REFUSED, 0, False),
        (Fault.ANSWER_LOST, 1, False),
        (Fault.DUPLICATED, 2, True),
    ],
)
def test_each_fault_bites(shop, fault, arrivals, answered):
    exchanges = []
    faulty = Faulty(InProcess(shop), lambda _request: mishap(fault))
    traced = Traced(faulty, VirtualClock(NOW_MS), ("machine", "ledger"), exchanges.append)
    client = http(traced)
    if answered:
        assert client.send("POST", "/pay", b'{"a":1}').ok
    else:
        with pytest.raises(NoAnswer):
            client.send("POST", "/pay", b'{"a":1}')
    client.close()
    assert len(shop.seen) == arrivals
    (exchange,) = exchanges
    assert (exchange.source, exchange.target) == ("machine", "ledger")
    assert (exchange.method, exchange.path) == ("POST", "/pay")
    assert exchange.status == (200 if answered else None)
    assert exchange.fault == (fault and fault.value)
    assert exchange.request == b'{"a":1}'


def test_an_error_in_another_shape_is_unavailable(shop):
    answer = http(InProcess(shop)).send("GET", "/broken")
    assert not answer.ok
    assert answer.body is None
    assert answer.problem.code is Code.UNAVAILABLE


def test_a_body_that_is_no_json_is_no_body(shop):
    assert http(InProcess(shop)).send("GET", "/liar").body is None


def test_a_client_refuses_an_answer_of_another_shape(shop):
    client = PaymentsClient("http://shop", "k", InProcess(shop))
    with pytest.raises(Refused) as refused:
        client.intent("in_1")
    assert refused.value.problem.code is Code.UNAVAILABLE
    client.close()


def test_ids_are_quoted_in_paths(shop):
    client = ProviderClient("http://shop", "k", InProcess(shop))
    with pytest.raises(Refused):
        client.account("a/../b?c")
    assert shop.seen == ["/v1/accounts/a%2F..%2Fb%3Fc"]


def test_nobody_listening_is_no_answer():
    transport = network()
    with pytest.raises(NoAnswer):
        Http("http://127.0.0.1:9", transport, {}).send("GET", "/")
    transport.close()


class Endless(Transport):
    """Answers with a body that never ends, in pieces of a size."""

    def __init__(self, piece, headers=None):
        self.piece, self.headers = piece, headers or {}
        self.sent, self.closed = 0, False

    def handle_request(self, request):
        return Answered(200, headers=self.headers, stream=Drip(self))


class Drip(ByteStream):
    def __init__(self, hook):
        super().__init__(b"")
        self.hook = hook

    def __iter__(self):
        while True:
            self.hook.sent += 1
            yield self.hook.piece

    def close(self):
        self.hook.closed = True


def deliver(transport, bytes_max=100):
    client = Http("", transport, {})
    return client.deliver("http://hook/a?b=c", b"{}", {"X-Signed": "yes"}, bytes_max)


@pytest.mark.parametrize(
    ("piece", "pieces", "kept"),
    [(b"x" * 1_000, 1, 100), (b"x" * 60, 2, 100), (b"x", 8, 8)],
)
def test_of_a_hooks_answer_no_more_than_the_beginning_is_read(piece, pieces, kept):
    """Neither a flood nor a drip keeps the platform listening."""
    hook = Endless(piece)
    answer = deliver(hook)
    assert (answer.status, answer.body, len(answer.raw)) == (200, None, kept)
    assert (hook.sent, hook.closed) == (pieces, True)


def test_a_short_answer_of_a_hook_is_read_to_its_end():
    hook = Endless(b"")
    hook.handle_request = lambda _request: Answered(500, stream=ByteStream(b"FAIL"))
    assert deliver(hook).raw == b"FAIL"


def test_what_a_hook_packed_is_not_unpacked():
    answer = deliver(Endless(b"PK" * 50, {"Content-Encoding": "gzip"}))
    assert (answer.status, answer.raw) == (200, b"PK" * 50)


@pytest.mark.parametrize("fault", [None, Fault.DUPLICATED, Fault.ANSWER_LOST])
def test_a_trace_and_a_fault_listen_no_longer_than_the_client(fault):
    hook, exchanges = Endless(b"x" * 60), []
    faulty = Faulty(hook, lambda _request: mishap(fault))
    traced = Traced(faulty, VirtualClock(NOW_MS), ("ledger", "hook"), exchanges.append)
    if fault is Fault.ANSWER_LOST:
        with pytest.raises(NoAnswer):
            deliver(traced)
    else:
        assert len(deliver(traced).raw) == 100
        assert exchanges[0].answer == b"x" * 100
    assert hook.sent == (4 if fault is Fault.DUPLICATED else 2)


def test_an_application_in_this_process_is_a_hook_too(shop):
    answer = deliver(InProcess(shop), 10)
    assert (answer.status, answer.raw) == (200, b'{"body":"{')
    assert shop.seen == ["/a?b=c"]


@pytest.mark.parametrize("url", ["http://\x07/", "http://a..b/", f"http://{'a' * 64}.com/", "x"])
def test_an_address_that_is_none_gives_no_answer(url):
    """Whatever a merchant wrote, it is the merchant's trouble only."""
    transport = network()
    with pytest.raises(NoAnswer):
        Http("", transport, {}).deliver(url, b"{}", {}, 10)
    transport.close()
