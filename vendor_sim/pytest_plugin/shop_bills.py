"""A bill as a shop's bookkeeper reads it: rows, sums, and whether they agree."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
_LINE_END = "\r\n"
_TRADE_SUMS = {
    "应结订单总金额": "应结订单金额",
    "退款总金额": "退款金额",
    "手续费总金额": "手续费",
    "订单总金额": "订单金额",
    "申请退款总金额": "申请退款金额",
}
_FLOW_SUMS = {"收入金额": "收入", "支出金额": "支出"}
_FLOW_COUNTS = {"收入笔数": "收入", "支出笔数": "支出"}
_COUNTS = ("总交易单数", "资金流水总笔数")
_AMOUNT, _WAY, _BALANCE = "收支金额(元)", "收支类型", "账户结余(元)"


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill.

    Attributes:
        rows: Values by column, as they are written.
        sums: The last line's, by column; counts and yuan.
    """

    rows: tuple[dict[str, str], ...]
    sums: dict[str, Decimal]

    def added_up(self) -> dict[str, Decimal]:
        """The sums again, from the rows; of those that were told."""
        ways = {way: [row for row in self.rows if row.get(_WAY) == way] for way in ("收入", "支出")}
        again = dict.fromkeys(_COUNTS, Decimal(len(self.rows)))
        again |= {name: _total(self.rows, column) for name, column in _TRADE_SUMS.items()}
        again |= {name: _total(ways[way], _AMOUNT) for name, way in _FLOW_SUMS.items()}
        again |= {name: Decimal(len(ways[way])) for name, way in _FLOW_COUNTS.items()}
        return {name: value for name, value in again.items() if name in self.sums}

    @property
    def balance(self) -> str:
        """What the account held after the last row, in yuan."""
        return self.rows[-1][_BALANCE]


def read_bill(file: bytes) -> Bill:
    """Read a bill: a byte order mark, lines ended by CRLF, a back-tick before each value.

    Raises:
        ValueError: It is not written so.
    """
    text = file.decode()
    if not (text.startswith(_BOM) and text.endswith(_LINE_END)):
        raise ValueError("a bill begins with a byte order mark and ends with CRLF")
    columns, *rows, names, sums = text.removeprefix(_BOM).removesuffix(_LINE_END).split(_LINE_END)
    told = {name: Decimal(value) for name, value in _values(names, sums).items()}
    return Bill(tuple(_values(columns, row) for row in rows), told)


def fingerprint(file: bytes) -> str:
    """The SHA-1 by which a bill is told to be whole."""
    return hashlib.sha1(file, usedforsecurity=False).hexdigest()


def _total(rows: tuple[dict[str, str], ...] | list[dict[str, str]], column: str) -> Decimal:
    return sum((Decimal(row[column]) for row in rows if column in row), Decimal(0))


def _values(columns: str, line: str) -> dict[str, str]:
    values = line.split(",")
    if not all(value.startswith("`") for value in values):
        raise ValueError("each value of a bill has a back-tick before it")
    told = (value.removeprefix("`") for value in values)
    return dict(zip(columns.split(","), told, strict=True))
