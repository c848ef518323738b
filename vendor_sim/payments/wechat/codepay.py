# ruff: noqa: RUF001 - the platform writes Chinese
"""Code pay: the merchant scans the payer's code [spec 7]; and reverse, which undoes it.

The answer is the payment's: no notification is ever sent.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import DAY_MS
from vendor_sim.kernel.problems import Code, Problem, Refused
from vendor_sim.payments.domain import AttemptState, Takes
from vendor_sim.payments.service import WECHAT
from vendor_sim.payments.service.collecting import Ask
from vendor_sim.payments.wechat import problems, rules, store, trade
from vendor_sim.payments.wechat.calls import Answer, Family, Route
from vendor_sim.payments.wechat.fields import check
from vendor_sim.payments.wechat.orders import (
    BY_NUMBER,
    PREPAY,
    check_owner,
    fingerprint,
    intent_of,
    opened,
    told,
)
from vendor_sim.payments.wechat.problems import WechatError
from vendor_sim.payments.wechat.refund_views import desk_record
from vendor_sim.wire.beijing_time import day_begins_ms, day_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from vendor_sim.payments.domain import Intent, Presented
    from vendor_sim.payments.wechat.calls import Call, WechatKit

FREE_FEN = 1_000_00
"""A payment above this asks for the password [page 4013634893]."""
FREE_A_DAY = 10
"""So does one after so many that asked for none that day, in Beijing [page 4013634893]."""
REVERSE_WITHIN_MS = 7 * DAY_MS
"""Later than this an order is refunded, not reversed [spec 7]."""
PAYER_SHORT = "用户账号余额不足"
FAILED = "支付失败，请更换单号后重新下单支付"
NOT_CODE_PAY = "当前交易不支持撤销，请使用关闭订单或申请退款"
TOO_LATE = "订单已超过可撤销的期限，请使用申请退款"
"""Unverified: the wording of these, and that all but the first are TRADE_ERROR."""


class CodePay:
    """``/v3/pay/transactions/codepay`` and reverse."""

    def __init__(self, kit: WechatKit) -> None:
        self._kit = kit

    def routes(self) -> tuple[Route, ...]:
        """The two endpoints."""
        return (
            Route("POST", f"{PREPAY}/codepay", self.pay, Family.TRANSACTIONS),
            Route("POST", f"{BY_NUMBER}/reverse", self.reverse, Family.TRANSACTIONS),
        )

    def pay(self, call: Call) -> Answer:
        """Take the money of the payer who shows the code; the same again has the same outcome.

        Returns:
            The order, paid; or 202 ``USERPAYING`` where the payer is asked for the password.

        Raises:
            WechatError: ``PARAM_ERROR``, ``APPID_MCHID_NOT_MATCH``, ``NO_AUTH``;
                ``AUTH_CODE_INVALID`` (also for a code used before), ``AUTH_CODE_EXPIRE``;
                ``NOT_ENOUGH``, ``ACCOUNT_ERROR``, ``TRADE_ERROR`` for a payment that failed; for a
                number that was used before ``INVALID_REQUEST``, ``OUT_TRADE_NO_USED``,
                ``ORDERPAID``, ``ORDER_CLOSED``, ``ORDER_REVERSED``.
        """
        check(rules.CODEPAY, call.body)
        check_owner(call, call.body)
        print_ = fingerprint(call.body)

        def verb(cx: Connection) -> Answer | WechatError:
            known = store.order_of(cx, call.merchant.mchid, call.body["out_trade_no"])
            if known is None:
                return self._charge(cx, call, print_)
            return self._again(cx, call, known, print_)

        # A failed payment is written down too: it is refused after the commit.
        outcome = self._kit.door.transact(verb)
        if isinstance(outcome, WechatError):
            raise outcome
        return outcome

    def reverse(self, call: Call) -> Answer:
        """Undo a payment by code, or make sure that there will be none; again, the same answer.

        Raises:
            WechatError: ``PARAM_ERROR``, ``APPID_MCHID_NOT_MATCH``, ``ORDER_NOT_EXIST``;
                ``TRADE_ERROR`` for another trade type, or after a week; ``NOT_ENOUGH`` where the
                merchant has not that much money.
        """
        check(rules.ORDER_PATH, call.ids, "uri_template")
        check(rules.REVERSE, call.body)
        check_owner(call, call.body)
        number = call.ids["out_trade_no"]

        def verb(cx: Connection) -> None:
            order = store.order_of(cx, call.merchant.mchid, number)
            if order is None:
                raise problems.order_not_exist()
            if order.trade_type != trade.CODE_PAY:
                raise problems.trade_error(NOT_CODE_PAY)
            if order.reversed_at_ms is None:
                self._reverse(cx, order, call.now_ms)

        self._kit.door.transact(verb)
        appid, mchid = call.body["appid"], call.body["mchid"]
        return Answer({"appid": appid, "mchid": mchid, "out_trade_no": number})

    def _charge(self, cx: Connection, call: Call, print_: str) -> Answer | WechatError:
        presenting = self._kit.service.presenting
        presented = _usable(presenting.find(cx, _auth_code(call)), self._kit.clock.now_ms())
        asks = self._needs_word(cx, presented.account, call)
        intent = opened(self._kit, cx, call, _ask(call, presented))
        asked_at_ms = call.now_ms if asks else None
        order = trade.new_order(
            *(self._kit.ids, intent, trade.CODE_PAY, call.body, print_),
            auth_code=presented.auth_code,
            asked_at_ms=asked_at_ms,
        )
        store.add_order(cx, order)
        if asks:
            presenting.ask(cx, intent, presented)
            return _waiting()
        outcome = presenting.charge(cx, intent, presented)
        if isinstance(outcome, Problem):
            return _failure(outcome.code)
        return Answer(told(self._kit, cx, outcome, order, call.now_ms))

    def _again(
        self, cx: Connection, call: Call, known: store.Order, print_: str
    ) -> Answer | WechatError:
        """The same number once more: the outcome stands."""
        if known.auth_code != _auth_code(call):  # also where it was no code pay
            raise problems.out_trade_no_used()
        intent = intent_of(self._kit, cx, known)
        state = trade.trade_state(intent, known, call.now_ms)
        if known.print != print_:
            refusal = _DIFFERENT.get(state, problems.reentered_differently)
            raise refusal()
        if trade.paid(intent) and state != "REVOKED":
            return Answer(told(self._kit, cx, intent, known, call.now_ms))
        return _UNPAID[state](intent)

    def _reverse(self, cx: Connection, order: store.Order, now_ms: int) -> None:
        if now_ms > order.created_at_ms + REVERSE_WITHIN_MS:
            raise problems.trade_error(TOO_LATE)
        intent = intent_of(self._kit, cx, order)
        if not trade.paid(intent):
            self._kit.service.collecting.close_in(cx, intent)
        elif intent.refundable_minor:
            self._give_back(cx, order, intent)
        store.save_order(cx, replace(order, reversed_at_ms=now_ms))

    def _give_back(self, cx: Connection, order: store.Order, intent: Intent) -> None:
        """All that was not refunded yet, as a refund that the platform itself names."""
        try:
            refund = self._kit.service.refunding.accept(cx, intent, intent.refundable_minor, None)
        except Refused as refused:
            if refused.problem.code is not Code.INSUFFICIENT_FUNDS:
                raise
            raise problems.not_enough() from None
        store.add_refund(cx, desk_record(self._kit.ids, order, refund))

    def _needs_word(self, cx: Connection, account: str, call: Call) -> bool:
        """Whether the payer has to type the password."""
        if call.body["amount"]["total"] > FREE_FEN:
            return True
        since_ms = day_begins_ms(day_of(call.now_ms))
        free = self._kit.service.presenting.free_payments_since(cx, account, since_ms)
        return free >= FREE_A_DAY


def _auth_code(call: Call) -> str:
    return str(call.body["payer"]["auth_code"])


def _usable(presented: Presented | None, now_ms: int) -> Presented:
    if presented is None:
        raise problems.auth_code_invalid()
    if presented.intent_id is not None:
        raise problems.auth_code_used()
    if now_ms >= presented.valid_until_ms:
        raise problems.auth_code_expired()
    return presented


def _ask(call: Call, presented: Presented) -> Ask:
    body, until_ms = call.body, call.now_ms + trade.CONFIRM_MS
    return Ask(
        order_ref=body["out_trade_no"],
        description=body["description"],
        amount_minor=body["amount"]["total"],
        currency=rules.CURRENCIES[0],
        takes=Takes.AT_ONCE,
        pay_until_ms=until_ms,
        code_until_ms=until_ms,
        close_at_ms=call.now_ms + trade.CLOSES_MS,
        dialect=WECHAT,
        reserved_for=presented.account,
    )


def _waiting() -> Answer:
    """The payer is asked: signed, as every 2xx is."""
    paying = problems.user_paying()
    return Answer(paying.document, paying.status)


def _failure(code: Code) -> WechatError:
    """Why the money could not be taken at once."""
    if code is Code.INSUFFICIENT_FUNDS:
        return problems.not_enough(PAYER_SHORT)
    return problems.account_error()


def _pay_error(intent: Intent) -> WechatError:
    """Why it was not paid: the money could not be taken, or the payer said no, or nothing."""
    if intent.attempt_state is AttemptState.FAILED:
        return _failure(Code(str(intent.attempt_reason)))
    return problems.trade_error(FAILED)


_DIFFERENT = {
    "SUCCESS": problems.order_paid,
    "REFUND": problems.order_paid,
    "CLOSED": problems.order_closed,
    "REVOKED": problems.order_reversed,
}
"""The refusal of the same number and code with something else changed, by how the order stands."""
_UNPAID: dict[str, Callable[[Intent], Answer | WechatError]] = {
    "USERPAYING": lambda _intent: _waiting(),
    "PAYERROR": _pay_error,
    "CLOSED": lambda _intent: problems.order_closed(),
    "REVOKED": lambda _intent: problems.order_reversed(),
}
"""The answer to code pay sent again, by how the order stands."""
