"""What transactions, refunds and notifications say, field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.machine.domain import RefundReport, Report, Standing
from vendor_sim.machine.reports_wechat.merchant import Merchant, open_document
from vendor_sim.wire import schemas

if TYPE_CHECKING:
    from collections.abc import Callable

CURRENCY = "CNY"
"""The platform collects in nothing else ``[OAPI]``."""
ASKING = "USERPAYING"
"""Trade state while the payer types a password."""
Name = Annotated[str, Field(min_length=1, max_length=64)]


class _Body(BaseModel):
    """What comes in: types are strict, fields nobody here needs are left alone."""

    model_config = ConfigDict(strict=True, frozen=True)


class _Amount(_Body):
    total: int
    currency: str = CURRENCY


class _Transaction(_Body):
    mchid: str
    appid: str
    out_trade_no: Name
    trade_state: Literal[
        "SUCCESS", "REFUND", "NOTPAY", "CLOSED", "REVOKED", "USERPAYING", "PAYERROR", "ACCEPT"
    ]
    transaction_id: str | None = None
    amount: _Amount | None = None


class _RefundAmount(_Body):
    refund: int
    currency: str = CURRENCY


class _Refund(_Body):
    out_trade_no: Name
    out_refund_no: Name
    status: Literal["PROCESSING", "SUCCESS", "CLOSED", "ABNORMAL"]
    amount: _RefundAmount


class _RefundNews(_Body):
    mchid: str
    out_trade_no: Name
    out_refund_no: Name
    refund_status: Literal["SUCCESS", "CLOSED", "ABNORMAL"]
    amount: _RefundAmount


class _Notice(_Body):
    id: Annotated[str, Field(min_length=1, max_length=64)]
    event_type: str
    resource: dict[str, Any]


_STANDING = {
    "SUCCESS": Standing.TAKEN,
    # Also after a part of it went back: what is left is still taken.
    "REFUND": Standing.TAKEN,
    "CLOSED": Standing.CLOSED,
}
_FAILED_RANK = 2
_RANK = {Standing.OPEN: 1, Standing.TAKEN: 3}
_LAST_RANK = 4
_RANKS = 10


def report_of(
    document: Any,
    merchant: Merchant,
    *,
    order_id: str | None = None,
    charge: int = 0,
    amount_minor: int | None = None,
) -> Report:
    """What a transaction says about a payment.

    Args:
        document: The body of an answer, or what a notification sealed.
        merchant: Whose it must be.
        order_id: The order it was asked about; None: its number is the order's.
        charge: Which presented code of that order it is about, 0 for the code on the screen.
        amount_minor: Stands in where nothing was paid and the platform names no amount.

    Raises:
        Refused: It is in no shape known here (``invalid``), or another merchant's
            (``wrong_state``).
    """
    view = schemas.read(_Transaction, document)
    if (view.mchid, view.appid) != (merchant.mchid, merchant.appid):
        raise Refused(Code.WRONG_STATE, "the payment is another merchant's", "mchid")
    standing = _standing(view)
    failed = view.trade_state == "PAYERROR" or (charge > 0 and view.trade_state == "NOTPAY")
    if view.amount is None and (amount_minor is None or standing is Standing.TAKEN):
        raise Refused(Code.INVALID, "a payment without an amount", "amount")
    return Report(
        intent_id=view.out_trade_no,
        order_id=order_id or view.out_trade_no,
        standing=standing,
        amount_minor=view.amount.total if view.amount else amount_minor or 0,
        currency=view.amount.currency if view.amount else CURRENCY,
        version=version_of(standing, charge, failed=failed),
        attempt_state="failed" if failed else None,
        scanned=view.trade_state == ASKING,
        charge=charge,
    )


def _standing(view: _Transaction) -> Standing:
    if view.trade_state == "REVOKED":
        # Reversed: with a transaction there was money, and it went back.
        return Standing.VOIDED if view.transaction_id else Standing.CLOSED
    return _STANDING.get(view.trade_state, Standing.OPEN)


def version_of(standing: Standing, charge: int, *, failed: bool = False) -> int:
    """The platform counts nothing; a payment only moves on, and so does this number."""
    rank = _FAILED_RANK if failed else _RANK.get(standing, _LAST_RANK)
    return charge * _RANKS + rank


def refund_report_of(document: Any) -> RefundReport:
    """What a refund says; its name here is the machine's own number for it.

    Raises:
        Refused: It is in no shape known here (``invalid``).
    """
    view = schemas.read(_Refund, document)
    return _refund_report(view, view.status)


def _refund_report(view: _Refund | _RefundNews, status: str) -> RefundReport:
    return RefundReport(
        refund_id=view.out_refund_no,
        intent_id=view.out_trade_no,
        amount_minor=view.amount.refund,
        currency=view.amount.currency,
        done=status == "SUCCESS",
        failed=status == "CLOSED",
        stuck=status == "ABNORMAL",
    )


def _refund_news(document: Any, merchant: Merchant) -> RefundReport:
    view = schemas.read(_RefundNews, document)
    if view.mchid != merchant.mchid:
        raise Refused(Code.WRONG_STATE, "the refund is another merchant's", "mchid")
    return _refund_report(view, view.refund_status)


_NEWS: dict[str, Callable[[Any, Merchant], Report | RefundReport]] = {
    "TRANSACTION": report_of,
    "REFUND": _refund_news,
}


def news_of(document: Any, merchant: Merchant) -> tuple[str, Report | RefundReport | None]:
    """A verified notification's own id, and what it says; None for types that say nothing here.

    Raises:
        Refused: It is in no shape known here (``invalid``, ``malformed``), not sealed with the
            merchant's key (``bad_signature``), or another merchant's (``wrong_state``).
    """
    notice = schemas.read(_Notice, document)
    read = _NEWS.get(notice.event_type.partition(".")[0])
    if read is None:
        return notice.id, None
    return notice.id, read(open_document(notice.resource, merchant), merchant)
