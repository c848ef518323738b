"""Refunds of the v3 API: accept one, look it up, apply again for one that could not arrive.

A v3 refund is a refund of the platform's own; here it gets its names. Sources: ``[OAPI]``,
``[S3P:refunds]``, ``[GO services/refunddomestic/models.go]``.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.limits import DAY_MS
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.payments.domain import IntentState, RefundEvent, fee_back
from vendor_sim.payments.service.books import merchant_account
from vendor_sim.payments.wechat import problems, rules, store
from vendor_sim.payments.wechat.calls import Answer, Family, Route
from vendor_sim.payments.wechat.fields import check
from vendor_sim.payments.wechat.refund_views import new_refund_id, refund_view
from vendor_sim.payments.wechat.settlement import (
    AVAILABLE,
    UNSETTLED,
    is_unsettled,
    settled_minor,
)
from vendor_sim.payments.wechat.store import RefundRecord
from vendor_sim.storage.idempotency import fingerprint
from vendor_sim.wire.wechatpay import decrypt_field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from vendor_sim.payments.domain import Intent, Refund
    from vendor_sim.payments.wechat.calls import Call, WechatKit
    from vendor_sim.payments.wechat.store import Order

    Json = dict[str, Any]

ENDS = {
    "normal": RefundEvent.ARRIVE,
    "abnormal": RefundEvent.FAIL,
    "closed": RefundEvent.CLOSE,
}
"""How refunds end, by the merchant's ``refund`` behaviour."""
WITHIN_MS = 365 * DAY_MS
"""Later than this after the payment no refund is accepted ``[S3P:refunds]``."""
PARTS_MAX = 50
"""Refunds of one order ``[S3P:refunds]``."""
APART_MS: int | None = None
"""Unverified: refunds of one order shall be one minute apart, but what a quicker one is answered,
and whether it is refused at all, no page says. Not enforced; 60,000 here makes it
FREQUENCY_LIMITED."""
NO_ORDER, NO_REFUND = "订单不存在", "退款单不存在"
OVER_TOTAL = "申请退款金额大于订单剩余可退金额"
TOO_MANY_PARTS = "订单部分退款次数超过50次"
FROM_MISMATCH = "出资账户类型不能重复且出资金额之和须等于退款金额"
NOT_ABNORMAL = "退款单不是退款异常状态不能发起异常退款"
UNSETTLED_SHORT = "未结算资金不足请使用可用余额退款"
"""Unverified: the wording of these, and that each but the last is INVALID_REQUEST."""
_PATH = "/v3/refund/domestic/refunds"
_CARD_FIELDS = {
    "bank_type": "开户银行",
    "bank_account": "收款银行卡号",
    "real_name": "收款用户姓名",
}
_ENCRYPTED = ("bank_account", "real_name")
_ORDER_NAMES = frozenset({"transaction_id", "out_trade_no"})


