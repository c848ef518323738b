"""The bodies of ``/v1`` in the domain's words: answers and notifications read the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.clock import parse_rfc3339
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.machine.domain import RefundReport, Report, Standing
from vendor_sim.wire import schemas
from vendor_sim.wire.schemas import IntentView, NoticeView, RefundPage, RefundView

if TYPE_CHECKING:
    from collections.abc import Callable

_STANDING = {
    "open": Standing.OPEN,
    "authorised": Standing.HELD,
    "captured": Standing.TAKEN,
    "voided": Standing.VOIDED,
    "closed": Standing.CLOSED,
}


def report_of(view: IntentView) -> Report:
    """What an intent says about a payment.

    Raises:
        ValueError: Its times are no times.
    """
    attempt = view.attempt
    return Report(
        intent_id=view.id,
        order_id=view.order_ref,
        standing=_standing(view),
        amount_minor=view.amount_minor,
        currency=view.currency,
        version=view.version,
        code=view.code,
        pay_until_ms=_ms(view.pay_until),
        hold_until_ms=_ms(view.hold_until),
        attempt_state=attempt.state if attempt else None,
        attempt_reason=attempt.reason if attempt else None,
        scanned=view.scanned,
    )


def _standing(view: IntentView) -> Standing:
    if view.state == "expired":
        # /v1 has one word for a code nobody paid and a hold nobody captured; the hold tells.
        return Standing.EXPIRED if view.hold_until is None else Standing.VOIDED
    return _STANDING[view.state]


def refund_report_of(view: RefundView) -> RefundReport:
    """What a refund says."""
    return RefundReport(
        refund_id=view.id,
        intent_id=view.intent,
        amount_minor=view.amount_minor,
        currency=view.currency,
        done=view.state == "succeeded",
        failed=view.state == "closed",
        stuck=view.state == "abnormal",
    )


def refund_reports_of(page: RefundPage) -> list[RefundReport]:
    """What all refunds of a payment say.

    Raises:
        ValueError: They do not add up to the sums that are told with them.
    """
    found = [refund_report_of(view) for view in page.refunds]
    done = sum(one.amount_minor for one in found if one.done)
    pending = sum(one.amount_minor for one in found if not (one.done or one.failed))
    if (pending, done) != (page.refund_pending_minor, page.refunded_minor):
        raise ValueError(f"refunds of {pending} and {done} that do not add up")
    return found


def news_of(document: Any) -> Report | RefundReport | None:
    """What a notification says; None for types that say nothing to a machine.

    Raises:
        Refused: It is not shaped as its type demands (``invalid``).
    """
    notice = schemas.read(NoticeView, document)
    read = _NEWS.get(notice.type.partition(".")[0])
    try:
        return None if read is None else read(notice.data)
    except ValueError as error:
        raise Refused(Code.INVALID, str(error), "data") from None


_NEWS: dict[str, Callable[[Any], Report | RefundReport]] = {
    "payment": lambda data: report_of(schemas.read(IntentView, data)),
    "intent": lambda data: report_of(schemas.read(IntentView, data)),
    "hold": lambda data: report_of(schemas.read(IntentView, data)),
    "refund": lambda data: refund_report_of(schemas.read(RefundView, data)),
}


def _ms(text: str | None) -> int | None:
    return None if text is None else parse_rfc3339(text)
