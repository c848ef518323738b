"""Messages that do not arrive, and answers that do not come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import REQUEST_TIMEOUT_MS
from vendor_sim.wire.http import ConnectError, ReadTimeout, read_answer
from vendor_sim.world.faults.names import Fault
from vendor_sim.world.faults.registry import MessageFault, named

if TYPE_CHECKING:
    from vendor_sim.wire.http import Request, Response, Transport


@named(Fault.REQUEST_LOST)
class RequestLost(MessageFault):
    """The request never arrives."""

    def carry(self, request: Request, inner: Transport) -> Response:  # noqa: ARG002 - never used
        """Lose it."""
        raise ReadTimeout("the request was lost", request=request)


@named(Fault.ANSWER_LOST)
class AnswerLost(MessageFault):
    """The work is done, and nobody hears of it."""

    def carry(self, request: Request, inner: Transport) -> Response:
        """Deliver it and lose the answer."""
        read_answer(inner.handle_request(request), request)
        raise ReadTimeout("the answer was lost", request=request)


@named(Fault.REFUSED)
class ConnectionRefused(MessageFault):
    """Nobody listens."""

    def carry(self, request: Request, inner: Transport) -> Response:  # noqa: ARG002 - never used
        """Refuse the connection."""
        raise ConnectError("the connection was refused", request=request)


@named(Fault.SILENT)
class Silent(MessageFault):
    """The connection stands, and nothing is ever said on it."""

    def carry(self, request: Request, inner: Transport) -> Response:  # noqa: ARG002 - never used
        """Wait for as long as the sender does."""
        self._post.dwell(patience_ms(request))
        raise ReadTimeout("nothing was answered", request=request)


def patience_ms(request: Request) -> int:
    """How long the sender of a request waits for its answer."""
    seconds = request.extensions.get("timeout", {}).get("read")
    return REQUEST_TIMEOUT_MS if seconds is None else int(seconds * 1000)
