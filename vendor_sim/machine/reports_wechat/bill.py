"""The rows of a refund bill: a back-tick before each value, no quotes; at its end the sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.kernel.money import currency_of, minor_of
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.machine.domain import RefundReport

if TYPE_CHECKING:
    from collections.abc import Mapping

_ORDER, _REFUND = "商户订单号", "商户退款单号"
_AMOUNT, _CURRENCY, _STATUS = "退款金额", "货币种类", "退款状态"
_DONE, _FAILED, _STUCK = "SUCCESS", "FAIL", "CHANGE"
_MARK = "`"


def refunds_in(bill: bytes) -> list[RefundReport]:
    """Every refund of a bill; none where the bill is empty.

    Raises:
        Refused: It is in no shape known here (``unavailable``).
    """
    try:
        lines = bill.decode("utf-8-sig").splitlines()
        columns, rows = lines[0].split(",") if lines else [], []
        for line in lines[1:]:
            if not line.startswith(_MARK):
                break  # here the sums begin
            values = (value.removeprefix(_MARK) for value in line.split(","))
            rows.append(_report(dict(zip(columns, values, strict=True))))
    except (KeyError, ValueError) as error:
        why = f"a bill of unknown shape ({type(error).__name__})"
        raise Refused(Code.UNAVAILABLE, why) from None
    return rows


def _report(row: Mapping[str, str]) -> RefundReport:
    return RefundReport(
        refund_id=row[_REFUND],
        intent_id=row[_ORDER],
        amount_minor=minor_of(row[_AMOUNT], currency_of(row[_CURRENCY])),
        currency=row[_CURRENCY],
        done=row[_STATUS] == _DONE,
        failed=row[_STATUS] == _FAILED,
        stuck=row[_STATUS] == _STUCK,
    )
