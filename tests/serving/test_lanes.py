"""Lanes: the writer's batch with one commit for many, and pools that starve nobody."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx2
from flask import Flask
from sqlalchemy import event

from vendor_sim.kernel.limits import CONTROL_THREADS_MAX
from vendor_sim.serving.gate import Mount, PoolLane, WriterLane


def test_requests_in_the_writer_share_a_commit_and_hear_after_it(
    serve, app, door, database
) -> None:
    app.door = door
    commits = []
    event.listen(database.engine, "commit", commits.append)
    with serve([Mount("", app, WriterLane(door))]) as base:
        answers = _at_once(16, lambda n: httpx2.post(f"{base}/things", content=f"t{n}".encode()))
    assert [answer.status_code for answer in answers] == [201] * 16
    assert len(commits) < 16


def test_when_the_commit_fails_all_hear_503(serve, app, door, database) -> None:
    app.door = door

    def fail(_cx) -> None:
        raise RuntimeError("no commit today")

    event.listen(database.engine, "commit", fail)
    with serve([Mount("", app, WriterLane(door))]) as base:
        answers = _at_once(4, lambda n: httpx2.post(f"{base}/things", content=f"t{n}".encode()))
    assert [answer.status_code for answer in answers] == [503] * 4
    assert answers[0].json()["error"] == {
        "code": "unavailable",
        "message": "the database did not commit",
        "where": None,
        "transient": True,
    }
    assert answers[0].headers["retry-after"] == "1"


def test_a_client_that_left_does_not_stall_the_batch(serve, app, door) -> None:
    app.door = door
    with serve([Mount("", app, WriterLane(door))]) as base:
        host, port = base.rsplit("/", 1)[1].split(":")
        for n in range(5):
            with socket.create_connection((host, int(port))) as connection:
                head = b"POST /things HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n"
                connection.sendall(head + b"g%d" % n)
        assert httpx2.post(f"{base}/things", content=b"stayed").status_code == 201


def test_a_service_that_is_stopping_says_so(serve, app, tmp_path, door) -> None:
    app.door = door
    with serve([Mount("", app, WriterLane(door))]) as base:
        door.close()
        assert httpx2.post(f"{base}/things", content=b"x").status_code == 503


def test_calls_that_wait_in_their_own_pool_starve_nothing(serve, app, lane) -> None:
    """64 control calls wait; a page answers meanwhile."""
    go, arrived = threading.Event(), threading.Semaphore(0)
    control = Flask("control")

    @control.get("/_world/wait")
    def wait():
        arrived.release()
        go.wait(60)
        return "done"

    with ThreadPoolExecutor(CONTROL_THREADS_MAX) as pool:
        mounts = [Mount("/_world", control, PoolLane(pool)), Mount("", app, lane)]
        with serve(mounts) as base, ThreadPoolExecutor(64) as callers:
            calls = [
                callers.submit(httpx2.get, f"{base}/_world/wait", timeout=60) for _ in range(64)
            ]
            for _ in range(64):
                assert arrived.acquire(timeout=30)
            assert httpx2.get(f"{base}/echo", timeout=20).status_code == 200
            go.set()
            assert {call.result().text for call in calls} == {"done"}


def _at_once(count, ask):
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(ask, range(count)))
