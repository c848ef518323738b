"""What happens to a service at one of its points: killed, or its database fails it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

from vendor_sim.kernel.limits import POWER_DOWN_MS
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.world.faults.names import Fault

if TYPE_CHECKING:
    from vendor_sim.world.faults.rules import Bite


class Killed(Refused):
    """The service under way has lost its power: nothing of it goes on.

    It is a refusal too, so that whoever asked a service at the control plane hears why.
    """

    def __init__(self, service: str) -> None:
        super().__init__(Code.UNAVAILABLE, f"the {service} has no power")
        self.service = service


class Switch(Protocol):
    """What cuts the power of a service."""

    def cut(self, service: str, down_ms: int | None = None) -> None:
        """Off, for so long."""
        ...


class ProcessFault:
    """Something that happens to a service at one of its points."""

    fault: ClassVar[Fault]

    def strike(self, service: str, bite: Bite, power: Switch) -> None:
        """Let it happen.

        Raises:
            Refused: As the fault demands.
        """
        raise NotImplementedError


class KilledService(ProcessFault):
    """The process ends here; its transaction rolls back, its memory is lost."""

    fault = Fault.KILLED

    def strike(self, service: str, bite: Bite, power: Switch) -> None:
        """Cut the power."""
        power.cut(service, bite.rule.down_ms or POWER_DOWN_MS)
        raise Killed(service)


class PowerCut(KilledService):
    """The plug of the vending machine is pulled."""

    fault = Fault.POWER_CUT


class DatabaseLocked(ProcessFault):
    """Another process writes: the transaction cannot begin."""

    fault = Fault.DATABASE_LOCKED

    def strike(self, service: str, bite: Bite, power: Switch) -> None:  # noqa: ARG002 - no switch
        """Refuse as a locked database does."""
        raise Refused(Code.UNAVAILABLE, "the database did not answer: database is locked")


class DiskFull(ProcessFault):
    """There is no room for the commit: nothing of the transaction stays."""

    fault = Fault.DISK_FULL

    def strike(self, service: str, bite: Bite, power: Switch) -> None:  # noqa: ARG002 - no switch
        """Refuse as a full database does."""
        raise Refused(Code.UNAVAILABLE, "the database did not answer: database or disk is full")


PROCESS_FAULTS: dict[Fault, ProcessFault] = {
    kind.fault: kind() for kind in (KilledService, PowerCut, DatabaseLocked, DiskFull)
}
