"""Where the platform tells what became of a yes: signed notices, checked on the raw bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from vendor_sim import web
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.web.requests import raw_body
from vendor_sim.wire import schemas, signing, strict_json
from vendor_sim.wire.answers import error_body
from wallet.service.told import charge_of, instant_of, receipt_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_sim.kernel.clock import Clock
    from wallet.service import WalletService

PATH = "/wallet/hooks/payments"
VERDICT = "Vendor-Sim-Signature"
_TYPE = "authorisation.updated"


def blueprint(service: WalletService, clock: Clock, secrets: Sequence[str]) -> Blueprint:
    """The hook: 204 where a notice was taken in, 401 where it is not genuine and fresh."""
    hooks = Blueprint("hooks", __name__)

    def payments() -> Response:
        """Verify first, on the exact bytes; only then read."""
        raw = raw_body()
        headers = {name.lower(): value for name, value in request.headers.items()}
        problem = signing.verify(secrets, headers, raw, clock.now_ms())
        if problem is not None:
            response = web.send(error_body(problem), problem.status)
            response.headers[VERDICT] = "invalid"
            return response
        response = _take(service, headers[signing.ID], raw)
        response.headers[VERDICT] = "valid"
        return response

    hooks.add_url_rule(PATH, "payments", payments, methods=["POST"])
    return hooks


def _take(service: WalletService, notice_id: str, raw: bytes) -> Response:
    try:
        notice = schemas.read(schemas.NoticeView, strict_json.parse_object(raw))
        if notice.type == _TYPE:
            view = schemas.read(schemas.AuthorisationView, notice.data)
            told_at_ms = _told_at_ms(notice)
            service.notice(notice_id, receipt_of(view), told_at_ms, charge_of(view))
    except Refused as error:
        return web.send(error_body(error.problem), error.problem.status)
    return Response(status=204)


def _told_at_ms(notice: schemas.NoticeView) -> int:
    try:
        return instant_of(notice.timestamp)
    except Refused as error:
        raise Refused(Code.INVALID, error.problem.detail, "timestamp") from None
