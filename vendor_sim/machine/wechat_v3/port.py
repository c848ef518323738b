"""What a machine needs of a payment platform, said in WeChat Pay API v3.

An order's number at the platform is its id; a charge of a presented code is an order of its own
there, ``<id>_<n>``, since a number that failed cannot be used with another code ``[SK]``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from vendor_sim.kernel.limits import PAY_WITHIN_MS
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.machine.domain import Abilities, Report, Standing
from vendor_sim.machine.reports_wechat import CURRENCY, merchant_of, refund_report_of
from vendor_sim.machine.wechat_v3.bills import Bills
from vendor_sim.machine.wechat_v3.client import Client
from vendor_sim.machine.wechat_v3.codepay import CodePay
from vendor_sim.machine.wechat_v3.trades import (
    ORDERS,
    Trades,
    charge_of,
    failed,
    number_of,
    read,
    unpaid,
)
from vendor_sim.wire import wechatpay

if TYPE_CHECKING:
    from vendor_sim.kernel.clock import Clock
    from vendor_sim.kernel.ids import Ids
    from vendor_sim.machine.domain import Drop, Order, RefundReport
    from vendor_sim.machine.service import Credentials
    from vendor_sim.machine.wechat_v3.client import KeyRing
    from vendor_sim.wire.http import Transport

ABILITIES = Abilities(holds=False, scanner="1[0-5][0-9]{16}", currencies=frozenset({CURRENCY}))
"""Money is taken at once; payment codes have 18 digits and begin with 10 to 15."""
_REFUNDS = "/v3/refund/domestic/refunds"


class WechatV3:
    """A direct merchant of WeChat Pay.

    Args:
        base_url: Where the platform is.
        credentials: The merchant's keys, as the platform hands them out.
        transport: What carries the requests.
        clock: Dates the signatures.
        ids: Makes the nonces.
        ring: Platform certificates that were learned later.
        notify_url: Where the platform tells of payments and refunds.
    """

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        transport: Transport,
        clock: Clock,
        ids: Ids,
        ring: KeyRing,
        notify_url: str,
    ) -> None:
        self._merchant = merchant_of(credentials.credentials)
        self._client = Client(base_url, self._merchant, transport, clock, ids, ring)
        self._trades = Trades(self._client, self._merchant)
        self._codepay = CodePay(self._client, self._trades, clock)
        self._bills = Bills(self._client, clock)
        self._notify_url = notify_url

    # -- the code on the screen ---------------------------------------------------------------

    def ask(self, order: Order) -> Report:
        """Collect for this order; asked again in the same words, the platform makes no other."""
        until_ms = (order.opened_at_ms + PAY_WITHIN_MS) // 1000 * 1000
        body = {
            **self._trades.body_of(order, order.id),
            "time_expire": wechatpay.beijing(until_ms),
            "notify_url": self._notify_url,
        }
        try:
            document = self._client.ask("POST", f"{ORDERS}/native", body)
        except Refused as refusal:
            if refusal.problem.code in {Code.ALREADY_PAID, Code.CLOSED}:
                return self._trades.look_at(order, order.id)
            raise
        code = document.get("code_url") if isinstance(document, dict) else None
        if not isinstance(code, str):
            raise Refused(Code.UNAVAILABLE, "a created order without a code_url")
        report = unpaid(order, order.id, Standing.OPEN)
        return replace(report, code=code, pay_until_ms=until_ms)

    def look(self, order: Order) -> Report:
        """How does the payment stand?"""
        number = number_of(order)
        try:
            return self._trades.look_at(order, number)
        except Refused as refusal:
            # A code the platform could make nothing of may have left no order there.
            if refusal.problem.code is not Code.NOT_FOUND or not charge_of(order, number):
                raise
            return failed(order, number, order.attempt_reason)

    def close(self, order: Order) -> Report:
        """Stop collecting; refused where somebody paid. A charged order is reversed instead."""
        if order.presented is not None:
            return self._codepay.close_unanswered(order)
        number = number_of(order)
        if not charge_of(order, number):
            self._trades.close_native(number)
            return unpaid(order, number, Standing.CLOSED)
        return self._trades.reverse(order, number) or unpaid(order, number, Standing.CLOSED)

    def charge(self, order: Order) -> Report:
        """Charge the presented code; the same number with the same code may be sent again."""
        return self._codepay.charge(order)

    # -- money that was taken -----------------------------------------------------------------

    def capture(self, order: Order) -> Report:
        """Refused: nothing is ever held here."""
        raise Refused(Code.WRONG_STATE, f"{order.id} was taken at once, never held")

    def void(self, order: Order) -> Report:
        """Refused: nothing is ever held here."""
        raise Refused(Code.WRONG_STATE, f"{order.id} was taken at once, never held")

    def refund(self, order: Order, amount_minor: int) -> RefundReport:
        """Give back this much; the number is the same however often it is asked."""
        body = {
            "out_trade_no": number_of(order),
            "out_refund_no": f"{order.id}_r{amount_minor}_{order.refunds_failed}",
            "reason": order.drop.value if order.drop else order.state.value,
            "notify_url": self._notify_url,
            "amount": {
                "refund": amount_minor,
                "total": order.amount_minor,
                "currency": order.currency,
            },
        }
        return read(refund_report_of, self._client.ask("POST", _REFUNDS, body))

    def look_at_refund(self, order: Order, refund_id: str) -> RefundReport:
        """How does a refund stand? Its number says enough here, whatever the order."""
        del order
        document = self._client.ask("GET", f"{_REFUNDS}/{quote(refund_id, safe='')}")
        return read(refund_report_of, document)

    def refunds(self, order: Order) -> list[RefundReport]:
        """What was given back so far: no question tells, the bills do from the next day on."""
        return self._bills.refunds(order, number_of(order))

    def fulfil(self, order: Order, drop: Drop) -> None:
        """Nothing to do: this platform takes no word of goods."""

    # -- the platform -------------------------------------------------------------------------

    def renew_keys(self) -> None:
        """Fetch the platform's certificates and keep them."""
        self._client.renew_keys()

    def reachable(self) -> bool:
        """Does the platform answer at all?"""
        return self._client.reachable()

    def close_connections(self) -> None:
        """Let go of the connections."""
        self._client.close()
