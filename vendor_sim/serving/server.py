"""The server: uvicorn on a socket of ours, stopped at once even with pages left open."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import os
import socket
import threading
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from vendor_sim.kernel.limits import HEAD_BYTES_MAX, STOP_WITHIN_MS, STREAMS_MAX
from vendor_sim.kernel.problems import Code, Problem
from vendor_sim.serving.errors import CannotStartError
from vendor_sim.serving.wsgi import problem_reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import FrameType

    from vendor_sim.serving.gate import Gate
    from vendor_sim.serving.hub import Hub

_BACKLOG = 2_048
_PORT_MAX = 65_535
_KEEP_ALIVE_S = 30
_UP_POLL_S = 0.05
_TAKEN = {errno.EADDRINUSE, errno.EACCES}


def listen(host: str, port: int) -> socket.socket:
    """Take an address.

    Raises:
        CannotStartError: It is taken, forbidden, or none of this machine's.
    """
    if not 0 <= port <= _PORT_MAX:
        raise CannotStartError(f"port {port} does not exist; ports go to {_PORT_MAX}")
    try:
        return _bound(host, port)
    except OSError as error:
        hint = "; try another with --port" if error.errno in _TAKEN else ""
        reason = error.strerror or str(error)
        raise CannotStartError(f"cannot listen on {host} port {port}: {reason}{hint}") from error


def _bound(host: str, port: int) -> socket.socket:
    """A listening socket that says it is TCP: asyncio turns Nagle's algorithm off for such only.

    With it on, every answer waits 40 ms for the client's delayed acknowledgement.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


class Server(uvicorn.Server):
    """Serves one gate until told to stop.

    Args:
        gate: The application.
        hub: Its event streams, ended before the server waits for its connections.
        certificate: Certificate and key files, for TLS.
        up: Called once it answers.
        before_stop: Called when the server is told to stop, so that waiting calls give up.
    """

    def __init__(
        self,
        gate: Gate,
        hub: Hub,
        *,
        certificate: tuple[Path, Path] | None = None,
        up: Callable[[], None] = lambda: None,
        before_stop: Callable[[], None] = lambda: None,
    ) -> None:
        tls: dict[str, Any] = {}
        if certificate is not None:
            tls = {"ssl_certfile": certificate[0], "ssl_keyfile": certificate[1]}
        config = uvicorn.Config(
            gate,
            http=_Bounded,
            loop="asyncio",
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            log_level="error",
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=STOP_WITHIN_MS // 1000,
            **tls,
        )
        super().__init__(config)
        self.up = threading.Event()
        self._hub = hub
        self._tell_up = up
        self._before_stop = before_stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        _allow_many_connections()
        self._hub.bind(asyncio.get_running_loop())
        await super().startup(sockets)
        gc.freeze()  # what start-up made stays: no collection needs to look at it again
        gc.enable()
        self.up.set()
        self._tell_up()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End what would last for ever, then let the rest finish."""
        self._before_stop()
        self._hub.close()
        await super().shutdown(sockets)
        await self._hang_up()

    async def _hang_up(self) -> None:
        """Cut off whoever had time to go and is still there.

        TLS says goodbye and waits to hear it; a client that keeps a connection for later reads
        nothing from it. Only what is closed here is ever closed: the loop ends next.
        """
        await asyncio.sleep(0)  # those whose time is up answer first
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)  # what was cut off is let go of in the loop's next round

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's
        """Ctrl-C or SIGTERM: stop cleanly; a second one does not wait for anybody."""
        self.force_exit = self.should_exit
        self.should_exit = True


def _allow_many_connections() -> None:
    """Every page left open is a file to the system, which allows 1,024 where nobody asks."""
    try:
        import resource  # noqa: PLC0415 - Windows has none, and no such limit
    except ImportError:  # pragma: no cover - needs Windows
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = STREAMS_MAX * 2 if hard == resource.RLIM_INFINITY else min(STREAMS_MAX * 2, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@contextlib.contextmanager
def in_background(server: Server, listener: socket.socket) -> Iterator[str]:
    """Serve in a thread as long as the block lasts; gives the base address."""
    thread = threading.Thread(target=server.run, args=([listener],), name="server", daemon=True)
    scheme = "https" if server.config.ssl_certfile else "http"
    host, port = listener.getsockname()[:2]
    thread.start()
    while thread.is_alive() and not server.up.wait(_UP_POLL_S):
        pass
    try:
        yield f"{scheme}://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join()


class _Bounded(HttpToolsProtocol):
    """uvicorn's own, with a limit on the head of a request and errors in our shape."""

    _in_head = False
    _head_bytes = 0

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._in_head:
            self._head_bytes = 0
            return
        self._head_bytes += len(data)
        if self._head_bytes > HEAD_BYTES_MAX and not self.transport.is_closing():
            self.send_400_response(f"the headers are too long; {HEAD_BYTES_MAX} bytes are taken")

    def on_message_begin(self) -> None:
        self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def shutdown(self) -> None:
        """End it, once: asyncio's TLS forgets at the second time what it would have to cut off."""
        if not self.transport.is_closing():
            super().shutdown()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP request, and hang up."""
        reply = problem_reply(Problem(Code.MALFORMED, msg), close=True)
        lines = [b"HTTP/1.1 400 Bad Request", *(b": ".join(pair) for pair in reply.headers)]
        self.transport.write(b"\r\n".join(lines) + b"\r\n\r\n" + reply.body)
        self.transport.close()
