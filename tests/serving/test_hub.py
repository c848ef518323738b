"""Live pages: hundreds of idle streams cost no thread, and each hears of its topic."""

from __future__ import annotations

import asyncio
import socket
import threading
import time

import httpx2
import pytest
from flask import Flask

from tests.serving.conftest import a_moment, raw, until
from vendor_sim import web
from vendor_sim.kernel.limits import HEARTBEAT_MS
from vendor_sim.serving.gate import Mount
from vendor_sim.serving.hub import Hub


@pytest.fixture
def app() -> Flask:
    """One live page for any topic."""
    app = Flask(__name__)
    app.add_url_rule("/events/<topic>", "events", web.live)
    app.add_url_rule("/page", "page", lambda: "page")
    return app


def listen_to(base, topic) -> socket.socket:
    host, port = base.rsplit("/", 1)[1].split(":")
    connection = socket.create_connection((host, int(port)), timeout=10)
    connection.sendall(f"GET /events/{topic} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
    return connection


def heard(connection, wanted: bytes) -> bytes:
    got = b""
    while wanted not in got:
        chunk = connection.recv(65536)
        assert chunk, f"hung up before {wanted!r}: {got!r}"
        got += chunk
    return got


def test_what_is_for_all_is_heard_by_every_stream(serve, app, lane) -> None:
    hub = Hub(pause_ms=1)
    with serve([Mount("", app, lane)], hub) as base:
        lines = [listen_to(base, topic) for topic in ("tea", "cake")]
        for line in lines:
            heard(line, b"data: 0\n\n")
        hub.publish_all()
        for line in lines:
            assert heard(line, b"data: 1\n\n")
            line.close()


def test_a_stream_hears_of_its_topic_and_of_no_other(serve, app, lane) -> None:
    hub = Hub(pause_ms=1)
    with serve([Mount("", app, lane)], hub) as base:
        tea, cake = listen_to(base, "tea"), listen_to(base, "cake")
        head = heard(tea, b"data: 0\n\n")
        heard(cake, b"data: 0\n\n")
        assert b"text/event-stream" in head
        assert b"vendor-sim-live" not in head.lower()
        assert b"retry: " in head
        hub.publish({"tea", "nobody's"})
        heard(tea, b"data: 1\n\n")
        hub.publish({"cake", "tea"})
        got = heard(cake, b"data: 1\n\n")
        assert b"data: 2" not in got
        heard(tea, b"data: 2\n\n")
        tea.close()
        cake.close()


def test_many_changes_at_once_are_one_event(serve, app, lane) -> None:
    hub = Hub(pause_ms=50)
    with serve([Mount("", app, lane)], hub) as base:
        connection = listen_to(base, "tea")
        heard(connection, b"data: 0\n\n")
        for _ in range(200):
            hub.publish({"tea"})
        a_moment(0.3)
        hub.publish({"tea"})
        a_moment(0.1)
        got = connection.recv(65536)
        assert 2 <= got.count(b"data: ") <= 5
        connection.close()


def test_an_idle_stream_hears_a_heartbeat(serve, app, lane) -> None:
    with serve([Mount("", app, lane)], Hub(heartbeat_ms=30)) as base:
        connection = listen_to(base, "tea")
        heard(connection, b": still here\n\n")
        connection.close()


def test_500_idle_streams_hold_no_thread_and_all_hear(serve, app, lane) -> None:
    hub = Hub()
    with serve([Mount("", app, lane)], hub) as base:
        before = threading.active_count()
        streams = [listen_to(base, "tea") for _ in range(500)]
        for stream in streams:
            heard(stream, b"data: 0\n\n")
        assert hub.streams == 500
        assert threading.active_count() <= before + 8, "only the pool's own threads"
        assert httpx2.get(f"{base}/page", timeout=30).text == "page"
        hub.publish({"tea"})
        for stream in streams:
            heard(stream, b"data: 1\n\n")
            stream.close()
        assert until(lambda: hub.streams == 0), "those who left are forgotten"


def test_the_server_stops_at_once_with_streams_open(serve, app, lane) -> None:
    with serve([Mount("", app, lane)]) as base:
        connection = listen_to(base, "tea")
        heard(connection, b"data: 0\n\n")
        began = time.monotonic()
    assert time.monotonic() - began < HEARTBEAT_MS / 1_000
    assert connection.recv(100) in {b"", b"0\r\n\r\n"}
    connection.close()


def test_a_stream_beyond_the_limit_is_one_event_and_polls(serve, app, lane, monkeypatch) -> None:
    monkeypatch.setattr("vendor_sim.serving.hub.STREAMS_MAX", 0)
    with serve([Mount("", app, lane)]) as base:
        answer = httpx2.get(f"{base}/events/tea")
    assert answer.text.endswith("data: 0\n\n")
    assert "vendor-sim-live" not in answer.headers


def test_head_of_a_stream_ends(serve, app, lane) -> None:
    with serve([Mount("", app, lane)]) as base:
        answer = raw(base, b"HEAD /events/tea HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")


def test_publishing_before_and_after_the_server_runs_is_harmless() -> None:
    hub = Hub()
    hub.publish({"tea"})
    loop = asyncio.new_event_loop()
    hub.bind(loop)
    hub._streams["tea"] = set()
    loop.close()
    hub.publish({"tea"})
    assert hub.streams == 0
