"""Faults of messages where there is no world around: those that need neither time nor a driver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.world.faults import MESSAGE_FAULTS, Bite, Fault, FaultPlan, Hop, Rule
from vendor_sim.world.faults.post import PostOffice

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.wire.http import Request
    from vendor_sim.world.faults.registry import MessageFault

LOSSES = (Fault.REQUEST_LOST, Fault.ANSWER_LOST, Fault.DUPLICATED, Fault.REFUSED)
_HOP = Hop("machine", "ledger")


def mishap(fault: Fault | None) -> MessageFault | None:
    """A fault that carries one message."""
    if fault is None:
        return None
    post = PostOffice(VirtualClock(0), FaultPlan(), lambda _exchange: None)
    return MESSAGE_FAULTS[fault](Bite(Rule(fault), "machine>ledger GET /#0", 0), _HOP, post)


def mishaps(
    decide: Callable[[Request], Fault | None],
) -> Callable[[Request], MessageFault | None]:
    """The same decision, with the fault itself in the place of its name."""
    return lambda request: mishap(decide(request))
