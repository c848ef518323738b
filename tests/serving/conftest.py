"""Tiny applications behind the real server, on real sockets."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from flask import Flask, Response, request
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert

from vendor_sim.serving.door import SharedDoor
from vendor_sim.serving.gate import Gate, PoolLane
from vendor_sim.serving.hub import Hub
from vendor_sim.serving.server import Server, in_background, listen
from vendor_sim.storage.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

THING = Table(
    "thing",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", Text, unique=True, nullable=False),
)


ADD = insert(THING)


@pytest.fixture
def app() -> Flask:
    """Tells what it got."""
    app = Flask(__name__)

    @app.route("/echo", methods=["GET", "POST"])
    @app.route("/echo/<path:rest>", methods=["GET", "POST"])
    def echo(rest=""):
        env = request.environ
        return {
            "rest": rest,
            "raw": env["RAW_URI"],
            "request_uri": env["REQUEST_URI"],
            "body": request.get_data(as_text=True),
            "length": request.content_length,
            "headers": {k: v for k, v in env.items() if k.startswith(("HTTP_", "CONTENT_"))},
            "client": env["REMOTE_ADDR"],
        }

    @app.post("/things")
    def things():
        app.door.transact(lambda cx: cx.execute(ADD, {"name": request.get_data(as_text=True)}))
        return {}, 201

    @app.get("/bug")
    def bug():
        raise RuntimeError("a bug")

    @app.get("/closed")
    def closed():
        def chunks():
            yield b"a"
            yield b"b"

        response = Response(chunks())
        response.call_on_close(lambda: setattr(app, "closed", True))
        return response

    return app


@pytest.fixture
def database(tmp_path) -> Iterator[Database]:
    """A fresh SQLite file with one table."""
    database = Database(f"sqlite:///{tmp_path}/things.sqlite3", (THING,), busy_timeout_ms=200)
    yield database
    database.close()


@pytest.fixture
def door(database) -> Iterator[SharedDoor]:
    """The shared door of that database."""
    door = SharedDoor(database)
    yield door
    door.close()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Threads for pages."""
    with ThreadPoolExecutor(8) as pool:
        yield pool


@pytest.fixture
def lane(pool) -> PoolLane:
    """The lane of those threads."""
    return PoolLane(pool)


@pytest.fixture
def serve() -> Callable:
    """A context in which mounts are served; it gives the base address."""

    @contextmanager
    def serving(mounts, hub=None, **how) -> Iterator[str]:
        hub = hub or Hub()
        server = Server(Gate(mounts, hub), hub, **how)
        with in_background(server, listen("127.0.0.1", 0)) as base:
            yield base

    return serving


def a_moment(seconds: float = 0.05) -> None:
    """Long enough for what must not happen to happen, or between two looks."""
    threading.Event().wait(seconds)


def until(look: Callable, looks_max: int = 400):
    """Look again and again until there is something; give it back."""
    for _ in range(looks_max):
        found = look()
        if found:
            return found
        a_moment()
    raise AssertionError("it never came")


def raw(base: str, request: bytes, *, shut: bool = False) -> bytes:
    """Send bytes as they are and read until the server hangs up."""
    host, port = base.rsplit("/", 1)[1].split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(request)
        if shut:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return answer
