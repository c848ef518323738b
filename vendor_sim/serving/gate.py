"""The gate: one ASGI application in front of all our WSGI ones.

It reads a request whole (bounded, before any thread is taken), picks the application by its path
and the lane that application runs in, and sends the answer, or keeps it open as an event stream.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from vendor_sim.kernel.limits import BODY_BYTES_MAX, BODY_WITHIN_MS
from vendor_sim.kernel.problems import Code, Problem, Refused
from vendor_sim.serving.door import Job
from vendor_sim.serving.wsgi import Reply, call, environ_of, problem_reply

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from concurrent.futures import Executor

    from vendor_sim.serving.door import Settled, SharedDoor
    from vendor_sim.serving.hub import Hub
    from vendor_sim.serving.wsgi import WsgiApp

    Scope = dict[str, Any]
    Receive = Callable[[], Awaitable[dict[str, Any]]]
    Send = Callable[[dict[str, Any]], Awaitable[None]]

_LOG = logging.getLogger("vendor_sim")
_BODY_WITHIN_S = BODY_WITHIN_MS / 1000


class Lane(Protocol):
    """Where an application runs."""

    async def run(self, act: Callable[[], Reply]) -> Reply:
        """Run it off the event loop and wait for its answer."""
        ...


class PoolLane:
    """Each request in a thread of a pool."""

    def __init__(self, pool: Executor) -> None:
        self._pool = pool

    async def run(self, act: Callable[[], Reply]) -> Reply:
        """Run it in a thread that is free."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, act)


class WriterLane:
    """Each request in the writer's next batch: one commit, then all the answers.

    Raises (from ``run``):
        Refused: The batch was not committed, so nobody may hear what it would have answered.
    """

    def __init__(self, door: SharedDoor) -> None:
        self._door = door
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self, act: Callable[[], Reply]) -> Reply:
        """Run it in the writer thread."""
        loop = self._loop = asyncio.get_running_loop()
        future: asyncio.Future[Reply] = loop.create_future()
        self._door.submit(Job(act, partial(_settle, future), self._release))
        return await future

    def _release(self, outcomes: list[Settled]) -> None:
        """All answers of a batch in one step, whoever of their readers is still there."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(_settle_all, outcomes)


@dataclass(frozen=True, slots=True)
class Mount:
    """One application and where it is found.

    Attributes:
        prefix: ``/v1`` takes ``/v1`` and ``/v1/…``; empty takes all that is left.
        app: The WSGI application; it sees the whole path.
        lane: Where it runs.
        body_bytes_max: A longer body is refused without being read.
    """

    prefix: str
    app: WsgiApp
    lane: Lane
    body_bytes_max: int = BODY_BYTES_MAX

    def takes(self, path: str) -> bool:
        """Whether this application answers for a path."""
        return not self.prefix or path == self.prefix or path.startswith(f"{self.prefix}/")


class Gate:
    """The ASGI application.

    Args:
        mounts: The first that takes a path gets it.
        hub: Keeps event streams open.
    """

    def __init__(self, mounts: Sequence[Mount], hub: Hub) -> None:
        self._mounts = mounts
        self._hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            reply = await self._reply(scope, receive)
        except Refused as error:
            reply = problem_reply(error.problem)
        except Exception as error:  # noqa: BLE001 - whatever it was, the client gets our one shape
            _LOG.error("%s %s failed", scope["method"], scope["path"], exc_info=error)
            reply = problem_reply(Problem(Code.INTERNAL, "something failed here; it was logged"))
        if reply is None:
            return
        if reply.live is None or scope["method"] == "HEAD" or self._hub.full:
            await _send_whole(reply, send)
        else:
            await self._send_live(reply, receive, send)

    async def _reply(self, scope: Scope, receive: Receive) -> Reply | None:
        mount = self._find(scope["path"])
        if mount is None:
            return problem_reply(Problem(Code.NOT_FOUND, "there is nothing at this path"))
        body: bytes | Reply | None = b""
        if _has_body(scope):
            body = await _read_body(scope, receive, mount.body_bytes_max)
        if not isinstance(body, bytes):
            return body
        environ = environ_of(scope, body)
        return await mount.lane.run(lambda: call(mount.app, environ))

    def _find(self, path: str) -> Mount | None:
        for mount in self._mounts:
            if mount.takes(path):
                return mount
        return None

    async def _send_live(self, reply: Reply, receive: Receive, send: Send) -> None:
        headers = [pair for pair in reply.headers if pair[0].lower() != b"content-length"]
        headers.append((b"x-accel-buffering", b"no"))
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})

        async def push(chunk: bytes) -> None:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})

        await self._hub.stream(str(reply.live), push, _gone(receive))
        await send({"type": "http.response.body", "body": b""})


async def _send_whole(reply: Reply, send: Send) -> None:
    await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})
    await send({"type": "http.response.body", "body": reply.body})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _has_body(scope: Scope) -> bool:
    return any(
        (name == b"content-length" and value != b"0") or name == b"transfer-encoding"
        for name, value in scope["headers"]
    )


async def _read_body(scope: Scope, receive: Receive, bytes_max: int) -> bytes | Reply | None:
    """The body; or the answer to one that is too long or too slow; or None if the client left."""
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length) > bytes_max:
        # A client that waits for our word (100-continue) will not send the body; any other is
        # sending it now and reads our answer after: uvicorn takes it in and throws it away.
        return _too_large(bytes_max, close=b"expect" in headers)
    try:
        async with asyncio.timeout(_BODY_WITHIN_S):
            return await _collect(receive, bytes_max)
    except TimeoutError:
        problem = Problem(Code.MALFORMED, "the body did not arrive in time")
        return problem_reply(problem, close=True)


async def _collect(receive: Receive, bytes_max: int) -> bytes | Reply | None:
    message = await receive()
    if message["type"] == "http.request" and not message["more_body"]:
        whole: bytes = message["body"]
        return whole if len(whole) <= bytes_max else _too_large(bytes_max)
    collected = bytearray()
    while message["type"] == "http.request":
        collected += message["body"]
        if len(collected) > bytes_max:
            return _too_large(bytes_max)
        if not message["more_body"]:
            return bytes(collected)
        message = await receive()
    return None


def _too_large(bytes_max: int, *, close: bool = False) -> Reply:
    problem = Problem(Code.TOO_LARGE, f"the body is too long; {bytes_max} bytes are taken")
    return problem_reply(problem, close=close)


def _settle(future: asyncio.Future[Reply], reply: Reply, error: Exception | None) -> None:
    if future.done():
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(reply)


def _settle_all(outcomes: list[Settled]) -> None:
    for settle, result, error in outcomes:
        settle(result, error)
