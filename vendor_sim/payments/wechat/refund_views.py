"""How a refund is named and told in v3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.ids import new_digits
from vendor_sim.payments.domain import RefundState
from vendor_sim.payments.wechat.settlement import AVAILABLE
from vendor_sim.payments.wechat.store import RefundRecord
from vendor_sim.wire.wechatpay import beijing

if TYPE_CHECKING:
    from vendor_sim.kernel.ids import Ids
    from vendor_sim.payments.domain import Intent, Refund
    from vendor_sim.payments.wechat.store import Order

    Json = dict[str, Any]

STATUS = {
    RefundState.PENDING: "PROCESSING",
    RefundState.SUCCEEDED: "SUCCESS",
    RefundState.ABNORMAL: "ABNORMAL",
    RefundState.CLOSED: "CLOSED",
}
"""What each state is called in v3."""
RECEIVERS = {
    None: "支付用户零钱",
    "USER_BANK_CARD": "支付用户银行卡",
    "MERCHANT_BANK_CARD": "商户结算银行账户",
}
"""``user_received_account``, by the type of abnormal refund applied for. Unverified for the user's
card: the platform names its bank and last digits, and there are no banks here."""


def refund_view(intent: Intent, order: Order, refund: Refund, record: RefundRecord) -> Json:
    """A refund as every answer tells it, with each amount that Go and Java demand.

    Returns:
        Keys in the documents' order. There are no coupons here, so the payer gets what the order's
        amount says, and nothing is discounted.
    """
    applied = record.applied is not None
    arrived = refund.state is RefundState.SUCCEEDED
    return {
        "refund_id": record.refund_id,
        "out_refund_no": record.out_refund_no,
        "transaction_id": order.transaction_id,
        "out_trade_no": order.out_trade_no,
        "channel": "OTHER_BANKCARD" if applied else "ORIGINAL",
        "user_received_account": RECEIVERS[record.applied],
        **({"success_time": beijing(refund.done_at_ms or 0)} if arrived else {}),
        "create_time": beijing(record.created_at_ms),
        "status": STATUS[refund.state],
        "funds_account": record.funds_account or AVAILABLE,
        "amount": _amount(intent, refund),
        "promotion_detail": [],
    }


def desk_record(ids: Ids, order: Order, refund: Refund) -> RefundRecord:
    """The v3 names of a refund that a person gave: the platform makes up the merchant's number.

    It is told where the order's payment was told.
    """
    return RefundRecord(
        refund_id=new_refund_id(ids, refund.created_at_ms),
        refund=refund.id,
        intent_id=order.intent_id,
        mchid=order.mchid,
        out_refund_no=refund.id,
        notify_url=None,
        print="",
        funds_account=None,
        reason=refund.reason,
        created_at_ms=refund.created_at_ms,
        applied=None,
    )


def new_refund_id(ids: Ids, at_ms: int) -> str:
    """A refund's number: 29 digits, the Beijing date among them.

    The form is that of the documents' ``50000000382019052709732678859``.
    """
    date = beijing(at_ms)[:10].replace("-", "")
    digits = new_digits(ids, "wechat_refund", 19)
    return f"50{digits[:8]}{date}{digits[8:]}"


def _amount(intent: Intent, refund: Refund) -> Json:
    total_minor, back_minor = intent.amount_minor, refund.amount_minor
    return {
        "total": total_minor,
        "refund": back_minor,
        "from": [],
        "payer_total": total_minor,
        "payer_refund": back_minor,
        "settlement_refund": back_minor,
        "settlement_total": total_minor,
        "discount_refund": 0,
        "currency": intent.currency,
        "refund_fee": refund.fee_minor,
    }
