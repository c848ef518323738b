"""What a motor and its sensor do at one turn."""

from __future__ import annotations

from typing import ClassVar

from vendor_sim.machine.domain import Drop
from vendor_sim.world.faults.names import Fault


class MotorFault:
    """How one turn of a motor ends.

    Attributes:
        outcome: What the sensor says.
        turns: Whether the motor turned at all.
    """

    fault: ClassVar[Fault]
    outcome: ClassVar[Drop]
    turns: ClassVar[bool] = True


class Jam(MotorFault):
    """The item is stuck in its coil."""

    fault = Fault.JAM
    outcome = Drop.JAMMED


class EmptyCoil(MotorFault):
    """The coil turned, and there was nothing in it, whatever the books say."""

    fault = Fault.EMPTY_COIL
    outcome = Drop.EMPTY


class SensorSilent(MotorFault):
    """Something fell or nothing did: the sensor does not say."""

    fault = Fault.SENSOR_SILENT
    outcome = Drop.UNSURE


class DoorOpen(MotorFault):
    """The cabinet is open: its interlock keeps every motor still, so that the item stays.

    A machine whose door is open when a customer comes is out of service; this is the door that is
    opened after the customer has paid.
    """

    fault = Fault.DOOR_OPEN
    outcome = Drop.JAMMED
    turns = False


MOTOR_FAULTS: dict[Fault, type[MotorFault]] = {
    kind.fault: kind for kind in (Jam, EmptyCoil, SensorSilent, DoorOpen)
}
