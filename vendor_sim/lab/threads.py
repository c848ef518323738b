"""Which messages belong to which purchase.

Each service names the same purchase its own way: an order to the machine, an intent and a code to
the ledger service, an authorisation to the wallet, an ``out_trade_no`` to a merchant of WeChat Pay.
Whoever reads the messages in order learns which names go together, as a person at a protocol
analyser would.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from vendor_sim.lab.messages import (
    AUTHORIZATION,
    body,
    is_outside,
    part,
    revealed,
    segments,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Entry = dict[str, Any]

_ID = re.compile(r"(?:ord|in|au|rf)_[2-9a-hjkmnp-z]{16}(?![2-9a-hjkmnp-z])", re.ASCII)
_TOKEN = re.compile(r"(?:/wallet/p/|\?pr=)([2-9a-hjkmnp-z]{24})", re.ASCII)
_BARE_TOKEN = re.compile(r"[2-9a-hjkmnp-z]{24}", re.ASCII)
_PRESENTED = re.compile(r"1[0-5][0-9]{16}", re.ASCII)
_MCHID = re.compile(r'mchid="([0-9]{1,32})"', re.ASCII)
_SPOKEN_OF = frozenset(
    {
        *("order_ref", "intent", "id", "code", "authorisation"),
        *("code_url", "out_trade_no", "out_refund_no"),
    }
)
_TRANSACTION_PATH, _REFUND_PATH = ("v3", "pay", "transactions", "id"), ("v3", "refund")
_ORDER = "ord_"
_BETWEEN = "/"
"""Between a merchant and its number for an order; no order of a machine has one."""


def is_of_merchant(purchase: str | None) -> bool:
    """Whether a purchase is of a merchant's program outside."""
    return purchase is not None and _BETWEEN in purchase


def merchant_and_order(purchase: str) -> tuple[str, str]:
    """Of a merchant's purchase its number and the order's; empty where they are not known."""
    mchid, _, number = purchase.partition(_BETWEEN)
    return mchid, number


class Threads:
    """Follows messages in order and tells the purchase each is about."""

    def __init__(self) -> None:
        self._purchase_of: dict[str, str] = {}

    def purchase(self, entry: Entry) -> str | None:
        """The order a message is about, None where it is about none (opening an account, say).

        An order of a machine has its id. One of a merchant outside is ``1900000001/order-77``, and
        ``1900000001/`` is whatever else that merchant asks.
        """
        names = set(names_in(entry))
        presented = set(_presented_in(entry))
        order = self._outside(entry, names) if is_outside(entry) else self._inside(names)
        if order is None:
            return self._known(presented)
        self._purchase_of.update(dict.fromkeys(names, order))
        for code in presented:
            self._purchase_of.setdefault(code, order)
        return order

    def _inside(self, names: set[str]) -> str | None:
        fresh = sorted(name for name in names if name.startswith(_ORDER))
        return self._known(names) or (fresh[0] if fresh else None)

    def _outside(self, entry: Entry, names: set[str]) -> str:
        mchid = _merchant(entry)
        number = _number(entry)
        machines = number and _ID.match(number)
        if machines and machines[0] in self._purchase_of:
            return self._purchase_of[machines[0]]
        if number:
            return f"{mchid}{_BETWEEN}{number}"
        return self._known(names) or f"{mchid}{_BETWEEN}"

    def _known(self, names: set[str]) -> str | None:
        return min(
            (self._purchase_of[name] for name in names & self._purchase_of.keys()), default=None
        )


def names_in(entry: Entry) -> Iterator[str]:
    """Every id of a purchase that a message speaks of, in its path, key and bodies."""
    yield from _ID.findall(entry["path"])
    yield from _ID.findall(entry["request"]["headers"].get("idempotency-key", ""))
    for document in (entry["request"]["body"], entry["answer"]["body"], revealed(entry)):
        for text in _texts(document):
            yield from _ID.findall(text)
            yield from _TOKEN.findall(text)
            yield from [text] if _BARE_TOKEN.fullmatch(text) else []
        yield from _numbered(entry, document)
    yield from _numbered_in_path(entry)


def _texts(document: Any) -> Iterable[str]:
    if not isinstance(document, dict):
        return
    for key, value in document.items():
        if key in _SPOKEN_OF and isinstance(value, str):
            yield value
        elif key == "data":
            yield from _texts(value)


def _numbered(entry: Entry, document: Any) -> Iterator[str]:
    """The platform's and a merchant's own numbers, for messages that name no order."""
    for key in ("transaction_id", "refund_id"):
        if isinstance(found := part(document, key), str):
            yield f"{key} {found}"
    if isinstance(found := part(document, "out_refund_no"), str):
        yield f"refund {_merchant(entry)} {found}"


def _numbered_in_path(entry: Entry) -> Iterator[str]:
    _, *parts = segments(entry)
    if tuple(parts[:4]) == _TRANSACTION_PATH:
        yield f"transaction_id {''.join(parts[4:5])}"
    if tuple(parts[:2]) == _REFUND_PATH and len(parts) > 4:  # noqa: PLR2004 - …/refunds/<number>
        yield f"refund_id {parts[4]}"
        yield f"refund {_merchant(entry)} {parts[4]}"


def _presented_in(entry: Entry) -> Iterator[str]:
    """Payment codes, which a wallet got before anybody knew what they would pay for."""
    found = [
        segments(entry)[-1],
        part(body(entry, "answer"), "auth_code"),
        part(body(entry, "request"), "payer", "auth_code"),
    ]
    for text in found:
        if isinstance(text, str) and _PRESENTED.fullmatch(text):
            yield text


def _merchant(entry: Entry) -> str:
    """Who it is from or for, as far as it says."""
    signed = _MCHID.search(str(entry["request"]["headers"].get(AUTHORIZATION, "")))
    if signed:
        return signed[1]
    asked = parse_qs(urlsplit(entry["path"]).query).get("mchid", [None])[0]
    found = part(revealed(entry), "mchid") or part(body(entry, "request"), "mchid") or asked
    return found if isinstance(found, str) and found.isdecimal() else ""


def _number(entry: Entry) -> str:
    """The merchant's number for the order, where it is said; empty where it is not."""
    parts = segments(entry)
    if "out-trade-no" in parts[:-1]:
        return parts[parts.index("out-trade-no") + 1]
    for document in (revealed(entry), body(entry, "request"), body(entry, "answer")):
        found = document.get("out_trade_no")
        if isinstance(found, str) and found:
            return found
    return ""