class Refunds:
    """``/v3/refund/domestic/refunds`` and what lies below it."""

    def __init__(self, kit: WechatKit) -> None:
        self._kit = kit

    def routes(self) -> tuple[Route, ...]:
        """The endpoints."""
        again = f"{_PATH}/<refund_id>/apply-abnormal-refund"
        return (
            Route("POST", _PATH, self.create, Family.REFUNDS),
            Route("GET", f"{_PATH}/<out_refund_no>", self.query, Family.REFUNDS),
            Route("POST", again, self.apply_abnormal, Family.REFUNDS),
        )

    def create(self, call: Call) -> Answer:
        """Accept a refund; one whose number is known is answered as it stands now.

        Raises:
            WechatError: ``PARAM_ERROR``; ``RESOURCE_NOT_EXISTS`` for an order that nobody paid;
                ``INVALID_REQUEST``, ``TRADE_OVERDUE``, ``NOT_ENOUGH``.
        """
        check(rules.REFUND, call.body)
        if not any(call.body.get(name) for name in _ORDER_NAMES):
            raise problems.missing_field("/body/out_trade_no", "商户订单号")
        return Answer(self._kit.door.transact(lambda cx: self._create(cx, call)))

    def query(self, call: Call) -> Answer:
        """How a refund stands, by the merchant's number.

        Raises:
            WechatError: ``PARAM_ERROR``, ``RESOURCE_NOT_EXISTS``.
        """
        check(rules.REFUND_PATH, dict(call.ids), "uri_template")
        mchid, number = call.merchant.mchid, call.ids["out_refund_no"]

        def look(cx: Connection) -> Json:
            return self._view(cx, _known(store.refund_of(cx, mchid, number)))

        return Answer(self._kit.door.read(look))

    def apply_abnormal(self, call: Call) -> Answer:
        """Send a refund that could not arrive to a bank account: the payer's or the merchant's.

        Raises:
            WechatError: ``PARAM_ERROR``, also where a sensitive field was not encrypted with the
                key that ``Wechatpay-Serial`` names; ``RESOURCE_NOT_EXISTS``; ``INVALID_REQUEST``
                where the refund is not abnormal.
        """
        check(rules.REFUND_ID_PATH, dict(call.ids), "uri_template")
        check(rules.ABNORMAL_REFUND, call.body)
        self._check_sensitive(call)
        return Answer(self._kit.door.transact(lambda cx: self._apply(cx, call)))

    def _create(self, cx: Connection, call: Call) -> Json:
        order, intent = self._paid(cx, call)
        print_ = _print(intent, call.body)
        known = store.refund_of(cx, order.mchid, call.body["out_refund_no"])
        if known is not None:
            if known.print != print_:
                raise problems.refund_reentered_differently()
            return self._view(cx, known)
        _judge(intent, store.refunds_of_intent(cx, intent.id), call)
        funds = self._funds_account(cx, intent, call)
        refund = self._accept(cx, intent, call)
        record = RefundRecord(
            refund_id=new_refund_id(self._kit.ids, call.now_ms),
            refund=refund.id,
            intent_id=intent.id,
            mchid=order.mchid,
            out_refund_no=call.body["out_refund_no"],
            notify_url=call.body.get("notify_url"),
            print=print_,
            funds_account=funds,
            reason=refund.reason,
            created_at_ms=refund.created_at_ms,
            applied=None,
        )
        store.add_refund(cx, record)
        return refund_view(intent, order, refund, record)

    def _paid(self, cx: Connection, call: Call) -> tuple[Order, Intent]:
        """The order that the body names; the platform's number wins over the merchant's."""
        mchid, body = call.merchant.mchid, call.body
        if body.get("transaction_id"):
            order = store.order_of_transaction(cx, mchid, body["transaction_id"])
        else:
            order = store.order_of(cx, mchid, body["out_trade_no"])
        intent = order and self._kit.service.collecting.by_id(cx, order.intent_id)
        if not (order and intent) or intent.state is not IntentState.CAPTURED:
            raise problems.resource_not_exists(NO_ORDER)
        if order.reversed_at_ms is not None:
            raise problems.order_reversed()
        return order, intent

    def _funds_account(self, cx: Connection, intent: Intent, call: Call) -> str:
        """Which of the merchant's funds it is taken from: unsettled ones first, unless told."""
        settle_ms, asked = self._kit.settings.settle_ms, call.body.get("funds_account")
        unsettled = is_unsettled(intent, settle_ms, call.now_ms)
        if asked == UNSETTLED and not unsettled:
            raise problems.not_enough(UNSETTLED_SHORT)
        if unsettled and asked != AVAILABLE:
            return UNSETTLED
        amount_minor = call.body["amount"]["refund"]
        needed_minor = amount_minor - fee_back(intent, amount_minor, call.party.fee_ppm)
        account = merchant_account(intent.merchant_id, intent.currency).id
        if settled_minor(cx, account, settle_ms, call.now_ms) >= needed_minor:
            return AVAILABLE
        if asked == AVAILABLE:
            raise problems.not_enough()
        return UNSETTLED

    def _accept(self, cx: Connection, intent: Intent, call: Call) -> Refund:
        ends = ENDS[call.behaviour.refund]
        amount_minor, reason = call.body["amount"]["refund"], call.body.get("reason")
        try:
            return self._kit.service.refunding.accept(cx, intent, amount_minor, reason, ends=ends)
        except Refused as refused:
            if refused.problem.code is Code.INSUFFICIENT_FUNDS:
                raise problems.not_enough() from None
            raise

    def _check_sensitive(self, call: Call) -> None:
        """Decrypt what must be encrypted; nobody here needs what comes out."""
        key = self._kit.platform.decrypt_key(call.merchant, call.behaviour, call.serial)
        if key is None:
            raise problems.wrong_key_serial()
        to_user = call.body["type"] == "USER_BANK_CARD"
        for name, label in _CARD_FIELDS.items():
            if to_user and not call.body.get(name):
                raise problems.missing_field(f"/body/{name}", label)
        try:
            for name in _ENCRYPTED:
                if call.body.get(name):
                    decrypt_field(key, call.body[name])
        except ValueError:
            raise problems.wrong_key_serial() from None

    def _apply(self, cx: Connection, call: Call) -> Json:
        mchid, type_ = call.merchant.mchid, call.body["type"]
        record = _known(store.refund_named(cx, mchid, call.ids["refund_id"]))
        if record.out_refund_no != call.body["out_refund_no"]:
            raise problems.resource_not_exists(NO_REFUND)
        try:
            self._kit.service.refunding.apply_again(cx, record.refund, to_bank=True)
        except Refused as refused:
            if record.applied == type_:
                return self._view(cx, record)
            raise problems.invalid_request(NOT_ABNORMAL) from refused
        record = replace(record, applied=type_)
        store.save_refund(cx, record)
        return self._view(cx, record)

    def _view(self, cx: Connection, record: RefundRecord) -> Json:
        found = self._kit.service.refunding.by_id(cx, record.refund)
        order = store.order_of_intent(cx, record.intent_id)
        if found is None or order is None:
            # The database's foreign keys see to it that this cannot be.
            raise LookupError(f"refund {record.refund_id} has lost its order")
        refund, intent = found
        return refund_view(intent, order, refund, record)


