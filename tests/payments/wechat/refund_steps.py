# ruff: noqa: RUF001 - the platform writes Chinese
"""What tests of refunds have in common: how they fail, and orders in various conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.payments.wechat.refund_desk import PUBKEY, SETTLE_MS, RefusedError
from vendor_sim.ledger import Kind, Ledger, Transfer, TransferCode

if TYPE_CHECKING:
    from tests.payments.wechat.refund_desk import Desk

MERCHANT = f"merchant:{PUBKEY}:CNY"
MISMATCH = ("INVALID_REQUEST", 400, "订单金额或退款金额与之前请求不一致，请核实后再试")
NO_ORDER = ("RESOURCE_NOT_EXISTS", 404, "订单不存在")
NO_REFUND = ("RESOURCE_NOT_EXISTS", 404, "退款单不存在")
SHORT = ("NOT_ENOUGH", 403, "基本账户余额不足，请充值后重新发起")


def error(act: Any) -> tuple[str, int, str]:
    """How it was refused."""
    with pytest.raises(RefusedError) as refusal:
        act()
    reply = refusal.value.reply
    assert "wechatpay-signature" not in reply.headers
    return str(reply.code), reply.status, str(reply.message)


def settled(desk: Desk) -> str:
    number = desk.paid()
    desk.pass_ms(SETTLE_MS)
    return number


def aged(time_ms: int) -> Any:
    def make(desk: Desk) -> str:
        number = desk.paid()
        desk.clock.advance_to(desk.clock.now_ms() + time_ms)
        return number

    return make


def withdraw(desk: Desk, account: str, amount_minor: int) -> None:
    """Take money out of an account, as a payout would."""
    transfer = Transfer(
        id=desk.number("out"),
        kind=Kind.SINGLE,
        code=TransferCode.CORRECTION,
        debit=account,
        credit="funding:CNY",
        amount_minor=amount_minor,
        currency="CNY",
        reference="payout",
        at_ms=desk.clock.now_ms(),
    )
    desk.door.transact(lambda cx: Ledger().submit(cx, transfer))
