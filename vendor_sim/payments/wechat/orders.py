"""Orders: Native and its siblings, both queries, close [spec 6].

An order is an intent that takes its money at once. What is asked for twice under one number is one
intent: the second answer has a fresh code, and the first one's dies.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.limits import HOUR_MS, MINUTE_MS
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.payments.domain import Takes
from vendor_sim.payments.service import WECHAT
from vendor_sim.payments.service.collecting import Ask
from vendor_sim.payments.wechat import problems, rules, store, trade
from vendor_sim.payments.wechat.calls import Answer, Family, Route
from vendor_sim.payments.wechat.fields import check
from vendor_sim.wire import qr
from vendor_sim.wire.wechatpay import parse_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

    from vendor_sim.payments.domain import Intent
    from vendor_sim.payments.wechat.calls import Call, WechatKit
    from vendor_sim.payments.wechat.fields import Rules
    from vendor_sim.payments.wechat.trade import Json

CODE_MS = 2 * HOUR_MS
"""A ``code_url`` dies after this, whatever ``time_expire`` says; so does a ``prepay_id``
[SK FAQ 4]."""
EXPIRES_AFTER_MS = MINUTE_MS
"""``time_expire`` is at least so much after the creation; an earlier one is raised in silence
[spec 6.1]."""
PREPAY = "/v3/pay/transactions"
BY_NUMBER = f"{PREPAY}/out-trade-no/<out_trade_no>"
BY_ID = f"{PREPAY}/id/<transaction_id>"
_FINGERPRINT = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Trade:
    """One way to ask for a payment.

    Attributes:
        type: As queries and bills tell it.
        rules: Of its body.
        answer: What the merchant gets, of an intent with its present code.
    """

    type: str
    rules: Rules
    answer: Callable[[WechatKit, Intent, Call], Json]


def _code_url(_kit: WechatKit, intent: Intent, _call: Call) -> Json:
    return {"code_url": qr.encode_wechat(intent.token)}


def _prepay_id(kit: WechatKit, _intent: Intent, call: Call) -> Json:
    return {"prepay_id": trade.new_prepay_id(kit.ids, call.now_ms)}


def _h5_url(kit: WechatKit, intent: Intent, _call: Call) -> Json:
    """A page that opens the payer's wallet: here that wallet's own link.

    It leads to where phones reach the wallet, which need not be where this request came in.
    """
    return {"h5_url": qr.encode(kit.service.link_base, intent.token)}


TRADES = {
    "native": Trade(trade.NATIVE, rules.NATIVE, _code_url),
    "jsapi": Trade(trade.JSAPI, rules.JSAPI, _prepay_id),
    "app": Trade(trade.APP, rules.APP, _prepay_id),
    "h5": Trade(trade.H5, rules.H5, _h5_url),
}
"""By the last part of the path."""


class Orders:
    """The endpoints under ``/v3/pay/transactions``, code pay excepted."""

    def __init__(self, kit: WechatKit) -> None:
        self._kit = kit

    def routes(self) -> tuple[Route, ...]:
        """Four creates, two queries, close."""
        family = Family.TRANSACTIONS
        return (
            *(
                Route("POST", f"{PREPAY}/{name}", partial(self.create, way), family)
                for name, way in TRADES.items()
            ),
            Route("GET", BY_NUMBER, self.query, family),
            Route("GET", BY_ID, self.query_by_id, family),
            Route("POST", f"{BY_NUMBER}/close", self.close, family),
        )

    def create(self, way: Trade, call: Call) -> Answer:
        """Ask for a payment, or for a fresh code of one asked for before.

        Raises:
            WechatError: ``PARAM_ERROR``, ``APPID_MCHID_NOT_MATCH``, ``NO_AUTH``; for a number that
                was used before ``INVALID_REQUEST``, ``OUT_TRADE_NO_USED``, ``ORDERPAID``,
                ``ORDER_CLOSED``.
        """
        check(way.rules, call.body)
        check_owner(call, call.body)
        print_ = fingerprint(call.body)

        def verb(cx: Connection) -> Intent:
            known = store.order_of(cx, call.merchant.mchid, call.body["out_trade_no"])
            if known is None:
                return self._open(cx, way, call, print_)
            return self._again(cx, way, call, known, print_)

        intent = self._kit.door.transact(verb)
        return Answer(way.answer(self._kit, intent, call))

    def query(self, call: Call) -> Answer:
        """How an order stands, by the merchant's number.

        Raises:
            WechatError: ``PARAM_ERROR``, ``ORDER_NOT_EXIST``.
        """
        check(rules.ORDER_PATH, call.ids, "uri_template")
        mchid = checked_mchid(call)
        number = call.ids["out_trade_no"]

        def look(cx: Connection) -> Json:
            return self._told(cx, store.order_of(cx, mchid, number), call.now_ms)

        return Answer(self._kit.door.read(look))

    def query_by_id(self, call: Call) -> Answer:
        """How an order stands, by the platform's number, which it has only once it is paid.

        Raises:
            WechatError: ``PARAM_ERROR``, ``ORDER_NOT_EXIST``.
        """
        check(rules.TRANSACTION_PATH, call.ids, "uri_template")
        mchid = checked_mchid(call)
        number = call.ids["transaction_id"]

        def look(cx: Connection) -> Json:
            order = store.order_of_transaction(cx, mchid, number)
            view = self._told(cx, order, call.now_ms)
            if "transaction_id" not in view:
                raise problems.order_not_exist()
            return view

        return Answer(self._kit.door.read(look))

    def close(self, call: Call) -> Answer:
        """Stop collecting; an order that ended unpaid is closed enough.

        Raises:
            WechatError: ``PARAM_ERROR``, ``ORDER_NOT_EXIST``, ``ORDERPAID``, and the one for code
                pay, which is reversed only.
        """
        check(rules.ORDER_PATH, call.ids, "uri_template")
        check(rules.CLOSE, call.body)
        check_mchid(call, call.body)

        def verb(cx: Connection) -> None:
            order = store.order_of(cx, call.merchant.mchid, call.ids["out_trade_no"])
            if order is None:
                raise problems.closing_unknown_order()
            if order.trade_type == trade.CODE_PAY:
                raise problems.not_ordinary_close()
            intent = intent_of(self._kit, cx, order)
            if trade.paid(intent):
                raise problems.order_paid()
            self._kit.service.collecting.close_in(cx, intent)

        self._kit.door.transact(verb)
        return Answer()

    def _open(self, cx: Connection, way: Trade, call: Call, print_: str) -> Intent:
        body, now_ms = call.body, call.now_ms
        expire = body.get("time_expire")
        expire_ms = None if expire is None else parse_time(expire)
        closes_ms = now_ms + trade.CLOSES_MS
        ask = Ask(
            order_ref=body["out_trade_no"],
            description=body["description"],
            amount_minor=body["amount"]["total"],
            currency=rules.CURRENCIES[0],
            takes=Takes.AT_ONCE,
            pay_until_ms=_pay_until(expire_ms, now_ms, closes_ms),
            code_until_ms=now_ms + CODE_MS,
            close_at_ms=closes_ms,
            dialect=WECHAT,
        )
        intent = opened(self._kit, cx, call, ask)
        order = trade.new_order(
            self._kit.ids, intent, way.type, body, print_, time_expire_ms=expire_ms
        )
        store.add_order(cx, order)
        return intent

    def _again(
        self, cx: Connection, way: Trade, call: Call, known: store.Order, print_: str
    ) -> Intent:
        """The same number once more [spec 6.1]."""
        if known.trade_type != way.type:
            raise problems.out_trade_no_used()
        intent = intent_of(self._kit, cx, known)
        if trade.paid(intent):
            raise problems.order_paid()
        if trade.trade_state(intent, known, call.now_ms) == "CLOSED":
            raise problems.order_closed()
        if known.print != print_:
            raise problems.reentered_differently()
        return self._kit.service.collecting.renew_code(cx, intent, call.now_ms + CODE_MS)

    def _told(self, cx: Connection, order: store.Order | None, now_ms: int) -> Json:
        if order is None:
            raise problems.order_not_exist()
        return told(self._kit, cx, intent_of(self._kit, cx, order), order, now_ms)


def opened(kit: WechatKit, cx: Connection, call: Call, ask: Ask) -> Intent:
    """A new intent of the caller.

    Raises:
        WechatError: ``NO_AUTH`` where the platform does not collect for this merchant.
    """
    try:
        return kit.service.collecting.open(cx, call.party, ask)
    except Refused as refused:
        if refused.problem.code is not Code.MERCHANT_REFUSED:
            raise
        raise problems.suspended() from None


def told(kit: WechatKit, cx: Connection, intent: Intent, order: store.Order, now_ms: int) -> Json:
    """The order as its merchant is told of it."""
    refunded = trade.paid(intent) and bool(kit.service.refunding.of_intent(cx, intent.id))
    return trade.transaction(intent, order, now_ms, refunded=refunded)


def intent_of(kit: WechatKit, cx: Connection, order: store.Order) -> Intent:
    """The intent of an order; the database itself sees to it that there is one."""
    intent = kit.service.collecting.by_id(cx, order.intent_id)
    if intent is None:
        raise LookupError(f"order {order.out_trade_no!r} has no intent {order.intent_id!r}")
    return intent


def fingerprint(parameters: Any) -> str:
    """A digest of parsed parameters: neither the order of keys nor spaces nor escapes count."""
    return hashlib.sha256(_FINGERPRINT.encode(parameters).encode()).hexdigest()


def checked_mchid(call: Call) -> str:
    """The merchant that a query names, which must be the one that signed it.

    Raises:
        WechatError: ``PARAM_ERROR``.
    """
    check(rules.QUERY, call.query, "query")
    check_mchid(call, call.query)
    return call.merchant.mchid


def check_mchid(call: Call, parameters: Mapping[str, Any]) -> None:
    """Refuse parameters that name another merchant than the one that signed them."""
    if parameters["mchid"] != call.merchant.mchid:
        raise problems.mchid_mismatch()


def check_owner(call: Call, parameters: Mapping[str, Any]) -> None:
    """As :func:`check_mchid`; the application must be the merchant's, too."""
    check_mchid(call, parameters)
    if parameters["appid"] != call.merchant.appid:
        raise problems.appid_mismatch()


def _pay_until(expire_ms: int | None, now_ms: int, closes_ms: int) -> int:
    """The last instant to pay: never before a minute from now, never after the order's own end."""
    if expire_ms is None:
        return closes_ms
    return min(max(expire_ms, now_ms + EXPIRES_AFTER_MS), closes_ms)