def _judge(intent: Intent, earlier: list[RefundRecord], call: Call) -> None:
    amount = call.body["amount"]
    if amount["total"] != intent.amount_minor:
        raise problems.refund_reentered_differently()
    if amount["refund"] > intent.refundable_minor:
        raise problems.invalid_request(OVER_TOTAL)
    if len(earlier) >= PARTS_MAX:
        raise problems.invalid_request(TOO_MANY_PARTS)
    _judge_from(amount)
    if call.now_ms > (intent.authorised_at_ms or 0) + WITHIN_MS:
        raise problems.trade_overdue()
    if APART_MS is not None and earlier:
        since_ms = call.now_ms - earlier[-1].created_at_ms
        if since_ms < APART_MS:
            raise problems.frequency_limited()


def _judge_from(amount: Json) -> None:
    parts = amount.get("from") or []
    accounts = {part["account"] for part in parts}
    if parts and (
        len(accounts) < len(parts) or sum(part["amount"] for part in parts) != amount["refund"]
    ):
        raise problems.invalid_request(FROM_MISMATCH)


def _known(record: RefundRecord | None) -> RefundRecord:
    if record is None:
        raise problems.resource_not_exists(NO_REFUND)
    return record


def _print(intent: Intent, body: Mapping[str, Any]) -> str:
    """What makes two requests the same: all but by which of its numbers the order was named."""
    said = {name: value for name, value in body.items() if name not in _ORDER_NAMES}
    return fingerprint("wechat_refund", intent.id, json.dumps(said, sort_keys=True))
