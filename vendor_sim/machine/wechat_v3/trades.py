"""Orders at the platform: by their numbers, and in the domain's words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.machine.domain import Report, Standing
from vendor_sim.machine.reports_wechat import report_of, version_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.machine.domain import Order
    from vendor_sim.machine.reports_wechat import Merchant
    from vendor_sim.machine.wechat_v3.client import Client

R = TypeVar("R")
ORDERS = "/v3/pay/transactions"
_DESCRIPTION_CHARS_MAX = 127


class Trades:
    """What can be done about an order at the platform, whichever way it is paid.

    Args:
        client: Sends the requests.
        merchant: Whose orders they are.
    """

    def __init__(self, client: Client, merchant: Merchant) -> None:
        self._client = client
        self._merchant = merchant

    def body_of(self, order: Order, number: str) -> dict[str, Any]:
        """What every kind of create says of an order."""
        return {
            "appid": self._merchant.appid,
            "mchid": self._merchant.mchid,
            "description": order.product[:_DESCRIPTION_CHARS_MAX],
            "out_trade_no": number,
            "amount": {"total": order.amount_minor, "currency": order.currency},
        }

    def close_native(self, number: str) -> None:
        """Close an order that is paid by the code on the screen; closed twice is closed once."""
        self._client.ask("POST", f"{_path(number)}/close", {"mchid": self._merchant.mchid})

    def look_at(self, order: Order, number: str) -> Report:
        """How does this number of an order stand?"""
        target = f"{_path(number)}?mchid={self._merchant.mchid}"
        return self.report(order, number, self._client.ask("GET", target))

    def report(self, order: Order, number: str, document: Any) -> Report:
        """What a transaction says of this number of an order."""

        def said(body: Any) -> Report:
            return report_of(
                body,
                self._merchant,
                order_id=order.id,
                charge=charge_of(order, number),
                amount_minor=order.amount_minor,
            )

        return read(said, document)

    def reverse(self, order: Order, number: str) -> Report | None:
        """Reverse a charge and look what that came to; None where there is no such order."""
        body = {"appid": self._merchant.appid, "mchid": self._merchant.mchid}
        try:
            self._client.ask("POST", f"{_path(number)}/reverse", body)
        except Refused as refusal:
            if refusal.problem.code is Code.NOT_FOUND:
                return None
            if refusal.problem.transient or refusal.problem.code is Code.UNAUTHENTICATED:
                raise
        return self.look_at(order, number)


def _path(number: str) -> str:
    return f"{ORDERS}/out-trade-no/{quote(number, safe='')}"


def number_of(order: Order) -> str:
    """The order's number at the platform, of its code on the screen or of its last known charge.

    Raises:
        Refused: The platform never said anything of it (``wrong_state``).
    """
    if order.intent_id is None:
        raise Refused(Code.WRONG_STATE, f"no payment is known for {order.id}", "out_trade_no")
    return order.intent_id


def number_of_charge(order: Order) -> str:
    """The number under which the presented code is charged."""
    return f"{order.id}_{order.charges}"


def charge_of(order: Order, number: str) -> int:
    """Which presented code a number is about, 0 for the code on the screen."""
    return 0 if number == order.id else int(number.removeprefix(f"{order.id}_"))


def unpaid(order: Order, number: str, standing: Standing, *, failed: bool = False) -> Report:
    """A report of a number for which no money moved."""
    charge = charge_of(order, number)
    return Report(
        intent_id=number,
        order_id=order.id,
        standing=standing,
        amount_minor=order.amount_minor,
        currency=order.currency,
        version=version_of(standing, charge, failed=failed),
        charge=charge,
    )


def failed(order: Order, number: str, why: str | None) -> Report:
    """A charge that came to nothing: the order goes on, another code may be presented."""
    report = unpaid(order, number, Standing.OPEN, failed=True)
    return replace(report, attempt_state="failed", attempt_reason=why)


def read(shape: Callable[[Any], R], document: Any) -> R:
    """Read an answer.

    Raises:
        Refused: It is of no shape known here (``unavailable``: nobody knows what was done).
    """
    try:
        return shape(document)
    except Refused as refusal:
        if refusal.problem.code is not Code.INVALID:
            raise
        wrong = f"an answer of unknown shape: {refusal}"
        raise Refused(Code.UNAVAILABLE, wrong) from None
