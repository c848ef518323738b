"""The simulated hardware: a motor with a sensor, and a journal of its own.

The journal is the hardware's memory, not the machine's: a command is known by its id, turns the
motor once however often it is sent, and its outcome can be asked for later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import CheckConstraint, Index, bindparam, delete, func, insert, select
from sqlmodel import Field, SQLModel

from vendor_sim.machine.domain import Drop
from vendor_sim.storage.columns import INT, STRICT, TEXT, append_only

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.storage.database import Door


class MotorCommandRow(SQLModel, table=True):
    """One turn of a motor."""

    __tablename__ = "motor_command"
    __table_args__ = (
        Index("motor_command_slot", "machine", "slot"),
        CheckConstraint("outcome IN ('dropped', 'jammed', 'empty', 'unsure')"),
        STRICT,
    )
    id: str = Field(sa_type=TEXT, primary_key=True)
    machine: str = Field(sa_type=TEXT)
    slot: str = Field(sa_type=TEXT)
    outcome: str = Field(sa_type=TEXT)
    at_ms: int = Field(sa_type=INT)
    done_at_ms: int = Field(sa_type=INT)


class DropPlanRow(SQLModel, table=True):
    """What a rehearsal wants the next turn of a machine's motor to come to."""

    __tablename__ = "drop_plan"
    __table_args__ = (STRICT,)
    machine: str = Field(sa_type=TEXT, primary_key=True)
    outcome: str = Field(sa_type=TEXT)


COMMAND: Table = MotorCommandRow.__table__  # type: ignore[attr-defined]
PLAN: Table = DropPlanRow.__table__  # type: ignore[attr-defined]
append_only(COMMAND)
TABLES = (COMMAND, PLAN)
_TURN = insert(COMMAND)
_COMMAND = select(COMMAND).where(COMMAND.c.id == bindparam("of_id"))
_PLANNED = select(PLAN.c.outcome).where(PLAN.c.machine == bindparam("of_machine"))


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a motor.

    Attributes:
        outcome: What the sensor says once the turn is over.
        done_at_ms: When it is over.
    """

    outcome: Drop
    done_at_ms: int


@dataclass(frozen=True, slots=True)
class Ending:
    """What a rehearsal wants one turn to come to.

    Attributes:
        outcome: What the sensor says.
        turns: Whether the motor turns at all; an interlock keeps it still.
    """

    outcome: Drop
    turns: bool = True


class Rehearsal(Protocol):
    """Whoever rehearses trouble with the hardware."""

    def before_motor(self) -> None:
        """The motor is about to turn."""
        ...

    def ending(self, machine_id: str, slot: str) -> Ending | None:
        """What this turn comes to; None for what it comes to anyway."""
        ...

    def after_motor(self) -> None:
        """The motor turns; nobody has looked at the sensor yet."""
        ...


class Dispenser:
    """Motors and drop sensors of every machine here.

    Args:
        door: Where the hardware keeps its journal.
        clock: Says what time it is.
        motor_ms: How long a turn takes.
        rehearsal: Decides what goes wrong; None where nothing does by itself.
    """

    def __init__(
        self, door: Door, clock: Clock, *, motor_ms: int, rehearsal: Rehearsal | None = None
    ) -> None:
        self._door = door
        self._clock = clock
        self._motor_ms = motor_ms
        self._rehearsal = rehearsal

    def plan(self, machine_id: str, drop: Drop) -> None:
        """Decide what the next turn of this machine will come to, and that one only."""

        def verb(cx: Connection) -> None:
            cx.execute(delete(PLAN).where(PLAN.c.machine == machine_id))
            cx.execute(insert(PLAN), {"machine": machine_id, "outcome": drop.value})

        self._door.transact(verb)

    def release(self, command_id: str, machine_id: str, slot: str) -> None:
        """Turn the motor of a slot, once for each command id."""

        def verb(cx: Connection) -> None:
            if _turn(cx, command_id) is not None:
                return
            now_ms = self._clock.now_ms()
            ending = self._ending(cx, machine_id, slot)
            row = {
                "id": command_id,
                "machine": machine_id,
                "slot": slot,
                "outcome": ending.outcome.value,
                "at_ms": now_ms,
                "done_at_ms": now_ms + (self._motor_ms if ending.turns else 0),
            }
            cx.execute(_TURN, row)

        if self._rehearsal is not None:
            self._rehearsal.before_motor()
        self._door.transact(verb)
        if self._rehearsal is not None:
            self._rehearsal.after_motor()

    def turn(self, command_id: str) -> Turn | None:
        """What became of a command; None where the hardware never heard of it."""
        return self._door.read(lambda cx: _turn(cx, command_id))

    def drops(self, machine_id: str, slot: str) -> int:
        """The hardware's own count of what fell out of a slot."""
        query = select(func.count()).where(
            COMMAND.c.machine == machine_id,
            COMMAND.c.slot == slot,
            COMMAND.c.outcome == Drop.DROPPED.value,
        )
        return int(self._door.read(lambda cx: cx.execute(query).scalar_one()))

    def _ending(self, cx: Connection, machine_id: str, slot: str) -> Ending:
        """The trouble there is, else what was planned; a plan waits for a turn that takes place."""
        rehearsal = self._rehearsal
        ending = None if rehearsal is None else rehearsal.ending(machine_id, slot)
        if ending is not None and not ending.turns:
            return ending
        planned = _planned(cx, machine_id)
        return ending or Ending(planned)


def _turn(cx: Connection, command_id: str) -> Turn | None:
    row = cx.execute(_COMMAND, {"of_id": command_id}).first()
    return None if row is None else Turn(Drop(row.outcome), row.done_at_ms)


def _planned(cx: Connection, machine_id: str) -> Drop:
    outcome = cx.execute(_PLANNED, {"of_machine": machine_id}).scalar()
    if outcome is None:
        return Drop.DROPPED
    cx.execute(delete(PLAN).where(PLAN.c.machine == machine_id))
    return Drop(outcome)
