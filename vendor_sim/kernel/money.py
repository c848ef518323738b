"""Money is an integer of minor units plus a currency. No float comes in, none goes out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from vendor_sim.kernel.limits import AMOUNT_MINOR_MAX

_AMOUNT = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Currency:
    """An ISO 4217 currency.

    Attributes:
        code: Three upper-case letters.
        exponent: How many decimals its major unit has (JPY 0, CNY 2, KWD 3).
        symbol: What stands before an amount on a screen.
    """

    code: str
    exponent: int
    symbol: str


CURRENCIES: dict[str, Currency] = {
    currency.code: currency
    for currency in (
        Currency("CHF", 2, "CHF\N{NO-BREAK SPACE}"),
        Currency("CNY", 2, "¥"),
        Currency("EUR", 2, "€"),
        Currency("GBP", 2, "£"),
        Currency("HKD", 2, "HK$"),
        Currency("JPY", 0, "¥"),
        Currency("KRW", 0, "₩"),
        Currency("KWD", 3, "KD\N{NO-BREAK SPACE}"),
        Currency("SGD", 2, "S$"),
        Currency("USD", 2, "$"),
    )
}


class UnknownCurrencyError(ValueError):
    """The currency code is not one this simulator keeps books in."""


def currency_of(code: str) -> Currency:
    """Look a currency up by its ISO 4217 code.

    Raises:
        UnknownCurrencyError: There is no such currency here; the message lists those there are.
    """
    try:
        return CURRENCIES[code]
    except KeyError:
        known = ", ".join(CURRENCIES)
        raise UnknownCurrencyError(f"unknown currency {code!r}; known are {known}") from None


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units of one currency."""

    minor: int
    currency: Currency

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"money is an int of minor units, not {type(self.minor).__name__}")
        if abs(self.minor) > AMOUNT_MINOR_MAX:
            raise ValueError(f"{self.minor} is beyond {AMOUNT_MINOR_MAX} minor units")

    def __str__(self) -> str:
        sign = "\N{MINUS SIGN}" if self.minor < 0 else ""
        return f"{sign}{self.currency.symbol}{major_text(abs(self.minor), self.currency)}"


def major_text(minor: int, currency: Currency) -> str:
    """Write minor units in the currency's major unit: 350 CNY is ``3.50``, 350 JPY is ``350``."""
    if not currency.exponent:
        return str(minor)
    sign = "-" if minor < 0 else ""
    whole, part = divmod(abs(minor), 10**currency.exponent)
    return f"{sign}{whole}.{part:0{currency.exponent}d}"


def minor_of(text: str, currency: Currency) -> int:
    """Read an amount a person typed in major units (``3.50``) into minor units (350).

    Raises:
        ValueError: It is no plain decimal number, or has more decimals than the currency.
    """
    if not _AMOUNT.fullmatch(text):
        raise ValueError(f"{text!r} is no amount; write it like {major_text(350, currency)}")
    scaled = Decimal(text).scaleb(currency.exponent)
    if scaled != int(scaled):
        raise ValueError(f"{text!r} has more decimals than {currency.code} has")
    return int(scaled)
