"""Messages that arrive, but not as they were sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.kernel.problems import Code, Problem
from vendor_sim.wire import strict_json
from vendor_sim.wire.answers import error_body
from vendor_sim.wire.http import ReadTimeout, Request, Response, read_answer
from vendor_sim.world.faults.names import Fault
from vendor_sim.world.faults.registry import MessageFault, named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sim.wire.http import Transport

_UNAVAILABLE, _OK = 503, 200
_FRAMING = frozenset({"content-length", "content-encoding", "transfer-encoding"})
_NO_JSON = b"<html><body>Something else answers here</body></html>"
_WORDS = "something between the two failed"


@named(Fault.SERVER_ERROR)
class ServerError(MessageFault):
    """Something before the other end answers with an error; the request goes no further."""

    def carry(self, request: Request, inner: Transport) -> Response:  # noqa: ARG002 - never used
        """Answer in the shape of whoever was asked."""
        status = self._rule.status or _UNAVAILABLE
        body = error_body(Problem(Code.UNAVAILABLE, _WORDS))
        if request.url.path.startswith("/v3/"):
            body = {"code": "SYSTEM_ERROR", "message": _WORDS}
        headers = {"Content-Type": "application/json", "Retry-After": "1"}
        return Response(status, headers=headers, content=strict_json.compact(body))


class Spoilt(MessageFault):
    """The body of one side is another than was sent; as a rule that of the answer."""

    def carry(self, request: Request, inner: Transport) -> Response:
        """Spoil one side."""
        if self._rule.side == "request":
            content = self._spoil(request.read(), request)
            return inner.handle_request(with_body(request, content))
        response = inner.handle_request(request)
        return self._answer(response, self._spoil(read_answer(response, request), request))

    def _answer(self, response: Response, content: bytes) -> Response:
        return answer_with(response, content)

    def _spoil(self, content: bytes, request: Request) -> bytes:
        """What arrives of a body. Without a body it is the head that nobody can read any more."""
        if not content:
            raise ReadTimeout("its head was spoilt", request=request)
        return self._spoilt(content)

    def _spoilt(self, content: bytes) -> bytes:
        raise NotImplementedError


@named(Fault.EMPTY)
class Empty(Spoilt):
    """A good answer with nothing in it."""

    def _answer(self, response: Response, content: bytes) -> Response:  # noqa: ARG002 - all empty
        return Response(self._rule.status or _OK)

    def _spoil(self, content: bytes, request: Request) -> bytes:  # noqa: ARG002 - whatever it was
        return b""


@named(Fault.MALFORMED)
class Malformed(Spoilt):
    """A body that is no JSON, under headers that say it is."""

    def _spoil(self, content: bytes, request: Request) -> bytes:  # noqa: ARG002 - whatever it was
        return _NO_JSON


@named(Fault.TRUNCATED)
class Truncated(Spoilt):
    """The first half of a body."""

    def _spoilt(self, content: bytes) -> bytes:
        return content[: len(content) // 2]


@named(Fault.CORRUPTED)
class Corrupted(Spoilt):
    """One byte of the body is another."""

    def _spoilt(self, content: bytes) -> bytes:
        chance = self._bite.draw("byte")
        place, change = chance.randrange(len(content)), chance.randrange(1, 256)
        return content[:place] + bytes([content[place] ^ change]) + content[place + 1 :]


def with_body(
    request: Request, content: bytes, changed: Mapping[str, str] | None = None
) -> Request:
    """The same request with another body, or other headers."""
    made = Request(
        *(request.method, request.url),
        headers=[pair for pair in request.headers.multi_items() if pair[0] not in _FRAMING],
        content=content,
        extensions=dict(request.extensions),
    )
    made.headers.update(changed or {})
    return made


def with_headers(request: Request, changed: Mapping[str, str]) -> Request:
    """The same request with other headers."""
    return with_body(request, request.read(), changed)


def answer_with(
    response: Response, content: bytes, changed: Mapping[str, str] | None = None
) -> Response:
    """The same answer with another body, or other headers."""
    kept = [pair for pair in response.headers.multi_items() if pair[0] not in _FRAMING]
    made = Response(response.status_code, headers=kept, content=content)
    made.headers.update(changed or {})
    return made
