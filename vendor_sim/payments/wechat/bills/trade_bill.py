"""The trade bill: a row for each order paid on a day, one for each refund accepted on it.

Columns and meaning [DOC docs/merchant/products/bill-download/format-trade.html]. A refund stands
on the day it was accepted, with its status as it was when the bill was made, for ever; the row of
its order is not touched by it. So what was paid and given back on one day stands twice.

Where money went back because a code payment was reversed, the row says ``REVOKED`` in place of
``REFUND``; its order was paid all the same, and has its own row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_sim.ledger import TransferCode
from vendor_sim.payments.domain import RefundEvent, RefundState
from vendor_sim.payments.wechat import trade
from vendor_sim.payments.wechat.bills import layout
from vendor_sim.payments.wechat.bills.days import stamp
from vendor_sim.payments.wechat.bills.layout import fee_yuan, free, yuan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vendor_sim.payments.wechat.bills.matters import Back, Matter, Trade

    Row = dict[str, str]

_ORDER = (
    *("交易时间", "公众账号ID", "商户号", "特约商户号", "设备号", "微信订单号", "商户订单号"),
    *("用户标识", "交易类型", "交易状态", "付款银行", "货币种类", "应结订单金额", "代金券金额"),
)
_REFUND_TIMES = ("退款申请时间", "退款成功时间")
_REFUND = ("微信退款单号", "商户退款单号", "退款金额", "充值券退款金额", "退款类型", "退款状态")
_GOODS = ("商品名称", "商户数据包", "手续费", "费率", "订单金额")
_ASKED, _NOTE = ("申请退款金额",), ("费率备注",)
COLUMNS = {
    "ALL": (*_ORDER, *_REFUND, *_GOODS, *_ASKED, *_NOTE),
    "SUCCESS": (*_ORDER, *_GOODS, *_NOTE),
    "REFUND": (*_ORDER, *_REFUND_TIMES, *_REFUND, *_GOODS, *_ASKED, *_NOTE),
}
"""By the type of bill: everything, what was paid, what was given back."""
_ALL_SUMS = (
    *("总交易单数", "应结订单总金额", "退款总金额", "充值券退款总金额", "手续费总金额"),
    *("订单总金额", "申请退款总金额"),
)
SUMS = {
    "ALL": _ALL_SUMS,
    "SUCCESS": ("总交易单数", "应结订单总金额", "手续费总金额", "订单总金额"),
    "REFUND": _ALL_SUMS,
}
_CODES = {
    "ALL": {TransferCode.SALE, TransferCode.REFUND},
    "SUCCESS": {TransferCode.SALE},
    "REFUND": {TransferCode.REFUND},
}
NOTHING = yuan(0)
"""Coupons, of which there are none here, and amounts that do not apply to a row."""
NO_NUMBER = "0"
"""The numbers of a refund in a row that has none; the sub-merchant of a merchant of its own."""
CHANNEL = "ORIGINAL"
"""Money goes back the way it came [spec 8.1]."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a bill depends on besides the books.

    Attributes:
        type: ``ALL``, ``SUCCESS`` or ``REFUND``.
        fee_ppm: The merchant's rate, in millionths.
        made_at_ms: Refunds are told as they stood at this instant.
        transit_ms: How long refunds rest in transit.
    """

    type: str
    fee_ppm: int
    made_at_ms: int
    transit_ms: int


@dataclass(frozen=True, slots=True)
class _Line:
    """A row, and what it adds to the sums."""

    row: Row
    paid_minor: int
    refunded_minor: int
    fee_minor: int


def write(matters: Iterable[Matter], terms: Terms) -> bytes | None:
    """The file of a day; None where there is nothing to tell.

    Args:
        matters: What was posted to the merchant's account on that day.
        terms: What else it depends on.
    """
    lines = list(_lines(list(matters), terms))
    rows = [line.row for line in lines]
    return layout.write(COLUMNS[terms.type], rows, _sums(lines), SUMS[terms.type]) if rows else None


def _lines(matters: list[Matter], terms: Terms) -> Iterator[_Line]:
    fees = {
        matter.posting.transfer.reference: -matter.posting.change_minor
        for matter in matters
        if matter.code is TransferCode.FEE
    }
    for matter in matters:
        if matter.trade is None or matter.code not in _CODES[terms.type]:
            continue
        if matter.back is None:
            yield _paid(matter, matter.trade, fees.get(matter.trade.intent.id, 0), terms)
        else:
            yield _given_back(matter, matter.trade, matter.back, terms)


def _sums(lines: list[_Line]) -> Row:
    paid = yuan(sum(line.paid_minor for line in lines))
    refunded = yuan(sum(line.refunded_minor for line in lines))
    return {
        "总交易单数": str(len(lines)),
        "应结订单总金额": paid,
        "退款总金额": refunded,
        "充值券退款总金额": NOTHING,
        "手续费总金额": fee_yuan(sum(line.fee_minor for line in lines)),
        "订单总金额": paid,
        "申请退款总金额": refunded,
    }


def _paid(matter: Matter, of: Trade, fee_minor: int, terms: Terms) -> _Line:
    paid_minor = matter.posting.change_minor
    row = _common(of, terms) | {
        "交易时间": stamp(matter.at_ms),
        "交易状态": "SUCCESS",
        "应结订单金额": yuan(paid_minor),
        "订单金额": yuan(paid_minor),
        "手续费": fee_yuan(fee_minor),
        "微信退款单号": NO_NUMBER,
        "商户退款单号": NO_NUMBER,
        "退款金额": NOTHING,
        "退款类型": "",
        "退款状态": "",
        "申请退款金额": NOTHING,
    }
    return _Line(row, paid_minor, 0, fee_minor)


def _given_back(matter: Matter, of: Trade, back: Back, terms: Terms) -> _Line:
    minor, fee_minor = -matter.posting.change_minor, -back.refund.fee_minor
    status = status_at(back, terms.made_at_ms, terms.transit_ms)
    # The bill of refunds has columns for when each was asked for and arrived, and tells the time
    # of the payment first; the bill of everything tells the refund's own time there (public bills).
    asked_at, paid_at = stamp(matter.at_ms), stamp(of.intent.authorised_at_ms or 0)
    row = _common(of, terms) | {
        "交易时间": paid_at if terms.type == "REFUND" else asked_at,
        "交易状态": "REVOKED" if _is_reversal(of, back) else "REFUND",
        "应结订单金额": NOTHING,
        "订单金额": NOTHING,
        "手续费": fee_yuan(fee_minor),
        "退款申请时间": asked_at,
        "退款成功时间": stamp(back.refund.done_at_ms or 0) if status == "SUCCESS" else "",
        "微信退款单号": back.record.refund_id if back.record else NO_NUMBER,
        "商户退款单号": back.record.out_refund_no if back.record else NO_NUMBER,
        "退款金额": yuan(minor),
        "退款类型": CHANNEL,
        "退款状态": status,
        "申请退款金额": yuan(minor),
    }
    return _Line(row, 0, minor, fee_minor)


def _is_reversal(of: Trade, back: Back) -> bool:
    """Whether a refund is what a reversal gave back: all that was left, named by the platform.

    It comes last, so that a refund asked for before it stays a refund.
    """
    reversed_at_ms, refund = of.order.reversed_at_ms, back.refund
    named_by_us = back.record is not None and back.record.out_refund_no == refund.id
    return named_by_us and reversed_at_ms is not None and refund.created_at_ms >= reversed_at_ms


def _common(of: Trade, terms: Terms) -> Row:
    intent, order = of.intent, of.order
    return {
        "公众账号ID": order.appid,
        "商户号": order.mchid,
        "特约商户号": NO_NUMBER,
        "设备号": free(order.device_id),
        "微信订单号": order.transaction_id,
        "商户订单号": order.out_trade_no,
        "用户标识": trade.openid(order.appid, str(intent.payer)),
        "交易类型": order.trade_type,
        "付款银行": trade.BANK_TYPE,
        "货币种类": intent.currency,
        "代金券金额": NOTHING,
        "充值券退款金额": NOTHING,
        "商品名称": free(intent.description),
        "商户数据包": free(order.attach),
        "费率": layout.rate(terms.fee_ppm),
        "费率备注": "",
    }


def status_at(back: Back, at_ms: int, transit_ms: int) -> str:
    """How a refund stood at an instant: SUCCESS, PROCESSING, FAIL (closed) or CHANGE (abnormal).

    One that could not be placed stays CHANGE until the money arrives some other way: when that way
    was asked for is not told anywhere, and a bill must say the same tomorrow.

    Args:
        back: The refund.
        at_ms: The instant, which has passed.
        transit_ms: How long refunds rest in transit before it shows that they cannot be placed.
    """
    refund = back.refund
    ended = refund.done_at_ms is not None and refund.done_at_ms <= at_ms
    if ended and refund.state is RefundState.SUCCEEDED:
        return "SUCCESS"
    if ended and refund.state is RefundState.CLOSED:
        return "FAIL"
    unplaced = refund.ends is RefundEvent.FAIL or (back.record and back.record.applied)
    return "CHANGE" if unplaced and refund.created_at_ms + transit_ms <= at_ms else "PROCESSING"
