"""What holes take that is no vocabulary: amounts, people, slots, numbers, any text."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.money import Money, currency_of, major_text, minor_of
from vendor_sim.pytest_plugin.phrases.writing import HAN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_CAPITAL = "A-ZÀ-ÖØ-Þ"
_LETTER = r"A-Za-zÀ-ÖØ-öø-ÿ\u0100-\u017f"
_LATIN_NAME = rf"[{_CAPITAL}][{_LETTER}]*(?:-[{_CAPITAL}][{_LETTER}]*)*"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of hole that every language fills in the same way.

    Attributes:
        shape: What it looks like: a regular expression.
        means: What the step gets for a text.
    """

    shape: str
    means: Callable[[str], Any]

    def pattern(self, language: str) -> str:  # noqa: ARG002 - vocabularies need it
        """What matches it."""
        return self.shape

    def read(self, text: str, language: str) -> Any:  # noqa: ARG002 - as above
        """What was meant."""
        return self.means(text)


def money_of(text: str) -> Money:
    """Read an amount with its currency: ``3.50 CNY``.

    Raises:
        ValueError: It is no amount, or has more decimals than the currency.
    """
    amount, _, code = text.partition(" ")
    currency = currency_of(code)
    return Money(minor_of(amount, currency), currency)


def written(minor: int, currency: str) -> str:
    """An amount as sentences have it."""
    return f"{major_text(minor, currency_of(currency))} {currency}"


class Person(str):
    """Whose wallet it is, by the wallet's id.

    Attributes:
        called: The name as the feature has it.
    """

    __slots__ = ("called",)
    called: str


def person_of(text: str) -> Person:
    """Whose wallet it is: Pete's is ``pete``.

    Ids are ASCII, so other names are written as domain names write them: 小明's is ``xn--yeto6u``.
    """
    name = unicodedata.normalize("NFC", text).lower()
    found = Person(name if name.isascii() else f"xn--{name.encode('punycode').decode('ascii')}")
    found.called = text
    return found


KINDS: Mapping[str, Kind] = {
    "": Kind(".+?", str),
    "d": Kind("[0-9]+", int),
    "Money": Kind(r"[0-9]+(?:\.[0-9]+)? [A-Z]{3}", money_of),
    "Person": Kind(rf"{_LATIN_NAME}|[{HAN}·]{{1,8}}?", person_of),
    "Slot": Kind("[A-Z][0-9]+", str),
}
