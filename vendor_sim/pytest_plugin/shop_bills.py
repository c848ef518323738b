"""A bill as a shop's bookkeeper reads it: rows, sums, and whether they agree."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
_LINE_END = "\r\n"


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill.

    Attributes:
        rows: Values by column, as they are written.
        sums: The last line's, by column.
    """

    rows: tuple[dict[str, str], ...]
    sums: dict[str, str]

    def total(self, column: str) -> Decimal:
        """What a column of the rows comes to, in yuan."""
        return sum((Decimal(row[column]) for row in self.rows), Decimal(0))


def read_bill(file: bytes) -> Bill:
    """Read a bill: a byte order mark, lines ended by CRLF, a back-tick before each value.

    Raises:
        ValueError: It is not written so.
    """
    text = file.decode()
    if not (text.startswith(_BOM) and text.endswith(_LINE_END)):
        raise ValueError("a bill begins with a byte order mark and ends with CRLF")
    columns, *rows, names, sums = text.removeprefix(_BOM).removesuffix(_LINE_END).split(_LINE_END)
    return Bill(tuple(_values(columns, row) for row in rows), _values(names, sums))


def fingerprint(file: bytes) -> str:
    """The SHA-1 by which a bill is told to be whole."""
    return hashlib.sha1(file, usedforsecurity=False).hexdigest()


def _values(columns: str, line: str) -> dict[str, str]:
    values = line.split(",")
    if not all(value.startswith("`") for value in values):
        raise ValueError("each value of a bill has a back-tick before it")
    told = (value.removeprefix("`") for value in values)
    return dict(zip(columns.split(","), told, strict=True))
