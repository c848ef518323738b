r"""How a bill is written down, byte for byte.

UTF-8 with a byte order mark, lines ended by CRLF (the last one too), a header, the rows, a header
for the sums, the sums. Each value that is no header is prefixed by a back-tick, so that
spreadsheets keep long numbers as they are [PHP tests/fixtures/bill.ALL.csv]. There are no quotes:
in free texts a comma is written ``\`` and space, a line break ``\n`` [S3P:bills].

Amounts are in yuan with two decimals, fees with five, counts plain: ``29``, ``1300.00``,
``4.33000``. So production writes its sums in every file that merchants made public (2019 to 2024);
the ``45.0`` of the fixture above comes from the old sandbox, whose orders are ``autotest_…``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.kernel.money import currency_of, major_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
LINE_END = "\r\n"
_CNY = currency_of("CNY")
_PPM_IN_HUNDREDTHS_OF_PERCENT = 100


def write(
    columns: Sequence[str],
    rows: Iterable[Mapping[str, str]],
    sums: Mapping[str, str],
    sum_columns: Sequence[str],
) -> bytes:
    """The file of a bill.

    Args:
        columns: What it tells of each row, in order.
        rows: Values by column, escaped already; a row may know more than is told.
        sums: The sums, by column.
        sum_columns: Which of them are told, in order.
    """
    lines = [",".join(columns)]
    lines.extend(_line(row, columns) for row in rows)
    lines += [",".join(sum_columns), _line(sums, sum_columns), ""]
    return (BOM + LINE_END.join(lines)).encode()


def yuan(minor: int) -> str:
    """An amount: 3 fen are ``0.03``."""
    return major_text(minor, _CNY)


def fee_yuan(minor: int) -> str:
    """A fee: 1 fen is ``0.01000``, a fee that was given back ``-0.01000``."""
    return f"{major_text(minor, _CNY)}000"


def rate(ppm: int) -> str:
    """A rate: 6000 parts in a million are ``0.60%``; what is less than shown is rounded half up."""
    half = _PPM_IN_HUNDREDTHS_OF_PERCENT // 2
    return f"{major_text((ppm + half) // _PPM_IN_HUNDREDTHS_OF_PERCENT, _CNY)}%"


def free(text: str | None) -> str:
    r"""A merchant's own words, which must end neither the field nor the line.

    How a lone CR is told is not known; it would end a line for some readers, so it goes the same
    way as LF and CRLF.
    """
    one_line = (text or "").replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return one_line.replace(",", "\\ ")


def _line(values: Mapping[str, str], columns: Sequence[str]) -> str:
    return ",".join([f"`{values[column]}" for column in columns])
