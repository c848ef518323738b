"""What a person on the stage steers: the clock, what goes wrong, the power, and a recording."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

from vendor_sim import web
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.lab import troubles
from vendor_sim.web.requests import raw_body
from vendor_sim.wire import strict_json
from vendor_sim.wire.schemas import Body
from vendor_sim.world.control_schemas import Clock

if TYPE_CHECKING:
    from flask import Blueprint, Response

Json = dict[str, Any]


class Controls(Protocol):
    """The steering of a world."""

    def clock(self) -> Json:
        """``{"now_ms", "rate", "frozen", "speed"}``."""
        ...

    def steer(self, what: str, value: Any) -> None:
        """Step, freeze or speed up the clock: ``advance_ms``, ``frozen`` or ``speed``.

        Raises:
            Refused: As ``/_world/clock`` does.
        """
        ...

    def plan(self) -> Json:
        """The fault plan, as ``/_world/faults`` has it, with how often each fault ``fired``."""
        ...

    def load(self, document: Json) -> None:
        """Another fault plan in its place.

        Raises:
            Refused: It is none (``invalid``).
        """
        ...

    def services(self) -> list[Json]:
        """``{"service", "power", "back_at"}`` of each service."""
        ...

    def switch(self, service: str, *, on: bool) -> None:
        """Take the power of a service away, or give it back.

        Raises:
            Refused: There is no such service (``not_found``).
        """
        ...

    def recording(self) -> Json:
        """``{"on", "steps"}``."""
        ...

    def record(self, *, on: bool) -> Json:
        """Begin to record, or end it and get the ``feature`` and its file's ``name``.

        Raises:
            Refused: Nothing is being recorded (``wrong_state``).
        """
        ...


class Turn(Body):
    """A switch for trouble."""

    switch: str
    on: bool


class Power(Body):
    """The power of a service."""

    service: str
    power: Literal["on", "off"]


class Record(Body):
    """Whether to record."""

    on: bool


def add_controls(acts: Blueprint, controls: Controls) -> None:
    """Put the routes of the controls onto a blueprint that checks the form's token."""
    desk = _Desk(controls)
    for name in ("clock", "trouble", "plan", "power", "record"):
        acts.add_url_rule(f"/stage/{name}", name, getattr(desk, name), methods=["POST"])


def told(controls: Controls) -> Json:
    """How all of it stands, for the page."""
    plan = controls.plan()
    fired = plan.pop("fired")
    return {
        "clock": controls.clock(),
        "trouble": {**troubles.told(plan), "fired": fired},
        "services": controls.services(),
        "recording": controls.recording(),
    }


class _Desk:
    def __init__(self, controls: Controls) -> None:
        self._controls = controls

    def clock(self) -> Response:
        """Steer the clock, by one of ``advance_ms``, ``frozen`` and ``speed``."""
        body = web.read_body(Clock, fractions=True)
        given = {name: getattr(body, name) for name in body.model_fields_set}
        if len(given) != 1 or None in given.values():
            raise Refused(Code.INVALID, "say exactly one of advance_ms, frozen and speed")
        for what, value in given.items():
            self._controls.steer(what, value)
        return self._told()

    def trouble(self) -> Response:
        """Turn a switch."""
        body = web.read_body(Turn)
        self._controls.load(troubles.turned(self._plan(), body.switch, on=body.on))
        return self._told()

    def plan(self) -> Response:
        """Take a whole plan; ``{}`` clears it."""
        self._controls.load(strict_json.parse_object(raw_body(), fractions=True))
        return self._told()

    def power(self) -> Response:
        """Switch a service off or on."""
        body = web.read_body(Power)
        self._controls.switch(body.service, on=body.power == "on")
        return self._told()

    def record(self) -> Response:
        """Begin to record, or end it: then the answer has the ``feature``."""
        made = self._controls.record(on=web.read_body(Record).on)
        return web.send({**told(self._controls), "recorded": made})

    def _plan(self) -> Json:
        plan = self._controls.plan()
        plan.pop("fired")
        return plan

    def _told(self) -> Response:
        return web.send(told(self._controls))
