"""Starting and stopping: taken addresses are told in one line, TLS works, nothing lingers."""

from __future__ import annotations

import socket
import threading

import httpx2
import pytest
from flask import Flask

from tests.serving.conftest import a_moment
from vendor_sim.serving.errors import CannotStartError
from vendor_sim.serving.gate import Mount
from vendor_sim.serving.server import Server, listen


def test_a_taken_port_is_one_clear_line() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(CannotStartError, match=r"cannot listen on 127.0.0.1 port .*try another"),
    ):
        listen("127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize(
    ("host", "port"),
    [("192.0.2.1", 0), ("no.such.host.invalid", 0), ("127.0.0.1", 70000), ("::zz", 0)],
)
def test_an_address_that_is_not_ours_is_one_clear_line(host, port) -> None:
    with pytest.raises(CannotStartError):
        listen(host, port)


def test_a_request_under_way_is_finished_before_the_server_stops(serve, lane) -> None:
    app = Flask(__name__)
    arrived = threading.Event()

    @app.get("/")
    def slow():
        arrived.set()
        a_moment(0.5)
        return "finished"

    got = []
    with serve([Mount("", app, lane)]) as base:
        caller = threading.Thread(target=lambda: got.append(httpx2.get(base).text))
        caller.start()
        arrived.wait(5)
    caller.join(5)
    assert got == ["finished"]


def test_waiting_calls_are_told_to_give_up(serve, lane) -> None:
    told = []
    with serve([Mount("", Flask(__name__), lane)], before_stop=lambda: told.append(1)):
        assert not told
    assert told == [1]


def test_a_second_ctrl_c_waits_for_nobody() -> None:
    server = Server(None, None)
    server.handle_exit(2, None)
    assert (server.should_exit, server.force_exit) == (True, False)
    server.handle_exit(2, None)
    assert server.force_exit


def test_a_server_may_hold_more_connections_than_the_system_gives_unasked(serve, lane) -> None:
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    low = min(soft, 512)
    resource.setrlimit(resource.RLIMIT_NOFILE, (low, hard))
    try:
        with serve([Mount("", Flask(__name__), lane)]):
            raised = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert raised > low or raised == hard
