"""How to read one entry of the journal: whose it is, what it carries, in which dialect."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from vendor_sim.kernel.limits import AMOUNT_MINOR_MAX
from vendor_sim.kernel.money import CURRENCIES, Money

MERCHANT = "merchant"
"""Whoever is neither machine nor wallet nor ledger service: a merchant's program outside."""
AUTHORIZATION, SIGNATURE = "authorization", "wechatpay-signature"
_OURS = frozenset({"machine", "wallet", "ledger"})
_V3 = "/v3/"
_V3_CURRENCY = "CNY"


def lane(name: str) -> str:
    """The lane on which somebody stands."""
    return name if name in _OURS else MERCHANT


def is_outside(entry: dict[str, Any]) -> bool:
    """Whether it comes from a merchant's program outside, or goes to one."""
    return MERCHANT in {lane(entry["source"]), lane(entry["target"])}


def path_of(entry: dict[str, Any]) -> str:
    """The path, without its query."""
    return str(entry["path"]).split("?")[0]


def segments(entry: dict[str, Any]) -> list[str]:
    """The parts of the path, decoded."""
    return [unquote(part) for part in path_of(entry).split("/")]


def body(entry: dict[str, Any], side: str) -> dict[str, Any]:
    """The JSON object of a ``request`` or an ``answer``; empty where it is none."""
    found = entry[side]["body"]
    return found if isinstance(found, dict) else {}


def part(document: Any, *names: str) -> Any:
    """What lies inside a document under these names; None where nothing does."""
    for name in names:
        document = document.get(name) if isinstance(document, dict) else None
    return document


def revealed(entry: dict[str, Any]) -> dict[str, Any]:
    """What a notification of the WeChat Pay dialect says once it is decrypted; empty for others."""
    found = entry.get("revealed")
    return found if isinstance(found, dict) else {}


def is_v3_request(entry: dict[str, Any]) -> bool:
    """Whether a merchant asks something in the WeChat Pay dialect."""
    return str(entry["path"]).startswith(_V3)


def is_v3_notice(entry: dict[str, Any]) -> bool:
    """Whether the platform tells a merchant something in the WeChat Pay dialect."""
    return entry["source"] == "ledger" and "resource" in body(entry, "request")


def is_first_charge(entry: dict[str, Any]) -> bool:
    """Whether this message says that a scanner has just read a payment code."""
    return entry["method"] == "POST" and path_of(entry) == "/v3/pay/transactions/codepay"


def is_first_look(entry: dict[str, Any]) -> bool:
    """Whether this message says that a wallet has just read a code."""
    return str(entry["path"]) == "/v1/codes/resolve"


def v1_amount(entry: dict[str, Any]) -> str:
    """The amount of a message of ``/v1``, as people write it; empty where there is none."""
    for document in (body(entry, "answer"), body(entry, "request")):
        minor, currency = document.get("amount_minor"), document.get("currency")
        if isinstance(minor, int) and currency in CURRENCIES:
            return str(Money(minor, CURRENCIES[currency]))
    return ""


def v3_amount(entry: dict[str, Any], name: str = "total") -> str:
    """An amount of a v3 message, in fen there, as people write it; empty where there is none."""
    for document in (revealed(entry), body(entry, "request"), body(entry, "answer")):
        minor = part(document, "amount", name)
        if type(minor) is int and 0 <= minor <= AMOUNT_MINOR_MAX:
            return str(Money(minor, CURRENCIES[_V3_CURRENCY]))
    return ""
