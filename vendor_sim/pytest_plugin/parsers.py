"""How sentences are read: people, money, ways of taking it, and what somebody is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_bdd import parsers

from vendor_sim.kernel.money import Money, currency_of, major_text, minor_of
from vendor_sim.pytest_plugin import shop_words

if TYPE_CHECKING:
    from collections.abc import Mapping

TAKES: Mapping[str, Mapping[str, str]] = {
    "holds the money until the drink falls": {"takes": "hold"},
    "takes the money at once": {"takes": "at_once"},
    "takes the money at once by WeChat Pay": {"takes": "at_once", "speaks": "wechat_v3"},
}
"""How a machine is set up: the fields of the control plane."""
REFUSALS: Mapping[str, str] = {
    "that slot is sold out": "sold_out",
    "another customer is being served": "busy",
    "there is no such slot": "unknown_slot",
    "it is out of service": "not_ready",
    "there is nothing to cancel": "wrong_state",
    "that is more than was paid": "over_refund",
    "there is nothing to give back": "wrong_state",
    "that is settled already": "wrong_state",
    "it scans no codes now": "wrong_state",
    "that is no payment code": "invalid",
}
REASONS: Mapping[str, str] = {
    "there is too little money in the wallet": "insufficient_funds",
    "the PIN is wrong": "wrong_pin",
    "the PIN is locked for a while": "pin_locked",
    "the code has expired": "expired",
    "the sale was called off": "closed",
    "somebody has paid already": "already_paid",
    "nobody knows this code": "unknown_code",
    "this is not one of our payment codes": "foreign_code",
    "the price has changed": "amount_changed",
    "the wallet holds another currency": "currency_mismatch",
    "the merchant may not be paid": "merchant_refused",
    "the payment service cannot be reached": "unavailable",
}
STATES: Mapping[str, str] = {
    "waiting for payment": "awaiting_payment",
    "unsure": "unsure",
    "not released": "not_released",
    "cancelled": "cancelled",
    "expired": "expired",
    "refused": "refused",
}
DROPS: Mapping[str, str] = {
    "falls": "dropped",
    "jams": "jammed",
    "is missing": "empty",
    "may or may not fall": "unsure",
}
MONEY: Mapping[str, str] = {
    "nowhere but with the customer": "none",
    "held": "held",
    "taken": "taken",
    "on its way back": "returning",
    "back with the customer": "returned",
}
SPANS_MS: Mapping[str, int] = {
    "second": 1_000,
    "minute": 60_000,
    "hour": 3_600_000,
    "day": 86_400_000,
}


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


def person_of(text: str) -> str:
    """Whose wallet it is: Pete's is ``pete``."""
    return text.lower()


def _one_of(words: Mapping[str, Any]) -> Any:
    def read(text: str) -> Any:
        return words[text]

    read.pattern = "|".join(words)  # type: ignore[attr-defined]
    return read


def _typed(read: Any, pattern: str) -> Any:
    def convert(text: str) -> Any:
        return read(text)

    convert.pattern = pattern  # type: ignore[attr-defined]
    return convert


TYPES: dict[str, Any] = {
    "Money": _typed(money_of, r"[0-9]+(\.[0-9]+)? [A-Z]{3}"),
    "Person": _typed(person_of, r"[A-Z][a-z]+"),
    "Slot": _typed(str, r"[A-Z][0-9]+"),
    "Span": _one_of({name + end: ms for name, ms in SPANS_MS.items() for end in ("s", "")}),
    "Takes": _one_of(TAKES),
    "Refusal": _one_of(REFUSALS),
    "Reason": _one_of(REASONS),
    "State": _one_of(STATES),
    "Drop": _one_of(DROPS),
    "Where": _one_of(MONEY),
    "Keys": _one_of(shop_words.KEYS),
    "Trade": _typed(str, "|".join(shop_words.TRADES)),
    "Outcome": _typed(str, "|".join(shop_words.OUTCOMES)),
    "Code": _typed(str, r"[A-Z_]+|202|nothing"),
    "Trouble": _one_of(shop_words.TROUBLES),
    "Manner": _one_of(shop_words.MANNERS),
    "Signer": _one_of(shop_words.SIGNERS),
    "Fate": _one_of(shop_words.FATES),
    "Number": _one_of(shop_words.NUMBERS),
    "Times": _one_of(shop_words.TIMES),
    "Bill": _one_of(shop_words.BILLS),
}


def said(sentence: str) -> Any:
    """A step's sentence, with holes like ``{price:Money}`` of the types above."""
    return parsers.cfparse(sentence, extra_types=TYPES)
