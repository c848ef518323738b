"""How recorded things are said: people, money, states. The phrase book has the same words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vendor_sim.kernel.money import currency_of, major_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vendor_sim.world.recording.frames import Row

_NAME = re.compile("[A-Z][A-Za-z]*(?:-[A-Z][A-Za-z]*)*", re.ASCII)
TAKES = {
    ("hold", "v1"): "holds the money until the drink falls",
    ("at_once", "v1"): "takes the money at once",
    ("at_once", "wechat_v3"): "takes the money at once by WeChat Pay",
}
ENDS = {
    "released": "the drink falls",
    "not_released": "the order is not released",
    "unsure": "the order is unsure",
    "cancelled": "the order is cancelled",
    "expired": "the order is expired",
    "refused": "the order is refused",
}
DROPS = {"jammed": "jams", "empty": "is missing", "unsure": "may or may not fall"}
REASONS = {
    "insufficient_funds": "there is too little money in the wallet",
    "wrong_pin": "the PIN is wrong",
    "pin_locked": "the PIN is locked for a while",
    "expired": "the code has expired",
    "closed": "the sale was called off",
    "already_paid": "somebody has paid already",
    "unknown_code": "nobody knows this code",
    "foreign_code": "this is not one of our payment codes",
    "amount_changed": "the price has changed",
    "currency_mismatch": "the wallet holds another currency",
    "merchant_refused": "the merchant may not be paid",
    "unavailable": "the payment service cannot be reached",
}
SERVICES = {"machine": "the machine", "ledger": "the platform", "wallet": "the wallet"}


def money(minor: int, currency: str) -> str:
    """An amount with its currency: ``3.50 CNY``."""
    return f"{major_text(minor, currency_of(currency))} {currency}"


def people(wallets: Iterable[Row]) -> Mapping[str, str]:
    """What each wallet's owner is called: by the wallet's name, or one after the other.

    Names go into the story only where they are names; whatever else somebody typed does not.
    """
    found: dict[str, str] = {}
    for place, row in enumerate(wallets):
        spelled = row["name"][:1].upper() + row["name"][1:]
        name = spelled if _NAME.fullmatch(spelled) else ""
        if not name or name.lower() in {one.lower() for one in found.values()}:
            name = f"Customer-{_letters(place)}"
        found[row["key"]] = name
    return found


def lasted(duration_ms: int, *, exact: bool) -> str:
    """A time in words: whole seconds, unless it has to be exact."""
    if exact and duration_ms % 1_000:
        return f"{duration_ms} milliseconds have"
    seconds = duration_ms // 1_000
    return f"{seconds} {'second has' if seconds == 1 else 'seconds have'}"


def _letters(place: int) -> str:
    return chr(ord("A") + place % 26) + "a" * (place // 26)
