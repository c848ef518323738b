"""What a service is put together over, so that it can lose its power: door, line, motor.

Each passes the points of its service's life, at which a fault plan may strike. Without power a door
runs nothing, a line carries nothing, a call finds nobody and no task is done.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from vendor_sim.kernel.limits import TICK_PAUSE_MS
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.machine.dispenser import Ending
from vendor_sim.storage.outbox import TASKS
from vendor_sim.wire.http import ConnectError, ReadTimeout, Transport
from vendor_sim.world.faults import At
from vendor_sim.world.faults.motors import MOTOR_FAULTS
from vendor_sim.world.faults.processes import Killed

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from vendor_sim.storage.database import Door
    from vendor_sim.wire.http import Request, Response
    from vendor_sim.world.driver import Outbound
    from vendor_sim.world.faults import FaultPlan
    from vendor_sim.world.power import Points, Power

T = TypeVar("T")
_LOG = logging.getLogger("vendor_sim")


class PoweredDoor:
    """A door that passes the points of each commit."""

    def __init__(self, inner: Door, points: Points) -> None:
        self._inner = inner
        self._points = points

    def transact(self, verb: Callable[[Connection], T]) -> T:
        """Run a verb in a transaction and commit it before returning its result.

        Raises:
            Refused: As the verb or the plan says; ``Killed`` where there is no power.
        """
        at = self._points.at

        def to_its_commit(cx: Connection) -> T:
            result = verb(cx)
            at(At.BEFORE_COMMIT)
            return result

        at(At.BEGIN)
        result = self._inner.transact(to_its_commit)
        at(At.AFTER_COMMIT)
        return result

    def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query on one consistent snapshot.

        Raises:
            Refused: As the door inside says; ``Killed`` where there is no power.
        """
        self._points.life.check()
        return self._inner.read(query)

    def on_commit(self, listener: Callable[[frozenset[str]], None]) -> None:
        """Call a listener with the topics touched, after each commit that touched any."""
        self._inner.on_commit(listener)


class PoweredLine(Transport):
    """A line that passes the points of each message its service sends.

    A process that lost its power while it waited for an answer never hears it.
    """

    def __init__(self, inner: Transport, points: Points) -> None:
        self._inner = inner
        self._points = points

    def handle_request(self, request: Request) -> Response:
        """Carry the request.

        Raises:
            NoAnswer: As what is inside does.
            Killed: The sender has no power any more.
        """
        life = self._points.life
        self._points.at(At.SEND)
        cuts = life.cuts
        try:
            response = self._inner.handle_request(request)
        finally:
            if life.cuts != cuts:
                raise Killed(life.service)
        self._points.at(At.ANSWER)
        return response


class PoweredEnd(Transport):
    """Where calls to a service come in.

    Who asks one that loses its power before it has answered hears nothing.
    """

    def __init__(self, inner: Transport, service: str, power: Power) -> None:
        self._inner = inner
        self._service = service
        self._power = power

    def handle_request(self, request: Request) -> Response:
        """Carry the request.

        Raises:
            NoAnswer: There is no power, or there was none any more.
        """
        life = self._power.life(self._service)
        if not life.on:
            raise ConnectError(f"the {self._service} has no power", request=request)
        cuts = life.cuts
        response = self._inner.handle_request(request)
        if life.cuts != cuts:
            raise ReadTimeout(f"the {self._service} lost its power", request=request)
        return response

    def close(self) -> None:
        """Close what is inside."""
        self._inner.close()


@dataclass(frozen=True, slots=True)
class PoweredMotor:
    """A rehearsal of trouble with the motors: at the machine's points, and for each turn."""

    points: Points
    faults: FaultPlan

    def before_motor(self) -> None:
        """The motor is about to turn."""
        self.points.at(At.BEFORE_MOTOR)

    def ending(self, machine_id: str, slot: str) -> Ending | None:
        """What goes wrong with this turn."""
        bite = self.faults.turn(machine_id, slot)
        if bite is None:
            return None
        fault = MOTOR_FAULTS[bite.fault]
        return Ending(fault.outcome, fault.turns)

    def after_motor(self) -> None:
        """The motor turns; nobody has looked at the sensor yet."""
        self.points.at(At.AFTER_MOTOR)


class Shift:
    """The background work of a service, whoever does it now: a restart brings somebody new.

    A turn that its database refused is taken again after a pause.

    Args:
        service: Whose work it is.
        power: Without it nothing is done.
        worker: Who does it now.
    """

    def __init__(self, service: str, power: Power, worker: Callable[[], Outbound]) -> None:
        self.topics: frozenset[str] = getattr(worker(), "topics", frozenset({TASKS}))
        self._service = service
        self._power = power
        self._worker = worker
        self._not_before_ms = 0

    def tick(self, now_ms: int) -> int:
        """Do a bounded amount of what is due; returns how many tasks were done."""
        if not self._power.is_on(self._service):
            return 0
        try:
            return self._worker().tick(now_ms)
        except Killed:
            return 1
        except Refused as refused:
            if refused.problem.code is not Code.UNAVAILABLE:
                raise
            _LOG.info("a turn of the %s ended: %s", self._service, refused.problem.detail)
            self._not_before_ms = now_ms + TICK_PAUSE_MS
            return 0

    def next_due_ms(self, *, resting: bool = False) -> int | None:
        """When the next task is due; None where nothing waits, or nobody is there."""
        if not self._power.is_on(self._service):
            return None
        try:
            due_ms = self._worker().next_due_ms(resting=resting)
        except Killed:
            return None  # it went between two looks
        return None if due_ms is None else max(due_ms, self._not_before_ms)
