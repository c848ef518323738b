"""Charging the code that a customer presents, and ending a charge that nobody answered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import MINUTE_MS
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.machine.domain import Standing
from vendor_sim.machine.reports_wechat import ASKING
from vendor_sim.machine.wechat_v3.client import code_in, refusal_of
from vendor_sim.machine.wechat_v3.trades import (
    ORDERS,
    charge_of,
    failed,
    number_of,
    number_of_charge,
    unpaid,
)

if TYPE_CHECKING:
    from vendor_sim.kernel.clock import Clock
    from vendor_sim.machine.domain import Order, Report
    from vendor_sim.machine.wechat_v3.client import Client
    from vendor_sim.machine.wechat_v3.trades import Trades

LATE_CHARGE_MS = 2 * MINUTE_MS
"""A charge that was lost on its way may still arrive while its code lives, and a little longer."""
_DEVICE_CHARS_MAX = 32
_ASKING = frozenset({ASKING, "USER_PAYING"})
_GONE = frozenset({Code.CLOSED, Code.NOT_FOUND})


class CodePay:
    """Charges presented codes.

    Args:
        client: Sends the requests.
        trades: The orders at the platform.
        clock: Says how long ago a code was presented.
    """

    def __init__(self, client: Client, trades: Trades, clock: Clock) -> None:
        self._client = client
        self._trades = trades
        self._clock = clock

    def charge(self, order: Order) -> Report:
        """Charge the presented code; the same number with the same code may be sent again."""
        number = number_of_charge(order)
        paid = self._end_earlier(order)
        if paid is not None:
            return paid
        body = {
            **self._trades.body_of(order, number),
            "payer": {"auth_code": order.presented},
            "scene_info": {
                "device_id": order.machine[:_DEVICE_CHARS_MAX],
                "store_info": {"out_id": order.machine[:_DEVICE_CHARS_MAX]},
            },
        }
        answer = self._client.send("POST", f"{ORDERS}/codepay", body)
        if code_in(answer) in _ASKING:
            return replace(unpaid(order, number, Standing.OPEN), scanned=True)
        if answer.status == 200:  # noqa: PLR2004 - 202 is no answer yet
            return self._trades.report(order, number, answer.body)
        refusal = refusal_of(answer)
        if refusal.problem.transient or refusal.problem.code is Code.UNAUTHENTICATED:
            raise refusal
        return self._after_no(order, number, refusal.problem.code)

    def _after_no(self, order: Order, number: str, why: Code) -> Report:
        """An earlier answer may have been lost: only a look tells that nothing was taken."""
        try:
            report = self._trades.look_at(order, number)
        except Refused as refusal:
            if refusal.problem.code is Code.NOT_FOUND:
                return failed(order, number, why)
            raise
        paying = report.standing is Standing.TAKEN or report.scanned
        return report if paying else failed(order, number, why)

    def _end_earlier(self, order: Order) -> Report | None:
        """At most one number of an order can be paid: end the known one, or say that it was."""
        number = number_of(order)
        try:
            report = self._end(order, number)
        except Refused as refusal:
            if refusal.problem.code in _GONE:
                return None
            if refusal.problem.code is Code.ALREADY_PAID:
                return self._trades.look_at(order, number)
            raise
        alive = report is not None and (report.standing is Standing.TAKEN or report.scanned)
        return report if alive else None

    def _end(self, order: Order, number: str) -> Report | None:
        if charge_of(order, number):
            return self._trades.reverse(order, number)
        self._trades.close_native(number)
        return None

    def close_unanswered(self, order: Order) -> Report:
        """Nobody knows whether the charge came to the platform: end all that there may be."""
        paid = self._end_earlier(order)
        if paid is not None:
            return paid
        number = number_of_charge(order)
        report = self._trades.reverse(order, number)
        if report is not None:
            return report
        if self._clock.now_ms() < (order.presented_at_ms or 0) + LATE_CHARGE_MS:
            raise Refused(Code.NOT_READY, "the charge may still be on its way")
        return unpaid(order, number, Standing.CLOSED)
