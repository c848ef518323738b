"""Messages that come twice, late, or in another order than they were sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import FAULT_DELAYED_MS, FAULT_SLOW_MS
from vendor_sim.wire.http import ReadTimeout, read_answer
from vendor_sim.world.faults.losing import patience_ms
from vendor_sim.world.faults.names import Fault
from vendor_sim.world.faults.registry import MessageFault, named

if TYPE_CHECKING:
    from vendor_sim.wire.http import Request, Response, Transport


@named(Fault.DUPLICATED)
class Duplicated(MessageFault):
    """It arrives twice; the second answer is the one that is heard."""

    def carry(self, request: Request, inner: Transport) -> Response:
        """Deliver it twice."""
        read_answer(inner.handle_request(request), request)
        return inner.handle_request(request)


@named(Fault.DELAYED)
class Delayed(MessageFault):
    """Its sender gives up, and then it arrives after all."""

    def carry(self, request: Request, inner: Transport) -> Response:
        """Deliver it later."""
        delay_ms = self._rule.delay_ms or FAULT_DELAYED_MS
        self._post.later(self._hop, request, inner, delay_ms)
        raise ReadTimeout("the request is late", request=request)


@named(Fault.REORDERED)
class Reordered(MessageFault):
    """The next message of the same hop overtakes it."""

    def carry(self, request: Request, inner: Transport) -> Response:
        """Hold it back."""
        self._post.hold_back(self._hop, request, inner)
        raise ReadTimeout("the request was overtaken", request=request)


@named(Fault.SLOW)
class Slow(MessageFault):
    """The answer takes its time; beyond the sender's patience nobody hears it any more."""

    def carry(self, request: Request, inner: Transport) -> Response:
        """Deliver it and let time pass."""
        delay_ms = self._rule.delay_ms or FAULT_SLOW_MS
        response = inner.handle_request(request)
        read_answer(response, request)
        if delay_ms >= patience_ms(request):
            self._post.dwell(patience_ms(request))
            raise ReadTimeout("the answer took too long", request=request)
        self._post.dwell(delay_ms)
        return response
