"""The fund-flow bill: a row for each posting to a merchant's account, with what it held after it.

Columns and the words of a payment, its fee and a refund are those of public bills. The fee that
comes back with a refund, and the money of a closed refund, are rows of their own: they are postings
of their own. Their words are not in any bill that was found, so they follow the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_sim.ledger import TransferCode
from vendor_sim.payments.wechat.bills import layout
from vendor_sim.payments.wechat.bills.days import stamp
from vendor_sim.payments.wechat.bills.layout import free, yuan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vendor_sim.payments.wechat.bills.matters import Matter

COLUMNS = (
    *("记账时间", "微信支付业务单号", "资金流水单号", "业务名称", "业务类型", "收支类型"),
    *("收支金额(元)", "账户结余(元)", "资金变更提交申请人", "备注", "业务凭证号"),
)
SUMS = ("资金流水总笔数", "收入笔数", "收入金额", "支出笔数", "支出金额")
BUSINESS = {
    TransferCode.SALE: ("交易", "交易"),
    TransferCode.FEE: ("交易", "扣除交易手续费"),
    TransferCode.REFUND: ("退款", "退款"),
    TransferCode.FEE_RETURNED: ("退款", "退回交易手续费"),
    TransferCode.REFUND_CLOSED: ("退款", "退款关闭退回"),
}
"""业务名称 and 业务类型, by why the money moved."""
OTHER_BUSINESS = ("其他", "其他")
IN, OUT = "收入", "支出"
SYSTEM = "system"
"""Who asked for what nobody asked for: the platform itself."""


@dataclass(frozen=True, slots=True)
class _Numbers:
    """By which numbers a row can be found: the platform's, the order's there, the merchant's."""

    ours: str
    trade: str
    merchants: str


def write(matters: Iterable[Matter]) -> bytes | None:
    """The file of a day; None where nothing was posted.

    Args:
        matters: What was posted to the merchant's account on that day.
    """
    rows, changes = [], []
    for matter in matters:
        rows.append(_row(matter))
        changes.append(matter.posting.change_minor)
    return layout.write(COLUMNS, rows, _sums(changes), SUMS) if rows else None


def _sums(changes: list[int]) -> dict[str, str]:
    came = [change for change in changes if change > 0]
    went = [-change for change in changes if change < 0]
    values = (len(changes), len(came), yuan(sum(came)), len(went), yuan(sum(went)))
    return {column: str(value) for column, value in zip(SUMS, values, strict=True)}


def _row(matter: Matter) -> dict[str, str]:
    change_minor = matter.posting.change_minor
    name, type_ = BUSINESS.get(matter.code, OTHER_BUSINESS)
    numbers = _numbers(matter)
    return {
        "记账时间": stamp(matter.at_ms),
        "微信支付业务单号": numbers.ours,
        "资金流水单号": numbers.trade,
        "业务名称": name,
        "业务类型": type_,
        "收支类型": IN if change_minor > 0 else OUT,
        "收支金额(元)": yuan(abs(change_minor)),
        "账户结余(元)": yuan(matter.posting.balance_minor),
        "资金变更提交申请人": _asked_by(matter),
        "备注": free(_note(matter)),
        "业务凭证号": numbers.merchants,
    }


def _numbers(matter: Matter) -> _Numbers:
    if matter.trade is None:
        transfer = matter.posting.transfer
        return _Numbers(transfer.id, transfer.id, transfer.reference)
    order = matter.trade.order
    record = matter.back.record if matter.back else None
    if record is None:
        return _Numbers(order.transaction_id, order.transaction_id, order.out_trade_no)
    return _Numbers(record.refund_id, order.transaction_id, record.out_refund_no)


def _asked_by(matter: Matter) -> str:
    """A refund is asked for by the merchant's program, ``1601959334API`` (public bills)."""
    asked = matter.code is TransferCode.REFUND and matter.trade
    return f"{asked.order.mchid}API" if asked else SYSTEM


def _note(matter: Matter) -> str:
    """``退款总金额0.01元;含手续费0.00元`` in public bills, and the same of a payment."""
    if matter.trade is None or matter.code not in {TransferCode.SALE, TransferCode.REFUND}:
        return ""
    what = "退款总金额" if matter.back else "结算总金额"
    fee_minor = matter.back.refund.fee_minor if matter.back else matter.trade.intent.fee_minor
    return f"{what}{yuan(abs(matter.posting.change_minor))}元;含手续费{yuan(fee_minor)}元"
