"""A delivery is over in its time, however somebody's hook stretches its answer: real sockets."""

from __future__ import annotations

import itertools
import socket
import ssl
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from vendor_sim.kernel.clock import WallClock
from vendor_sim.kernel.ids import RandomIds
from vendor_sim.serving.certs import certificate
from vendor_sim.wire import http
from vendor_sim.wire.http import Http, NoAnswer, network

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

TIMEOUT_MS = 250
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n"


@contextmanager
def hook(
    answer: Iterable[bytes], pace_s: float = 0.05, tls: ssl.SSLContext | None = None
) -> Iterator[str]:
    """Whoever connects is answered with these pieces, at this pace; its address."""
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return  # the listener was shut
            with tls.wrap_socket(connection, server_side=True) if tls else connection as spoken:
                say(spoken)

    def say(connection: socket.socket) -> None:
        connection.recv(65_536)
        for piece in answer:
            try:
                connection.sendall(piece)
            except OSError:
                return  # nobody listens any more
            if over.wait(pace_s):
                return
        over.wait()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
        finally:
            over.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def deliver(url: str, transport: http.Transport | None = None) -> http.Answer:
    line = transport or network()
    client = Http("", line, {}, TIMEOUT_MS)
    try:
        return client.deliver(url, b"{}", {}, 4_096)
    finally:
        client.close()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param([], id="silent"),
        pytest.param((bytes([one]) for one in HEAD * 9), id="a head byte by byte"),
        pytest.param((b"X-More: 1\r\n" for _ in itertools.count()), id="an endless head"),
        pytest.param(
            (b"HTTP/1.1 100 Continue\r\n\r\n" for _ in itertools.count()), id="always going on"
        ),
        pytest.param([HEAD, b"\r\n", b"a", b"b"], id="a body that stops"),
    ],
)
def test_a_hook_that_stretches_its_answer_gave_none_in_time(answer: Iterable[bytes]) -> None:
    began_s = time.monotonic()
    with hook(answer) as url, pytest.raises(NoAnswer):
        deliver(url)
    assert TIMEOUT_MS / 1000 * 0.9 < time.monotonic() - began_s < 4 * TIMEOUT_MS / 1000


def test_a_flood_of_going_on_ends_too() -> None:
    """There is always something to read, so no wait for it ever runs out."""
    flood = (b"HTTP/1.1 100 Continue\r\n\r\n" * 100 for _ in itertools.count())
    with hook(flood, 0.0) as url, pytest.raises(NoAnswer, match="too long"):
        deliver(url)


def test_an_answer_in_pieces_counts_where_it_is_whole_in_time() -> None:
    with hook([HEAD, b"\r\n", b"a", b"bcd"], 0.001) as url:
        answer = deliver(url)
    assert (answer.status, answer.raw) == (200, b"abcd")


def test_each_delivery_has_a_time_of_its_own_and_other_calls_have_none() -> None:
    """The deadline of one delivery is not left behind for the call that comes next."""
    whole = [HEAD + b"\r\nabcd"]
    transport = network()
    with hook(whole) as url:
        assert deliver(url, transport).status == 200
    assert http._DEADLINE_MS.get() is None
    answer = (*([b"HTTP/1.1 100 Continue\r\n\r\n"] * 8), *whole)
    with hook(answer) as url:
        assert Http("", transport, {}, TIMEOUT_MS).send("GET", url).status == 200
    transport.close()


def test_a_host_with_several_addresses_is_tried_at_each_for_its_share(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[float] = []

    class Silent:
        def connect_tcp(self, host: str, port: int, timeout: float, **_given: object) -> None:
            seen.append(timeout)
            raise http.ConnectError("nobody")

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: [1, 2, 3, 4])
    transport = network()
    transport._pool._network_backend = http._Punctual(Silent())  # type: ignore[attr-defined]
    with pytest.raises(NoAnswer):
        deliver("http://many.test/", transport)
    (share_s,) = seen
    assert 0 < share_s <= TIMEOUT_MS / 1000 / 4


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for this computer, and its key."""
    return certificate(tmp_path, {"127.0.0.1"}, WallClock(), RandomIds())


def test_a_hook_that_says_no_word_of_tls_gave_no_answer_in_time(pair: tuple[Path, Path]) -> None:
    began_s = time.monotonic()
    with hook([]) as url, pytest.raises(NoAnswer):
        deliver(url.replace("http", "https"), network(pair[0]))
    assert time.monotonic() - began_s < 4 * TIMEOUT_MS / 1000


@pytest.mark.parametrize("whole", [True, False])
def test_behind_tls_it_is_the_same(pair: tuple[Path, Path], *, whole: bool) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    answer = [HEAD, b"\r\nabcd"] if whole else [bytes([one]) for one in HEAD]
    with hook(answer, tls=context) as url:
        address = url.replace("http", "https")
        if whole:
            assert deliver(address, network(pair[0])).raw == b"abcd"
        else:
            with pytest.raises(NoAnswer):
                deliver(address, network(pair[0]))
