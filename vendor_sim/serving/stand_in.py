"""The stand-in: this machine answers under the platform's host names, for programs left unchanged.

Two listeners on loopback. One ends TLS under the platform's names and hands every byte on to a
running world; the other is a CONNECT proxy (RFC 9110, 9.3.6) that tunnels those names, and no
others, to the first. Nothing ever leaves this machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from vendor_sim.kernel.limits import HEAD_BYTES_MAX, REQUEST_TIMEOUT_MS
from vendor_sim.payments.wechat.reading import HOSTS as NAMES
from vendor_sim.serving.authority import TRUST_STORE_PASSWORD, Authority, make_authority
from vendor_sim.serving.connections import closed_after, closing, hang_up, join
from vendor_sim.serving.errors import CannotStartError
from vendor_sim.serving.server import listen

if TYPE_CHECKING:
    import socket
    from collections.abc import Coroutine, Iterator
    from pathlib import Path

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.kernel.ids import Ids
    from vendor_sim.serving.connections import Ends

_LOG = logging.getLogger("vendor_sim")
_TLS_PORT = 443
_TUNNELLED = frozenset(f"{name}:{_TLS_PORT}" for name in NAMES)
_ABSOLUTE = tuple(f"https://{name}/" for name in NAMES)
_HEAD_WITHIN_S = REQUEST_TIMEOUT_MS / 1000
_WELCOME = b"HTTP/1.1 200 Connection established\r\n\r\n"


@dataclass(frozen=True, slots=True)
class StandIn:
    """A stand-in that answers.

    Attributes:
        proxy: ``http://127.0.0.1:PORT``, for ``HTTPS_PROXY``.
        tls: ``127.0.0.1:PORT`` of the TLS listener, for those who map names themselves.
        authority: What to trust.
    """

    proxy: str
    tls: str
    authority: Authority

    def environment(self) -> dict[str, str]:
        """What to set so that a program comes here without a change of its own.

        Python (requests, httpx), curl, Go, PHP, Java and Node each read some of these. Node's own
        ``fetch`` takes a proxy from the environment since 22.21 and 24; axios always did.
        """
        root = str(self.authority.root)
        host, port = self.proxy.removeprefix("http://").split(":")
        java = (
            f"-Dhttps.proxyHost={host} -Dhttps.proxyPort={port} "
            f"-Djavax.net.ssl.trustStore={self.authority.trust_store} "
            f"-Djavax.net.ssl.trustStoreType=PKCS12 "
            f"-Djavax.net.ssl.trustStorePassword={TRUST_STORE_PASSWORD}"
        )
        near = "127.0.0.1,localhost,::1"
        return {
            **dict.fromkeys(("HTTPS_PROXY", "https_proxy"), self.proxy),
            **dict.fromkeys(("NO_PROXY", "no_proxy"), near),
            **dict.fromkeys(("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"), root),
            "NODE_EXTRA_CA_CERTS": root,
            "NODE_USE_ENV_PROXY": "1",
            "JAVA_TOOL_OPTIONS": java,
        }


@contextlib.contextmanager
def stand_in(
    world: str,
    folder: Path,
    clock: Clock,
    ids: Ids,
    *,
    port: int = 0,
    tls_port: int = 0,
    trust: Path | None = None,
) -> Iterator[StandIn]:
    """Stand in for the platform as long as the block lasts.

    Args:
        world: Address of the running world, ``http://127.0.0.1:8000``.
        folder: Where the authority's files are written.
        clock: Dates the certificates.
        ids: Numbers the certificates.
        port: Of the proxy; 0 takes a free one.
        tls_port: Of the TLS listener, likewise.
        trust: The certificate of a world that is served with ``--https``.

    Raises:
        CannotStartError: A port is taken, or the address is none.
    """
    target = _Target.at(world, trust)
    authority = make_authority(folder, NAMES, clock, ids)
    with listen("127.0.0.1", port) as proxy, listen("127.0.0.1", tls_port) as tls:
        shown = [f"127.0.0.1:{one.getsockname()[1]}" for one in (proxy, tls)]
        with _in_thread(_serve(proxy, tls, authority, target)):
            yield StandIn(f"http://{shown[0]}", shown[1], authority)


@dataclass(frozen=True, slots=True)
class _Target:
    host: str
    port: int
    tls: ssl.SSLContext | None

    @classmethod
    def at(cls, world: str, trust: Path | None) -> _Target:
        parts = urlsplit(world)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise CannotStartError(f"{world!r} is no address like http://127.0.0.1:8000")
        if parts.scheme == "http":
            return cls(parts.hostname, parts.port or 80, None)
        try:
            context = ssl.create_default_context(cafile=trust and str(trust))
        except OSError as error:
            raise CannotStartError(f"cannot trust {trust}: {error}") from error
        return cls(parts.hostname, parts.port or _TLS_PORT, context)


async def _serve(
    proxy: socket.socket, tls: socket.socket, authority: Authority, target: _Target
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(authority.chain, authority.key)
    host, port = tls.getsockname()[:2]

    async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _tunnel((reader, writer), (host, port), target)

    async def hand_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _hand_on(reader, writer, target)

    ends = await asyncio.start_server(closing(hand_on), sock=tls, ssl=context)
    tunnels = await asyncio.start_server(closing(tunnel), sock=proxy, limit=HEAD_BYTES_MAX)
    try:
        await asyncio.get_running_loop().create_future()
    finally:
        ends.close()
        tunnels.close()
        await hang_up()


async def _tunnel(client: Ends, listener: tuple[str, int], target: _Target) -> None:
    """One connection to the proxy: a tunnel to our own TLS listener, or a clear no.

    axios asks a proxy for ``https://…`` in plain text instead of opening a tunnel; that stays on
    this machine all the same, so it is handed on to the world as it is.
    """
    reader, writer = client
    async with asyncio.timeout(_HEAD_WITHIN_S):
        head = await reader.readuntil(b"\r\n\r\n")
    method, asked = (*head.split(b"\r\n", 1)[0].decode("latin-1").split(" "), "", "")[:2]
    if method == "CONNECT" and asked.lower() in _TUNNELLED:
        there = await asyncio.open_connection(*listener)
        async with closed_after(there[1]):
            writer.write(_WELCOME)
            await join(client, there)
    elif asked.lower().startswith(_ABSOLUTE):
        await _hand_on(*client, target, head)
    else:
        writer.write(_refusal(f"{method} {asked}"))
        await writer.drain()


def _refusal(asked: str) -> bytes:
    body = f"Only {', '.join(NAMES)} are reached here, on port {_TLS_PORT}; not: {asked[:200]}\n"
    return _answer("403 Forbidden", "text/plain; charset=utf-8", body.encode())


async def _hand_on(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    target: _Target,
    begun: bytes = b"",
) -> None:
    """One connection to the TLS listener: every byte goes to the world as it is."""
    try:
        there, thither = await asyncio.open_connection(target.host, target.port, ssl=target.tls)
    except OSError as error:
        _LOG.warning("nobody answers at %s port %s: %s", target.host, target.port, error)
        writer.write(_answer("503 Service Unavailable", "application/json", _NOBODY))
        await writer.drain()
        return
    async with closed_after(thither):
        thither.write(begun)
        await join((reader, writer), (there, thither))


_NOBODY = (
    b'{"code":"SERVICE_UNAVAILABLE",'
    b'"message":"no world is served where this stand-in leads; start: vendor-sim demo"}'
)


def _answer(status: str, content_type: str, body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode("latin-1") + body


@contextlib.contextmanager
def _in_thread(work: Coroutine[object, object, None]) -> Iterator[None]:
    """Run a coroutine in a thread with a loop of its own, cancelled when the block ends."""
    begun: Future[tuple[asyncio.AbstractEventLoop, asyncio.Task[None]]] = Future()

    def run() -> None:
        with asyncio.Runner() as runner, contextlib.suppress(asyncio.CancelledError):
            loop = runner.get_loop()
            task = loop.create_task(work)
            begun.set_result((loop, task))
            loop.run_until_complete(task)

    thread = threading.Thread(target=run, name="stand-in", daemon=True)
    thread.start()
    loop, task = begun.result()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join()
