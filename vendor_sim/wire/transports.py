"""Faults and traces are transports around a transport, so that clients never know of them.

In one process: ``Traced(Faulty(InProcess(app)))``.
Between processes: ``Traced(Faulty(network()))``.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from vendor_sim.wire.http import (
    ByteStream,
    NoAnswer,
    Request,
    Response,
    Transport,
    WsgiTransport,
    names_and_values,
    read_answer,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.kernel.clock import Clock

_DEPTH = threading.local()


class NestedCallError(RuntimeError):
    """A handler called out. It must write a task instead, and let the tick act."""


class InProcess(Transport):
    """Calls a WSGI application in this thread, with the raw target a signature needs."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self._app = app

    def handle_request(self, request: Request) -> Response:
        """Run the application to its end and hand its answer over.

        Raises:
            NestedCallError: A call is already under way in this thread.
        """
        if getattr(_DEPTH, "calls", 0):
            raise NestedCallError(f"{request.method} {request.url.path} from inside a handler")
        target = request.url.raw_path.decode("ascii")

        def with_target(environ: dict[str, Any], start: Any) -> Any:
            environ["RAW_URI"] = environ["REQUEST_URI"] = target
            return self._app(environ, start)

        _DEPTH.calls = 1
        try:
            response = WsgiTransport(app=with_target).handle_request(request)
            response.read()
        finally:
            _DEPTH.calls = 0
        return response


class Mishap(Protocol):
    """What happens to one message.

    Attributes:
        name: What a trace calls it.
    """

    name: str

    def carry(self, request: Request, inner: Transport) -> Response:
        """Carry the request, or not.

        Raises:
            NoAnswer: As it demands.
        """
        ...


class Faulty(Transport):
    """Lets a mishap carry each request for which ``decide`` has one.

    Args:
        inner: What carries the requests.
        decide: The mishap for a request, or None to let it pass.
    """

    def __init__(self, inner: Transport, decide: Callable[[Request], Mishap | None]) -> None:
        self._inner = inner
        self._decide = decide

    def handle_request(self, request: Request) -> Response:
        """Carry the request, or not.

        Raises:
            NoAnswer: As the mishap demands.
        """
        mishap = self._decide(request)
        if mishap is None:
            return self._inner.handle_request(request)
        request.extensions["fault"] = mishap.name
        return mishap.carry(request, self._inner)

    def close(self) -> None:
        """Close what is inside."""
        self._inner.close()


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, as a trace shows it.

    Attributes:
        at_ms: When it was sent.
        took_ms: Until the answer came (0 under a virtual clock).
        source, target: Names of the services.
        method, path: The request line; the path with its query, as sent.
        request_headers, answer_headers: As sent; the reader hides secrets.
        request, answer: Bodies.
        status: None where no answer came.
        fault: What was done to the message, if anything.
    """

    at_ms: int
    took_ms: int
    source: str
    target: str
    method: str
    path: str
    request_headers: dict[str, str]
    request: bytes
    status: int | None
    answer_headers: dict[str, str]
    answer: bytes
    fault: str | None


class Traced(Transport):
    """Reports every exchange, also those that got no answer."""

    def __init__(
        self,
        inner: Transport,
        clock: Clock,
        hop: tuple[str, str],
        report: Callable[[Exchange], None],
    ) -> None:
        self._inner = inner
        self._clock = clock
        self._hop = hop
        self._report = report

    def handle_request(self, request: Request) -> Response:
        """Carry the request and report what happened.

        Raises:
            NoAnswer: As the transport inside does.
        """
        at_ms = self._clock.now_ms()
        try:
            response = self._inner.handle_request(request)
            content = read_answer(response, request)
        except NoAnswer:
            self._tell(at_ms, request, None, b"")
            raise
        self._tell(at_ms, request, response, content)
        kept = [pair for pair in response.headers.raw if pair[0].lower() != b"content-encoding"]
        return Response(response.status_code, headers=kept, stream=ByteStream(content))

    def close(self) -> None:
        """Close what is inside."""
        self._inner.close()

    def _tell(self, at_ms: int, request: Request, response: Response | None, body: bytes) -> None:
        fault = request.extensions.get("fault")
        source, target = self._hop
        self._report(
            Exchange(
                at_ms=at_ms,
                took_ms=self._clock.now_ms() - at_ms,
                source=source,
                target=target,
                method=request.method,
                path=request.url.raw_path.decode("ascii"),
                request_headers=names_and_values(request.headers),
                request=request.read(),
                status=response.status_code if response else None,
                answer_headers=names_and_values(response.headers) if response else {},
                answer=body,
                fault=str(fault) if fault else None,
            )
        )
