"""The machine's front: what a customer sees and presses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from flask import Blueprint, Response, render_template, request, url_for
from pydantic import Field

from vendor_sim import web
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.machine import screen
from vendor_sim.machine.app import shapes
from vendor_sim.machine.service import topic
from vendor_sim.wire.schemas import Body, Empty

if TYPE_CHECKING:
    from vendor_sim.kernel.clock import Clock
    from vendor_sim.machine.service import FrontView, MachineService


class Press(Body):
    """A slot was pressed."""

    slot: Annotated[str, Field(min_length=1, max_length=64)]


class Present(Body):
    """A customer's code was read."""

    auth_code: Annotated[str, Field(min_length=1, max_length=64)]


def blueprint(service: MachineService, clock: Clock) -> Blueprint:
    """The routes of the machines' fronts."""
    front = _Front(service, clock)
    pages = Blueprint("front", __name__, url_prefix="/machine")
    web.protect(pages)
    pages.get("/")(front.index)
    pages.get("/<machine_id>")(front.machine)
    pages.get("/<machine_id>/state.json")(front.state)
    pages.get("/<machine_id>/events")(front.events)
    pages.get("/<machine_id>/qr.svg")(front.qr_svg)
    pages.get("/<machine_id>/qr.png")(front.qr_png)
    pages.post("/<machine_id>/press")(front.press)
    pages.post("/<machine_id>/present")(front.present)
    pages.post("/<machine_id>/cancel")(front.cancel)
    return pages


class _Front:
    def __init__(self, service: MachineService, clock: Clock) -> None:
        self._service = service
        self._clock = clock

    def index(self) -> str:
        """The list of machines: ``machine/index.html``.

        Variables: ``machines``, a list of ``{id, name, takes, currency, reachable, url, slots}``,
        slots as in ``state.json``; ``here``; ``operator_url``.
        """
        machines = [shapes.machine_card(one) for one in self._service.fronts()]
        operator_url = url_for("operator.home")
        return render_template(
            "machine/index.html", machines=machines, here="machine", operator_url=operator_url
        )

    def machine(self, machine_id: str) -> str:
        """One machine's front: ``machine/front.html``.

        Variables: ``machine`` ``{id, name, takes, currency}``; ``base``, its address, without a
        slash at the end; ``state``, the document of ``state.json``; ``body_class``, ``embedded``
        on the stage (``?stage=1``); ``here``.
        """
        front = self._service.front(machine_id)
        state = self._state(front)
        return render_template(
            "machine/front.html",
            machine=state["machine"],
            base=url_for("front.machine", machine_id=machine_id),
            state=state,
            body_class="embedded" if request.args.get("stage") == "1" else "",
            here="machine",
        )

    def state(self, machine_id: str) -> Response:
        """``state.json``: everything the front draws (see ``shapes.front_state``)."""
        return web.send(self._state(self._service.front(machine_id)))

    def _state(self, front: FrontView) -> dict[str, Any]:
        scanner = self._service.has_scanner(front)
        return shapes.front_state(front, web.world_time(self._clock), scanner=scanner)

    def events(self, machine_id: str) -> Response:
        """Server-sent events: one for each change of this machine."""
        self._service.machine_view(machine_id)
        return web.live(topic(machine_id))

    def qr_svg(self, machine_id: str) -> Response:
        """The code on the screen now, as SVG; 404 where there is none."""
        return Response(screen.draw_svg(self._code(machine_id)), content_type="image/svg+xml")

    def qr_png(self, machine_id: str) -> Response:
        """The code on the screen now, as PNG; 404 where there is none."""
        return Response(screen.draw_png(self._code(machine_id)), content_type="image/png")

    def _code(self, machine_id: str) -> str:
        code = self._service.code_on_screen(machine_id)
        if code is None:
            raise Refused(Code.NOT_FOUND, "there is no code on the screen")
        return code

    def press(self, machine_id: str) -> Response:
        """A slot was pressed: ``{"slot"}`` in, 202 ``{"order"}`` out."""
        body = web.read_body(Press)
        return web.send({"order": self._service.press(machine_id, body.slot)}, 202)

    def present(self, machine_id: str) -> Response:
        """The scanner read a customer's code: ``{"auth_code"}`` in, 202 ``{"order"}`` out."""
        body = web.read_body(Present)
        return web.send({"order": self._service.present(machine_id, body.auth_code)}, 202)

    def cancel(self, machine_id: str) -> Response:
        """The customer gives up: ``{}`` in, 202 ``{"order"}`` out."""
        web.read_body(Empty)
        return web.send({"order": self._service.cancel(machine_id)}, 202)
