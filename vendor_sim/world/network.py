"""The wires of a world: hosts are names, and every hop can fail and is seen.

A service sends through its own *line*, so that a trace knows who spoke. Hosts that were attached
are answered by an application in this process (or whatever transport was attached); others go to
the fall-back, or nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sim.wire.http import ConnectError, Request, Response, Transport
from vendor_sim.wire.transports import Faulty, InProcess, NestedCallError, Traced
from vendor_sim.world.faults import MESSAGE_FAULTS, SERVICES, Hop
from vendor_sim.world.faults.post import PostOffice
from vendor_sim.world.power import Power
from vendor_sim.world.powered import PoweredEnd

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.wire.transports import Exchange, Mishap
    from vendor_sim.world.driver import Driver
    from vendor_sim.world.faults import FaultPlan


class Network:
    """Who is reached under which host.

    Attributes:
        power: Who of the services is there at all.
        post: Messages that arrive after their sender gave them up.

    Args:
        clock: Times the exchanges.
        faults: What happens to messages.
        report: Gets every exchange.
        fallback: Carries requests to hosts that are not attached; None refuses them.
    """

    def __init__(
        self,
        clock: Clock,
        faults: FaultPlan,
        report: Callable[[Exchange], None],
        fallback: Transport | None = None,
    ) -> None:
        self._clock = clock
        self._faults = faults
        self._report = report
        self._fallback = fallback
        self._ends: dict[str, tuple[str, Transport]] = {}
        self._nested: list[str] = []
        self.power = Power(clock, faults)
        self.post = PostOffice(clock, faults, report)
        self.arriving: Callable[[Response], None] = lambda _answer: None
        """Called with each answer before its asker has it: who keeps it waiting decides when."""

    def drive_with(self, driver: Driver) -> None:
        """Let a driver do what is left to do here."""
        self.post.wait, self.post.wake = driver.dwell, driver.wake
        self.power.wake = driver.wake

    def attach(self, host: str, name: str, app: Callable[..., Any]) -> None:
        """Let a WSGI application answer under a host; ``name`` stands in traces."""
        self.attach_remote(host, name, InProcess(app))

    def attach_remote(self, host: str, name: str, transport: Transport) -> None:
        """Reach a host through a transport of its own; ``host`` is as in a URL, with its port."""
        if name in SERVICES:
            transport = PoweredEnd(transport, name, self.power)
        self._ends[host] = (name, transport)

    def line_of(self, source: str) -> Transport:
        """The transport through which this service sends."""
        return _Line(self, source)

    def check(self) -> None:
        """See that no handler called out.

        Raises:
            NestedCallError: One did since last asked.
        """
        if self._nested:
            told = "; ".join(self._nested)
            self._nested.clear()
            raise NestedCallError(told)

    def carry(self, source: str, request: Request) -> Response:
        """Send a request over the hop it belongs to.

        Raises:
            NoAnswer: It or its answer was lost, or nobody is there.
            NestedCallError: A handler called out.
        """
        target, end = self._end_of(request)
        hop = Hop(source, target)
        faulty = Faulty(end, lambda asked: self._mishap(hop, asked))
        overtaken = self.post.waiting(hop)
        try:
            answer = Traced(faulty, self._clock, hop, self._report).handle_request(request)
        except NestedCallError as error:
            self._nested.append(f"{source} to {target}: {error}")
            raise
        finally:
            self.post.overtaken(overtaken)
        self.arriving(answer)
        return answer

    def close(self) -> None:
        """Let go of every connection."""
        for _, end in self._ends.values():
            end.close()
        if self._fallback is not None:
            self._fallback.close()

    def _mishap(self, hop: Hop, request: Request) -> Mishap | None:
        bite = self._faults.message(hop, request)
        return None if bite is None else MESSAGE_FAULTS[bite.fault](bite, hop, self.post)

    def _end_of(self, request: Request) -> tuple[str, Transport]:
        host = request.url.netloc.decode("ascii")
        return self._ends.get(host) or (host, self._fallback or _NOBODY)


class _Line(Transport):
    def __init__(self, network: Network, source: str) -> None:
        self._network = network
        self._source = source

    def handle_request(self, request: Request) -> Response:
        return self._network.carry(self._source, request)


class _Nobody(Transport):
    def handle_request(self, request: Request) -> Response:
        raise ConnectError(f"nobody is at {request.url.host}", request=request)


_NOBODY = _Nobody()
