"""The one door to the HTTP client library: send bytes, get an answer or learn there was none."""

from __future__ import annotations

import socket
import ssl
from contextlib import closing, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx2

from vendor_sim.kernel.clock import running_ms
from vendor_sim.kernel.limits import HOOK_ANSWER_CHUNKS_MAX, REQUEST_TIMEOUT_MS
from vendor_sim.wire import digest, strict_json
from vendor_sim.wire.answers import problem_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from vendor_sim.kernel.problems import Problem

Request = httpx2.Request
Response = httpx2.Response
Transport = httpx2.BaseTransport
WsgiTransport = httpx2.WSGITransport
ByteStream = httpx2.ByteStream
NoAnswer = httpx2.RequestError
"""The request may or may not have arrived, and may or may not have been carried out."""
ReadTimeout = httpx2.ReadTimeout
ConnectError = httpx2.ConnectError

_OK, _BAD = 200, 300
_BOUND = "answer_bytes_max"
_DIGEST = digest.HEADER.lower()
_USUAL = {
    "Accept": "*/*",
    "Accept-Encoding": httpx2.Client(transport=httpx2.BaseTransport()).headers["Accept-Encoding"],
    "Connection": "keep-alive",
    "User-Agent": "vendor-sim",
}
"""Sent with every request; which encodings can be unpacked depends on what is installed."""
_DEADLINE_MS: ContextVar[int | None] = ContextVar("deadline_ms", default=None)
"""When what this thread is delivering has to be over, as ``running_ms`` counts."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes:
        status: The HTTP status.
        body: The parsed JSON document, None where there was none or it was no JSON.
        headers: Names in lower case.
        raw: The bytes of the body, for signatures.
    """

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes = b""

    @property
    def ok(self) -> bool:
        """Whether the request was carried out."""
        return _OK <= self.status < _BAD

    @property
    def problem(self) -> Problem:
        """Why it was not."""
        return problem_of(self.body, self.status)


def network(certificate: Path | None = None) -> Transport:
    """Real connections; redirects are never followed and proxies in the environment ignored.

    Args:
        certificate: Trust this PEM file for TLS, instead of what the system trusts.

    Raises:
        OSError: It cannot be read, or holds no certificate.
    """
    if certificate is None:
        transport = httpx2.HTTPTransport(trust_env=False)
    else:
        trust = ssl.create_default_context(cafile=str(certificate))
        transport = httpx2.HTTPTransport(verify=trust, trust_env=False)
    pool: Any = transport._pool  # noqa: SLF001 - its timeouts begin anew with each piece that comes
    pool._network_backend = _Punctual(pool._network_backend)  # noqa: SLF001 - no other way in
    return transport


