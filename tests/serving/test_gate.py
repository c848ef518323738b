"""The gate over real sockets: the whole request, the right application, never a 5xx of ours."""

from __future__ import annotations

import json
import socket

import httpx2
import pytest
from flask import Flask

from tests.serving.conftest import raw
from vendor_sim.kernel.limits import BODY_BYTES_MAX, HEAD_BYTES_MAX
from vendor_sim.serving.gate import Mount


@pytest.fixture
def base(serve, app, lane):
    """The address where it is served."""
    with serve([Mount("", app, lane)]) as base:
        yield base


def test_the_raw_target_arrives_as_it_was_sent(base) -> None:
    answer = raw(
        base, b"GET /echo/a%2Fb%e2%82%ac?x=%20&y HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    )
    got = json.loads(answer.split(b"\r\n\r\n", 1)[1])
    assert got["raw"] == got["request_uri"] == "/echo/a%2Fb%e2%82%ac?x=%20&y"
    assert got["rest"] == "a/b€"


def test_headers_arrive_joined_and_none_can_pass_for_another(base) -> None:
    answer = httpx2.get(
        f"{base}/echo",
        headers=[("X-A", "1"), ("X-A", "2"), ("Cookie", "a=1"), ("Cookie", "b=2"), ("X_B", "no")],
    )
    headers = answer.json()["headers"]
    assert headers["HTTP_X_A"] == "1,2"
    assert headers["HTTP_COOKIE"] == "a=1; b=2"
    assert "HTTP_X_B" not in headers
    assert answer.json()["client"] == "127.0.0.1"


def test_many_different_headers_do_not_fill_the_memory(base) -> None:
    for n in range(0, 600, 60):
        headers = {f"X-{n}-{k}": "1" for k in range(60)}
        assert httpx2.get(f"{base}/echo", headers=headers).status_code == 200


def test_a_body_in_chunks_is_a_body(base) -> None:
    answer = httpx2.post(f"{base}/echo", content=iter([b"one", b"two"]))
    assert answer.json()["body"] == "onetwo"
    assert answer.json()["length"] == 6
    assert "HTTP_TRANSFER_ENCODING" not in answer.json()["headers"]


def test_head_has_the_headers_and_no_body(base) -> None:
    answer = raw(base, b"HEAD /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    head, body = answer.split(b"\r\n\r\n", 1)
    assert head.startswith(b"HTTP/1.1 200")
    assert b"content-length" in head.lower()
    assert body == b""


@pytest.mark.parametrize("sent", [b"x" * (BODY_BYTES_MAX + 1), b"x" * 30_000_000])
def test_a_body_too_long_is_refused_in_the_one_shape(base, sent) -> None:
    answer = httpx2.post(f"{base}/echo", content=sent)
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too_large"


def test_a_body_too_long_is_refused_before_it_is_sent(base) -> None:
    answer = raw(
        base,
        b"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 30000000\r\n"
        b"Expect: 100-continue\r\n\r\n",
    )
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"100 Continue" not in answer


@pytest.mark.parametrize("pieces", [[b"x" * (BODY_BYTES_MAX + 1)], [b"x" * 1000] * 40])
def test_a_body_in_chunks_is_bounded_too(base, pieces) -> None:
    answer = httpx2.post(f"{base}/echo", content=iter(pieces))
    assert answer.status_code == 413


def test_each_application_has_its_own_limit(serve, app, lane) -> None:
    with serve([Mount("/echo", app, lane, body_bytes_max=100_000), Mount("", app, lane)]) as base:
        assert httpx2.post(f"{base}/echo", content=b"x" * 50_000).status_code == 200
        assert httpx2.post(f"{base}/things", content=b"x" * 50_000).status_code == 413


def test_a_body_that_does_not_come_is_given_up(base, monkeypatch) -> None:
    monkeypatch.setattr("vendor_sim.serving.gate._BODY_WITHIN_S", 0.1)
    answer = raw(base, b"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab")
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"did not arrive" in answer


def test_a_client_that_leaves_in_the_middle_is_forgotten(base) -> None:
    host, port = base.rsplit("/", 1)[1].split(":")
    for _ in range(20):
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(b"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab")
    assert httpx2.get(f"{base}/echo").status_code == 200


@pytest.mark.parametrize(
    "request_",
    [
        b"GARBAGE\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: h\r\n\r\n",
        b"GET /" + b"\xe6\x94\xaf" + b" HTTP/1.1\r\nHost: h\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: nine\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
        b"POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /echo HTTP/1.1\r\nHost: h\r\nX: a\x00b\r\n\r\n",
    ],
)
def test_what_is_no_http_gets_400_in_the_one_shape(base, request_) -> None:
    answer = raw(base, request_)
    assert answer.startswith(b"HTTP/1.1 400")
    assert json.loads(answer.split(b"\r\n\r\n", 1)[1])["error"]["code"] == "malformed"


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /echo HTTP/1.1\r\nHost: h\r\nX: " + b"x" * 2 * HEAD_BYTES_MAX,
        b"GET /" + b"x" * 2 * HEAD_BYTES_MAX,
    ],
)
def test_a_head_without_end_is_hung_up_on(base, request_) -> None:
    try:
        answer = raw(base, request_)
    except ConnectionResetError:  # it was still sending: its own system may drop our answer
        answer = b"HTTP/1.1 400"
    assert answer.startswith(b"HTTP/1.1 400")
    assert httpx2.get(f"{base}/echo").status_code == 200


@pytest.mark.parametrize(
    "path", ["/%00", "/%ff", "/%", "/echo/%zz", "//echo", "/echo/../../x", "/%2e%2e"]
)
def test_no_path_is_a_5xx(base, path) -> None:
    answer = raw(base, f"GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode())
    assert int(answer.split()[1]) < 500


def test_a_websocket_is_not_offered(base) -> None:
    answer = raw(
        base,
        b"GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n",
    )
    assert int(answer.split()[1]) < 500


def test_the_first_prefix_that_takes_a_path_gets_it(serve, lane) -> None:
    def says(name):
        app = Flask(name)
        app.add_url_rule("/", "root", lambda: name)
        app.add_url_rule("/<path:_rest>", "all", lambda _rest: name)
        return app

    mounts = [Mount("/v1", says("v1"), lane), Mount("", says("rest"), lane)]
    with serve(mounts) as base:
        paths = ["/v1", "/v1/x", "/%76%31/x", "/v12", "/", "/x"]
        got = [httpx2.get(base + path).text for path in paths]
    assert got == ["v1", "v1", "v1", "rest", "rest", "rest"]


def test_a_path_of_nobody_is_not_found(serve, app, lane) -> None:
    with serve([Mount("/echo", app, lane)]) as base:
        answer = httpx2.get(f"{base}/nowhere")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


def test_an_application_that_raises_is_500_in_the_one_shape_and_logged(serve, lane, caplog) -> None:
    def broken(_environ, _start):
        raise RuntimeError("no WSGI today")

    with serve([Mount("", broken, lane)]) as base:
        answer = httpx2.get(base)
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal"
    assert "no WSGI today" in caplog.text


def test_streamed_answers_are_joined_and_closed(base, app) -> None:
    assert httpx2.get(f"{base}/closed").text == "ab"
    assert app.closed
