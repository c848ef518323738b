"""Where the ledger service's notifications arrive: verified on the raw bytes, stored, answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, after_this_request, request

from vendor_sim import web
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.machine import reports_v1
from vendor_sim.machine.reports_wechat import (
    is_certificate_serial,
    merchant_of,
    news_of,
    why_not,
)
from vendor_sim.web.errors import answer
from vendor_sim.web.requests import raw_body
from vendor_sim.wire import signing, strict_json, wechatpay

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
        news = reports_v1.news_of(strict_json.parse_object(raw))
        service.notice_came(machine_id, headers[signing.ID], news)
        return Response(status=204)

    hooks.post("/payments/<machine_id>")(payments)
    hooks.post("/wechat/<machine_id>")(_Wechat(service, clock).take)
    return hooks


class _Wechat:
    """Notifications of WeChat Pay API v3."""

    def __init__(self, service: MachineService, clock: Clock) -> None:
        self._service = service
        self._clock = clock

    def take(self, machine_id: str) -> Response:
        """Take a notification in: 204 also where it was taken in before.

        Everything else is ``{"code": "FAIL", "message": …}``, after which the platform tries
        again. 401: the signature, its age or the seal of the resource is wrong. 404: no such
        order here. 409: another merchant's, or another amount than the order's. 400, 422: no such
        shape.
        """
        try:
            self._take(machine_id)
        except Refused as refusal:
            problem = refusal.problem
            return web.send({"code": "FAIL", "message": problem.detail}, problem.status)
        return Response(status=204)

    def _take(self, machine_id: str) -> None:
        credentials = self._service.credentials(machine_id)
        if credentials.speaks != "wechat_v3":
            raise Refused(Code.NOT_FOUND, f"machine {machine_id!r} speaks {credentials.speaks}")
        merchant, raw = merchant_of(credentials.credentials), raw_body()
        learned = self._service.platform_keys(machine_id)
        headers = dict(request.headers.items())
        why = why_not(merchant, learned, headers, raw, self._clock.now_ms())
        _tell_verdict("valid" if why is None else "invalid")
        if why is not None:
            self._ask_for_key(machine_id, {*merchant.believed, *learned})
            raise Refused(Code.BAD_SIGNATURE, why)
        notice_id, news = news_of(strict_json.parse_object(raw), merchant)
        self._service.notice_came(machine_id, notice_id, news)

    def _ask_for_key(self, machine_id: str, known: set[str]) -> None:
        """A certificate may have rolled over: the tick fetches it, the platform sends again."""
        serial = request.headers.get(wechatpay.SERIAL, "")
        if serial not in known and is_certificate_serial(serial):
            self._service.want_platform_keys(machine_id)


def _tell_verdict(verdict: str) -> None:
    @after_this_request
    def tell(response: Response) -> Response:
        response.headers[VERDICT] = verdict
        return response
