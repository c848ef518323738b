"""Whatever a client does or leaves undone, a server that stops leaves no connection behind."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from typing import Self

import pytest
from flask import Flask

from tests.serving.leftovers import hung_up, nothing_left_open
from vendor_sim.kernel.clock import WallClock
from vendor_sim.kernel.ids import RandomIds
from vendor_sim.payments.wechat.reading import HOSTS as NAMES
from vendor_sim.serving.certs import certificate
from vendor_sim.serving.gate import Mount
from vendor_sim.serving.stand_in import stand_in

pytestmark = pytest.mark.network
ASK = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"
BYE = ASK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
HALF = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc"
MUCH = b"GET /much HTTP/1.1\r\nHost: h\r\n\r\n"


@pytest.fixture
def own(tmp_path):
    """A certificate and its key."""
    return certificate(tmp_path, [], WallClock(), RandomIds())


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/", "short", lambda: "ok", methods=["GET", "POST"])
    app.add_url_rule("/much", "much", lambda: b"x" * 10_000_000)
    return app


@pytest.fixture(autouse=True)
def in_no_time(monkeypatch) -> None:
    """Nobody is waited for: what a client does within three seconds is not what is asked here."""
    monkeypatch.setattr("vendor_sim.serving.server.STOP_WITHIN_MS", 0)


def trusting(own) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(own[0]))
    context.check_hostname = False
    return context


@pytest.mark.parametrize("safe", [True, False], ids=["tls", "plain"])
@pytest.mark.parametrize(
    ("sent", "heard"),
    [(ASK, b"HTTP/1.1 200"), (BYE, b"HTTP/1.1 200"), (ASK[:8], b""), (HALF, b""), (MUCH, b"HTTP")],
    ids=["kept for later", "no goodbye", "half a head", "half a body", "not read"],
)
def test_a_server_that_stops_leaves_nobody_hanging(
    serve, app, lane, own, sent, heard, *, safe
) -> None:
    with contextlib.ExitStack() as ours, nothing_left_open():
        with serve([Mount("", app, lane)], certificate=own if safe else None) as base:
            where = ("127.0.0.1", int(base.rsplit(":", 1)[1]))
            client = ours.enter_context(socket.create_connection(where, timeout=5))
            if safe:
                client = ours.enter_context(trusting(own).wrap_socket(client))
            client.sendall(sent)
            assert client.recv(len(heard)) == heard
        assert hung_up(client)


class Mute:
    """A world that takes a request over TLS and says no word, and no goodbye either."""

    def __init__(self, own) -> None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*own)
        self.told, self.done = threading.Event(), threading.Event()
        self.left: list[bool] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.base = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._take, args=(context,))

    def _take(self, context) -> None:
        taken, _ = self._listener.accept()
        with context.wrap_socket(taken, server_side=True) as taken:
            assert taken.recv(100)
            assert taken.recv(100) == b"", "the other side says goodbye"
            self.told.set()
            self.left.append(self.done.wait(30) and hung_up(taken))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_why) -> None:
        self.done.set()
        self._thread.join()
        self._listener.close()


def test_a_stand_in_that_stops_waits_for_no_goodbye(own, tmp_path) -> None:
    with nothing_left_open(), Mute(own) as world:
        with stand_in(world.base, tmp_path, WallClock(), RandomIds(), trust=own[0]) as here:
            host, port = here.proxy.removeprefix("http://").split(":")
            with socket.create_connection((host, int(port)), timeout=5) as plain:
                plain.sendall(f"CONNECT {NAMES[0]}:443 HTTP/1.1\r\n\r\n".encode())
                assert plain.recv(100).startswith(b"HTTP/1.1 200")
                root = ssl.create_default_context(cafile=str(here.authority.root))
                with root.wrap_socket(plain, server_hostname=NAMES[0]) as client:
                    client.sendall(ASK)
            assert world.told.wait(5)
        assert not world.done.is_set()
    assert world.left == [True]