class Http:
    """A client of one service.

    Args:
        base_url: Scheme, host and port.
        transport: What carries the requests.
        headers: Sent with each.
        timeout_ms: To connect, and until something is read; a delivery takes no longer in all.
    """

    def __init__(
        self,
        base_url: str,
        transport: Transport,
        headers: Mapping[str, str],
        timeout_ms: int = REQUEST_TIMEOUT_MS,
    ) -> None:
        self._timeout_ms = timeout_ms
        self._base_url = base_url.rstrip("/")
        self._transport = transport
        self._headers = {**_USUAL, **headers}
        self._extensions = {"timeout": httpx2.Timeout(timeout_ms / 1000).as_dict()}

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request.

        Raises:
            NoAnswer: Nothing came back; what became of the request is unknown.
        """
        given = dict(headers or {})
        if body is not None:
            given.setdefault("Content-Type", "application/json")
            given[digest.HEADER] = digest.digest_of(body)
        request = self._request(method, f"{self._base_url}{path}", body, given)
        with closing(self._transport.handle_request(request)) as response:
            content = response.read()
        told = names_and_values(response.headers)
        _see_that_it_is_whole(told, content, request)
        return Answer(response.status_code, _document(told, content), told, content)

    def deliver(
        self, url: str, body: bytes, headers: Mapping[str, str], answer_bytes_max: int
    ) -> Answer:
        """Post to somebody's hook, of whose answer no more than the beginning is read.

        It takes no longer than the timeout in all, however the hook stretches its answer; finding
        the address of a host by its name is the system's and not counted.

        Args:
            url: Where to, base address included.
            body: What is sent; JSON unless the headers say otherwise.
            headers: Sent along.
            answer_bytes_max: How much of the answer's body is read, as it came.

        Raises:
            NoAnswer: Nothing came back, or not all of it in time, or there is no such address.
        """
        given = {"Content-Type": "application/json", "Accept-Encoding": "identity", **headers}
        try:
            request = self._request("POST", url, body, given)
            request.extensions[_BOUND] = answer_bytes_max
            with (
                _within(self._timeout_ms),
                closing(self._transport.handle_request(request)) as response,
            ):
                content = read_answer(response, request)
        except (httpx2.InvalidURL, UnicodeError) as error:
            raise httpx2.UnsupportedProtocol(str(error)) from error
        return Answer(response.status_code, None, names_and_values(response.headers), content)

    def close(self) -> None:
        """Let go of the connections."""
        self._transport.close()

    def _request(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Request:
        """A request as the library's client makes it, without cookies, redirects and proxies.

        We have none of those, and a simulated purchase makes 22 requests.
        """
        given = {**self._headers, **headers}
        return Request(method, url, headers=given, content=body, extensions=self._extensions)


def names_and_values(headers: httpx2.Headers) -> dict[str, str]:
    """Headers as a dictionary, names in lower case; what came several times, between commas."""
    found: dict[str, str] = {}
    for name, value in headers.multi_items():
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def read_answer(response: Response, request: Request) -> bytes:
    """The body of an answer; of a hook's answer the beginning, and then nobody listens any more.

    A body with a bound is read as it came: what it would unpack to has no bound.
    """
    bound = request.extensions.get(_BOUND)
    if bound is None or response.is_stream_consumed:
        return response.read()[:bound]
    found, pieces = b"", response.iter_raw()
    for _ in range(HOOK_ANSWER_CHUNKS_MAX):
        piece = next(pieces, b"")
        found += piece
        if not piece or len(found) >= bound:
            break
    response.close()
    return found[:bound]


@contextmanager
def _within(time_ms: int) -> Iterator[None]:
    token = _DEADLINE_MS.set(running_ms() + time_ms)
    try:
        yield
    finally:
        _DEADLINE_MS.reset(token)


def _left_s(timeout_s: float | None) -> float | None:
    """How long to wait now: the timeout, but not beyond the deadline, where there is one."""
    deadline_ms = _DEADLINE_MS.get()
    if deadline_ms is None:
        return timeout_s
    left_s = (deadline_ms - running_ms()) / 1000
    if left_s <= 0:
        raise ReadTimeout("the whole took too long")
    return left_s if timeout_s is None else min(timeout_s, left_s)


class _Punctual:
    """Makes connections that mind the deadline."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, **given: Any
    ) -> _PunctualStream:
        """Connect; a host with several addresses is tried at each of them, for its share."""
        left_s = _left_s(timeout)
        if left_s is not None and _DEADLINE_MS.get() is not None:
            left_s /= _addresses(host, port)
        return _PunctualStream(self._inner.connect_tcp(host, port, timeout=left_s, **given))


class _PunctualStream:
    """A connection of which each step takes no longer than what is left of the time."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        found: bytes = self._inner.read(max_bytes, timeout=_left_s(timeout))
        return found

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, timeout=_left_s(timeout))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str, timeout: float | None = None
    ) -> _PunctualStream:
        left_s = _left_s(timeout)
        return _PunctualStream(self._inner.start_tls(ssl_context, server_hostname, timeout=left_s))

    def close(self) -> None:
        self._inner.close()

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _addresses(host: str, port: int) -> int:
    try:
        return len(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except OSError:
        return 1  # the connection will say so itself


def _see_that_it_is_whole(headers: Mapping[str, str], content: bytes, request: Request) -> None:
    told = headers.get(_DIGEST)
    if "content-encoding" not in headers and not digest.is_whole(content, told):
        raise httpx2.ReadError("the answer was spoilt on its way", request=request)


def _document(headers: Mapping[str, str], content: bytes) -> Any:
    if "json" not in headers.get("content-type", ""):
        return None
    try:
        return strict_json.parse_answer(content)
    except ValueError:
        return None
