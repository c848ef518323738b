"""The classes of the faults, by name: each registers itself where it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.wire.http import Request, Response, Transport
    from vendor_sim.world.faults.names import Fault
    from vendor_sim.world.faults.rules import Bite, Rule
    from vendor_sim.world.faults.sites import Hop


class Post(Protocol):
    """What a fault of a message may use besides the wire itself."""

    def dwell(self, duration_ms: int) -> None:
        """Let the sender wait, in the world's own time."""
        ...

    def later(self, hop: Hop, request: Request, inner: Transport, delay_ms: int) -> None:
        """Deliver a request once this time has passed; nobody hears its answer."""
        ...

    def hold_back(self, hop: Hop, request: Request, inner: Transport) -> None:
        """Deliver a request right after the next one of its hop; nobody hears its answer."""
        ...

    def spare(self, bite: Bite) -> None:
        """A fault found nothing to bite into."""
        ...


class MessageFault:
    """Something that happens to one message.

    Args:
        bite: Why and where.
        hop: Between whom.
        post: Time, and later deliveries.
    """

    fault: ClassVar[Fault]

    def __init__(self, bite: Bite, hop: Hop, post: Post) -> None:
        self.name = bite.fault.value
        self._bite = bite
        self._rule = bite.rule
        self._hop = hop
        self._post = post

    @classmethod
    def can_bite(cls, rule: Rule, request: Request) -> bool:  # noqa: ARG003 - some look
        """Whether there is anything about this message that it could spoil."""
        return True

    def carry(self, request: Request, inner: Transport) -> Response:
        """Carry the request, or not.

        Raises:
            NoAnswer: As the fault demands.
        """
        raise NotImplementedError

    def _spare(self, request: Request) -> None:
        """It found nothing to bite into: it does not count, and the journal does not name it."""
        request.extensions["fault"] = None
        self._post.spare(self._bite)


M = TypeVar("M", bound=type[MessageFault])
MESSAGE_FAULTS: dict[Fault, type[MessageFault]] = {}


def named(fault: Fault) -> Callable[[M], M]:
    """Register a class under its name."""

    def register(kind: M) -> M:
        kind.fault = fault
        MESSAGE_FAULTS[fault] = kind
        return kind

    return register


def can_bite(rule: Rule, request: Request) -> bool:
    """Whether a rule has anything to do with a message that fits it otherwise."""
    return MESSAGE_FAULTS[rule.fault].can_bite(rule, request)
