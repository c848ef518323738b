"""Two signed strings beside each other, line by line, with every difference cut out."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import zip_longest

PARTS = ("method", "target", "timestamp", "nonce", "body")
"""What each line of a signed string is; a body may have several."""
NEAR_CHARS = 120
"""So much is shown on each side of a difference, and twice that of what is alike."""
_NAMES = {"\r": "CR", "\t": "TAB", "\0": "NUL", "\xa0": "NBSP", "\ufeff": "BOM"}
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
"""Categories of characters that nobody can see."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a string, cut where it differs from the other string's.

    Attributes:
        before: How many characters are left out before ``same``.
        same: What stands in both.
        mark: The first character that differs; empty where the lines are alike, or where one is
            the beginning of the other and this is that one.
        rest: What comes behind it.
        after: How many characters are left out behind ``rest``.
        ended: Whether a line feed ends the line.
        ends_early: Whether the end of the line is what differs.
    """

    before: int
    same: str
    mark: str
    rest: str
    after: int
    ended: bool
    ends_early: bool


@dataclass(frozen=True, slots=True)
class Row:
    """The same line of each string.

    Attributes:
        part: Which part of the message it is; one of :data:`PARTS`.
        expected: None where that string has no such line.
        signed: None where that string has no such line, or nobody knows it.
        differs: Whether they are not the same.
        first: Whether the strings differ here for the first time.
    """

    part: str
    expected: Line | None
    signed: Line | None
    differs: bool
    first: bool


def compared(expected: str, signed: str | None) -> list[Row]:
    """Put two strings beside each other.

    Args:
        expected: What we expected to be signed.
        signed: What was signed; None where that could not be found out.
    """
    wanted = _lines(expected)
    given = wanted if signed is None else _lines(signed)
    rows: list[Row] = []
    for at, (right, wrong) in enumerate(zip_longest(wanted, given)):
        differs = right != wrong
        first = differs and not any(row.differs for row in rows)
        came = None if signed is None else _cut(wrong, right)
        rows.append(Row(PARTS[min(at, len(PARTS) - 1)], _cut(right, wrong), came, differs, first))
    return rows


def visible(text: str) -> str:
    """A text in which every character can be seen; spaces stay as they are."""
    return "".join(char if _is_seen(char) else _named(char) for char in text)


def _is_seen(char: str) -> bool:
    return char == " " or unicodedata.category(char) not in _UNSEEN


def _named(char: str) -> str:
    return f"⟨{_NAMES.get(char, f'U+{ord(char):04X}')}⟩"


def _lines(text: str) -> list[str]:
    """Each with the line feed that ends it."""
    return [f"{line}\n" for line in text.split("\n")[:-1]] + (
        [] if text.endswith("\n") else _tail(text)
    )


def _tail(text: str) -> list[str]:
    last = text.rsplit("\n", 1)[-1]
    return [last] if last else []


def _cut(line: str | None, other: str | None) -> Line | None:
    if line is None:
        return None
    text, against = line.removesuffix("\n"), (other or "").removesuffix("\n")
    ended = line.endswith("\n")
    if other is None or line == other:
        same = visible(text[: 2 * NEAR_CHARS])
        return Line(0, same, "", "", max(0, len(text) - 2 * NEAR_CHARS), ended, ends_early=False)
    pairs = enumerate(zip(text, against, strict=False))
    shorter = min(len(text), len(against))
    at = next((place for place, (mine, its) in pairs if mine != its), shorter)
    before = max(0, at - NEAR_CHARS)
    mark, rest = text[at : at + 1], text[at + 1 : at + 1 + NEAR_CHARS]
    return Line(
        before,
        visible(text[before:at]),
        "␣" if mark == " " else visible(mark),
        visible(rest),
        max(0, len(text) - at - 1 - NEAR_CHARS),
        ended,
        ends_early=at == len(text),
    )
