"""How a v3 order stands, derived from its intent; the order itself has no state."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.ids import new_token
from vendor_sim.kernel.limits import DAY_MS, HOUR_MS, MINUTE_MS
from vendor_sim.payments.domain import IntentState
from vendor_sim.payments.wechat.rows import Order
from vendor_sim.payments.wechat.unverified import PROMOTION_DETAIL_ALWAYS, TRADE_STATE_DESC
from vendor_sim.wire.wechatpay import beijing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sim.kernel.ids import Ids
    from vendor_sim.payments.domain import Intent

    Json = dict[str, Any]

NATIVE, JSAPI, APP, H5, CODE_PAY = "NATIVE", "JSAPI", "APP", "MWEB", "MICROPAY"
"""The trade types of direct merchants; H5 and code pay keep their older names."""
CLOSES_MS = 7 * DAY_MS
"""An order nobody paid closes by itself after this [SK FAQ 4]."""
CONFIRM_MS = 2 * MINUTE_MS
"""How long a payer who presented a code has to say yes. No document gives the figure; merchants are
told to ask every 5 s for 30 to 45 s and then to reverse [SK FAQ], and a payer fetches the phone
back out of a pocket in that time; ours waits longer than any merchant does."""
BANK_TYPE = "OTHERS"
"""Paid from the wallet's balance; ours has no cards [spec 6.2]."""
_OPENID_CHARS = 27
_TRANSACTION_HEAD = "4200"
_TRANSACTION_DIGITS = 28
_PAID = frozenset({IntentState.CAPTURED, IntentState.AUTHORISED})


def trade_state(intent: Intent, order: Order, now_ms: int, *, refunded: bool = False) -> str:
    """The order's ``trade_state`` [spec 11].

    Args:
        intent: What was asked for.
        order: Its v3 half.
        now_ms: Time ends an order before anything has written so.
        refunded: Whether any refund was ever accepted; what is under way or has arrived is seen
            without it, but one that was closed leaves no other trace.
    """
    if order.reversed_at_ms is not None:
        return "REVOKED"
    if intent.state in _PAID:
        back = refunded or intent.refund_pending_minor or intent.refunded_minor
        return "REFUND" if back else "SUCCESS"
    if intent.state is not IntentState.OPEN or now_ms >= intent.close_at_ms:
        return "CLOSED"
    if order.trade_type != CODE_PAY:
        return "NOTPAY"
    return "USERPAYING" if awaits_payer(intent, order, now_ms) else "PAYERROR"


def awaits_payer(intent: Intent, order: Order, now_ms: int) -> bool:
    """Whether a payer who presented a code was asked and can still say yes.

    It is over with the time, with a no, and with a yes that failed: the code is used up, too.
    """
    return (
        order.asked_at_ms is not None
        and now_ms < intent.pay_until_ms
        and intent.attempt_state is None
    )


def paid(intent: Intent) -> bool:
    """Whether money was taken, whatever became of it later."""
    return intent.state in _PAID


def transaction(intent: Intent, order: Order, now_ms: int, *, refunded: bool = False) -> Json:
    """The order as queries, code pay and TRANSACTION.SUCCESS tell it [spec 6.2].

    Args:
        intent: What was asked for.
        order: Its v3 half.
        now_ms: As for :func:`trade_state`.
        refunded: As for :func:`trade_state`.

    Returns:
        Keys in alphabetical order, as real answers have them. What belongs to a payment stands
        there only once there is one: transaction_id, trade_type, bank_type, success_time, payer,
        attach, promotion_detail, and what the payer paid.
    """
    state = trade_state(intent, order, now_ms, refunded=refunded)
    view: Json = {
        "amount": {"currency": intent.currency, "total": intent.amount_minor},
        "appid": order.appid,
        "mchid": order.mchid,
        "out_trade_no": order.out_trade_no,
        "trade_state": state,
        "trade_state_desc": TRADE_STATE_DESC[state],
    }
    if order.device_id is not None:
        view["scene_info"] = {"device_id": order.device_id}
    if paid(intent):
        view |= _payment(intent, order)
    return dict(sorted(view.items()))


def new_order(
    ids: Ids,
    intent: Intent,
    trade_type: str,
    body: Mapping[str, Any],
    print_: str,
    *,
    time_expire_ms: int | None = None,
    auth_code: str | None = None,
    asked_at_ms: int | None = None,
) -> Order:
    """The v3 half of a new intent, with the number that its payment will have.

    Args:
        ids: The source of that number.
        intent: As it was opened.
        trade_type: One of those above.
        body: The parameters it was asked for with.
        print_: Their fingerprint.
        time_expire_ms: The last moment to pay, as asked for.
        auth_code: The payer's code.
        asked_at_ms: Since when the payer is asked for the password.
    """
    return Order(
        intent_id=intent.id,
        mchid=intent.merchant_id,
        out_trade_no=intent.order_ref,
        appid=body["appid"],
        trade_type=trade_type,
        transaction_id=new_transaction_id(ids, intent.created_at_ms),
        attach=body.get("attach"),
        notify_url=body.get("notify_url"),
        device_id=(body.get("scene_info") or {}).get("device_id"),
        print=print_,
        time_expire_ms=time_expire_ms,
        auth_code=auth_code,
        asked_at_ms=asked_at_ms,
        reversed_at_ms=None,
        created_at_ms=intent.created_at_ms,
    )


def openid(appid: str, payer: str) -> str:
    """A payer as one application knows it: the same every time, another for another ``appid``."""
    digest = hashlib.sha256(f"{appid}\n{payer}".encode()).digest()
    return "o" + base64.urlsafe_b64encode(digest).decode()[:_OPENID_CHARS]


def new_transaction_id(ids: Ids, now_ms: int) -> str:
    """A transaction's number: 28 digits, ``4200`` first, the Beijing date among them.

    The form is that of a real bill: ``4200000263201902167700134212``
    [PHP tests/fixtures/bill.ALL.csv].
    """
    date = _day(now_ms // HOUR_MS)
    rest = _TRANSACTION_DIGITS - len(_TRANSACTION_HEAD) - len(date)
    digits = str(int.from_bytes(ids.raw("transaction_id", 16), "big") % 10**rest).zfill(rest)
    return f"{_TRANSACTION_HEAD}{digits[:6]}{date}{digits[6:]}"


def new_prepay_id(ids: Ids, now_ms: int) -> str:
    """What JSAPI and APP are given: ``wx``, the Beijing time, and 20 characters nobody guesses."""
    stamp = "".join(filter(str.isdigit, beijing(now_ms)[:19]))
    return f"wx{stamp}{new_token(ids, 'prepay')[:20]}"


@lru_cache(maxsize=24)
def _day(hour: int) -> str:
    """The Beijing date ``20181024`` in an hour since the epoch; days there begin with an hour."""
    return beijing(hour * HOUR_MS)[:10].replace("-", "")


def _payment(intent: Intent, order: Order) -> Json:
    view: Json = {
        "amount": {
            "currency": intent.currency,
            "payer_currency": intent.currency,
            "payer_total": intent.amount_minor,
            "total": intent.amount_minor,
        },
        "bank_type": BANK_TYPE,
        "payer": {"openid": openid(order.appid, str(intent.payer))},
        "success_time": beijing(intent.authorised_at_ms or 0),
        "trade_type": order.trade_type,
        "transaction_id": order.transaction_id,
    }
    if PROMOTION_DETAIL_ALWAYS:
        view["promotion_detail"] = []
    if order.attach is not None:
        view["attach"] = order.attach
    return view
