"""Which messages belong to which purchase.

Each service names the same purchase its own way: an order to the machine, an intent and a code to
the ledger service, an authorisation to the wallet. Whoever reads the messages in order learns which
names go together, as a person at a protocol analyser would.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ID = re.compile(r"(?:ord|in|au|rf)_[2-9a-hjkmnp-z]{16}(?![2-9a-hjkmnp-z])", re.ASCII)
_TOKEN = re.compile(r"/wallet/p/([2-9a-hjkmnp-z]{24})", re.ASCII)
_BARE_TOKEN = re.compile(r"[2-9a-hjkmnp-z]{24}", re.ASCII)
_SPOKEN_OF = frozenset({"order_ref", "intent", "id", "code", "authorisation"})


class Threads:
    """Follows messages in order and tells the purchase each is about."""

    def __init__(self) -> None:
        self._purchase_of: dict[str, str] = {}

    def purchase(self, entry: dict[str, Any]) -> str | None:
        """The order a message is about, None where it is about none (opening an account, say)."""
        names = set(names_in(entry))
        known = {self._purchase_of[name] for name in names if name in self._purchase_of}
        fresh = sorted(name for name in names if name.startswith("ord_"))
        order = min(known) if known else (fresh[0] if fresh else None)
        if order is not None:
            self._purchase_of.update(dict.fromkeys(names, order))
        return order


def names_in(entry: dict[str, Any]) -> Iterator[str]:
    """Every id of a purchase that a message speaks of, in its path, key and bodies."""
    yield from _ID.findall(entry["path"])
    yield from _ID.findall(entry["request"]["headers"].get("idempotency-key", ""))
    for message in (entry["request"], entry["answer"]):
        for text in _texts(message["body"]):
            yield from _ID.findall(text)
            yield from _TOKEN.findall(text)
            yield from [text] if _BARE_TOKEN.fullmatch(text) else []


def _texts(body: Any) -> Iterable[str]:
    if not isinstance(body, dict):
        return
    for key, value in body.items():
        if key in _SPOKEN_OF and isinstance(value, str):
            yield value
        elif key == "data":
            yield from _texts(value)
