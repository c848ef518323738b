"""The stand-in: the platform's names, and no others, lead to the world; bytes stay as they are."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from tests.serving.conftest import raw
from vendor_sim.kernel.clock import WallClock
from vendor_sim.kernel.ids import RandomIds
from vendor_sim.payments.wechat.reading import HOSTS as NAMES
from vendor_sim.serving.certs import certificate
from vendor_sim.serving.errors import CannotStartError
from vendor_sim.serving.stand_in import stand_in

pytestmark = pytest.mark.network


class Echo(BaseHTTPRequestHandler):
    """Tells what it got, as it came."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        told = {
            "line": self.requestline,
            "host": self.headers["Host"],
            "body": self.rfile.read(length).decode("latin-1"),
        }
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST  # noqa: N815 - the library's name

    def log_message(self, *_what) -> None:
        """Say nothing."""


@contextlib.contextmanager
def a_world(context: ssl.SSLContext | None = None):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"{'https' if context else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def world():
    with a_world() as base:
        yield base


@pytest.fixture
def here(world, tmp_path):
    with stand_in(world, tmp_path, WallClock(), RandomIds()) as made:
        yield made


def ask(here, url, **how) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        session.proxies = {"https": here.proxy}
        session.verify = str(here.authority.root)
        return session.post(url, timeout=5, **how)


@pytest.mark.parametrize("name", NAMES)
def test_each_name_leads_to_the_world_with_the_request_untouched(here, name) -> None:
    body = b'{"description": "\xe8\x8c\xb6"}\n'
    told = ask(here, f"https://{name}/v3/x%2Fy?b=2&a=1", data=body).json()
    assert told == {
        "line": "POST /v3/x%2Fy?b=2&a=1 HTTP/1.1",
        "host": name,
        "body": body.decode("latin-1"),
    }


@pytest.mark.parametrize(
    "url",
    ["https://example.com/", "https://127.0.0.1:9/", f"https://{NAMES[0]}:8443/"],
)
def test_nothing_else_is_tunnelled(here, url) -> None:
    with pytest.raises(requests.exceptions.ProxyError, match="403"):
        ask(here, url)


@pytest.mark.parametrize(
    "head",
    [
        b"GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n\r\n",
        b"CONNECT\r\n\r\n",
        b"\r\n\r\n",
        b"CONNECT api.mch.weixin.qq.com.evil.test:443 HTTP/1.1\r\n\r\n",
    ],
)
def test_other_requests_are_told_what_leads_where(here, head) -> None:
    answer = raw(here.proxy, head)
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert NAMES[0].encode() in answer


def test_an_absolute_request_in_plain_text_comes_through_as_some_clients_send_it(here) -> None:
    line = f"GET https://{NAMES[0]}/v3/certificates HTTP/1.1"
    head = f"{line}\r\nHost: {NAMES[0]}\r\nConnection: close\r\n\r\n"
    answer = raw(here.proxy, head.encode())
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["line"] == line


def test_a_client_that_hangs_up_or_says_too_much_harms_nobody(here) -> None:
    host, port = here.proxy.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as gone:
        gone.sendall(b"CONN")
    with (
        socket.create_connection((host, int(port)), timeout=5) as long,
        contextlib.suppress(OSError),
    ):
        long.sendall(b"x" * 1_000_000)
        assert long.recv(1) == b""
    assert ask(here, f"https://{NAMES[0]}/").ok


def test_it_trusts_no_other_names_with_this_root(here) -> None:
    context = ssl.create_default_context(cafile=str(here.authority.root))
    host, port = here.tls.split(":")
    with (
        socket.create_connection((host, int(port)), timeout=5) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        context.wrap_socket(plain, server_hostname="example.com")


def test_a_world_that_is_not_there_is_told_in_the_platforms_shape(tmp_path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        gone = f"http://127.0.0.1:{free.getsockname()[1]}"
    with stand_in(gone, tmp_path, WallClock(), RandomIds()) as here:
        answer = ask(here, f"https://{NAMES[0]}/")
    assert answer.status_code == 503
    assert answer.json()["code"] == "SERVICE_UNAVAILABLE"


def test_it_leads_to_a_world_with_a_certificate_of_its_own(tmp_path) -> None:
    own, key = certificate(tmp_path, [], WallClock(), RandomIds())
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(own, key)
    with (
        a_world(context) as base,
        stand_in(base, tmp_path, WallClock(), RandomIds(), trust=own) as here,
    ):
        assert ask(here, f"https://{NAMES[0]}/v3").json()["line"] == "POST /v3 HTTP/1.1"


@pytest.mark.parametrize("wrong", ["127.0.0.1:8000", "ftp://127.0.0.1", "http://"])
def test_an_address_that_is_none_is_told(tmp_path, wrong) -> None:
    with (
        pytest.raises(CannotStartError, match="no address"),
        stand_in(wrong, tmp_path, WallClock(), RandomIds()),
    ):
        pass


def test_a_certificate_that_cannot_be_read_is_told(tmp_path) -> None:
    with (
        pytest.raises(CannotStartError, match="cannot trust"),
        stand_in(
            "https://127.0.0.1:1", tmp_path, WallClock(), RandomIds(), trust=tmp_path / "no.pem"
        ),
    ):
        pass


def test_when_it_ends_nobody_listens(world, tmp_path) -> None:
    with stand_in(world, tmp_path, WallClock(), RandomIds()) as here:
        pass
    for address in (here.proxy.removeprefix("http://"), here.tls):
        host, port = address.split(":")
        with pytest.raises(OSError):  # noqa: PT011 - any refusal will do
            socket.create_connection((host, int(port)), timeout=1)


def test_the_environment_names_the_proxy_and_the_root_for_each_kind_of_program(here) -> None:
    told = here.environment()
    root = str(here.authority.root)
    assert told["HTTPS_PROXY"] == told["https_proxy"] == here.proxy
    assert {
        told[name] for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS")
    } == {root}
    assert "127.0.0.1" in told["NO_PROXY"]
    assert str(here.authority.trust_store) in told["JAVA_TOOL_OPTIONS"]
