"""How a merchant reads a bill: by its mark, its line ends and its tail, as SDKs do."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Read:
    """A bill in parts."""

    rows: list[dict[str, str]]
    sums: dict[str, str]

    def minor(self, column: str) -> int:
        """A sum, in fen."""
        return minor(self.sums[column])

    def total(self, column: str) -> int:
        """The same added up from the rows."""
        return sum(minor(row[column]) for row in self.rows)


def minor(text: str) -> int:
    """Yuan as written, in fen; nothing may be lost."""
    fen = Decimal(text) * 100
    assert fen == int(fen)
    return int(fen)


def read(file: bytes) -> Read:
    """Take a bill apart; every assertion is something that SDKs rely on."""
    assert file.startswith(BOM)
    text = file[len(BOM) :].decode()
    lines = text.split("\r\n")
    assert lines.pop() == "", "the last line ends too"
    assert "\n" not in "".join(lines)
    *table, sum_head, sums = lines
    head, *rows = table
    (said,) = _rows(sum_head, [sums])
    return Read(_rows(head, rows), said)


def _rows(head: str, lines: list[str]) -> list[dict[str, str]]:
    columns = head.split(",")
    assert not any(column.startswith("`") for column in columns)
    found = []
    for line in lines:
        assert line.startswith("`")
        values = line[1:].split(",`")
        assert len(values) == line.count(",") + 1, "a comma stands between fields only"
        found.append(dict(zip(columns, values, strict=True)))
    return found
