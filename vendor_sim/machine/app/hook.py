"""Where the ledger service's notifications arrive: verified on the raw bytes, stored, answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, after_this_request, request

from vendor_sim.machine.reports_v1 import news_of
from vendor_sim.web.errors import answer
from vendor_sim.web.requests import raw_body
from vendor_sim.wire import signing, strict_json

if TYPE_CHECKING:
    from vendor_sim.kernel.clock import Clock
    from vendor_sim.machine.service import MachineService

VERDICT = "Vendor-Sim-Signature"
"""Answer header: ``valid`` or ``invalid``, for whoever watches the messages."""


def blueprint(service: MachineService, clock: Clock) -> Blueprint:
    """The route of the hook; no forgery token here, the signature is the proof."""
    hooks = Blueprint("hook", __name__, url_prefix="/machine/hooks")

    def payments(machine_id: str) -> Response:
        """Take a notification in: 204 also where it was taken in before.

        401: the signature or its age is wrong. 404: no such order here, try again later.
        409: the message says another amount or currency than the order. 422: no such shape.
        """
        raw = raw_body()
        headers = {name.lower(): value for name, value in request.headers.items()}
        problem = signing.verify(service.hook_secrets(machine_id), headers, raw, clock.now_ms())
        _tell_verdict("valid" if problem is None else "invalid")
        if problem is not None:
            return answer(problem)
        news = news_of(strict_json.parse_object(raw))
        service.notice_came(machine_id, headers[signing.ID], news)
        return Response(status=204)

    hooks.post("/payments/<machine_id>")(payments)
    return hooks


def _tell_verdict(verdict: str) -> None:
    @after_this_request
    def tell(response: Response) -> Response:
        response.headers[VERDICT] = verdict
        return response
