"""What was said between the services: a bounded ring of exchanges, with the secrets hidden.

Entries are written when somebody looks, and canonical: only headers that mean something to us, no
dates, keys in a fixed order. So the same seed writes the same journal byte for byte, and a journal
can be shown to anybody.

Signatures are no secrets: an ``Authorization`` of the WeChat Pay dialect is shown, since it is one,
and a key in any other scheme is not.
"""

from __future__ import annotations

import json
import re
import threading
from collections import deque
from functools import lru_cache
from itertools import islice, takewhile
from math import isfinite
from typing import TYPE_CHECKING, Any, NoReturn

from vendor_sim.kernel.limits import JOURNAL_ENTRIES_MAX, JSON_DEPTH_MAX
from vendor_sim.wire import strict_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from vendor_sim.wire.transports import Exchange

TOPIC = "journal"
HIDDEN = "•••"
BYTES_MAX = 64 * 1024 * 1024
"""Bodies kept; the oldest exchanges fall off where strangers send much."""
_SECRETS_KEPT = 1_024
_SIGNED = "WECHATPAY2-"
_INSPECT = "vendor-sim-inspect"
_SHOWN = (
    "authorization",
    "content-type",
    "idempotency-key",
    "retry-after",
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
    "wechatpay-serial",
    "wechatpay-signature-type",
    "wechatpay-timestamp",
    "wechatpay-nonce",
    "wechatpay-signature",
    "request-id",
    _INSPECT,
)
_SECRET_HEADERS = frozenset({"authorization"})
_SECRET_FIELDS = frozenset(
    {
        *("api_key", "apiv3_key", "credentials", "hook_secret", "hook_secrets", "password", "pin"),
        *("private_key", "provider_key", "secret", "token"),
    }
)


class Journal:
    """The last exchanges, numbered from 1.

    Args:
        entries_max: How many are kept; older ones fall off.
        bytes_max: How many bytes their bodies may have together.
    """

    def __init__(self, entries_max: int = JOURNAL_ENTRIES_MAX, bytes_max: int = BYTES_MAX) -> None:
        self._exchanges: deque[tuple[int, Exchange]] = deque()
        self._entries_max = entries_max
        self._bytes_max = bytes_max
        self._bytes = 0
        self._diagnose: Callable[[int], Mapping[str, Any] | None] = lambda _number: None
        self._diagnoses: dict[int, Mapping[str, Any] | None] = {}
        self._shown: dict[int, dict[str, Any]] = {}
        self._last = 0
        self._lock = threading.Lock()
        self._listeners: list[Callable[[frozenset[str]], None]] = []
        self._secrets: set[str] = set()
        self._secret: re.Pattern[str] | None = None

    def hide(self, secrets: Iterable[str]) -> None:
        """Never show these texts, wherever they stand, as they are or inside JSON."""
        with self._lock:
            for text in filter(None, secrets):
                self._secrets |= {text, json.dumps(text)[1:-1]}
            longest_first = sorted(self._secrets, key=lambda text: (-len(text), text))
            self._secret = (
                re.compile("|".join(map(_escaped, longest_first))) if longest_first else None
            )
            self._shown = {}

    def record(self, exchange: Exchange) -> None:
        """Keep an exchange and tell whoever watches."""
        with self._lock:
            self._last += 1
            self._exchanges.append((self._last, exchange))
            self._bytes += _size(exchange)
            while len(self._exchanges) > self._entries_max or self._bytes > self._bytes_max:
                self._drop_oldest()
        for listener in self._listeners:
            listener(frozenset({TOPIC}))

    def diagnose_with(self, diagnose: Callable[[int], Mapping[str, Any] | None]) -> None:
        """Learn why signatures failed from whoever checked them.

        Args:
            diagnose: Given the number in ``Vendor-Sim-Inspect``, what is wrong with that request's
                signature; None where that is not known (any more). Asked once for each exchange.
        """
        self._diagnose = diagnose

    def since(self, n: int = 0) -> list[dict[str, Any]]:
        """Entries numbered above ``n``, oldest first."""
        return [self._diagnosed(*pair) for pair in self.exchanges(n)]

    def exchanges(self, n: int = 0) -> list[tuple[int, Exchange]]:
        """What is kept numbered above ``n``, oldest first, as it was and with every secret."""
        with self._lock:
            kept = list(takewhile(lambda pair: pair[0] > n, reversed(self._exchanges)))
        return kept[::-1]

    def last(self, count: int) -> list[dict[str, Any]]:
        """The newest entries, at most this many, oldest first; no diagnoses: they take time.

        A page that follows asks again after each message, so they are kept; do not change them.
        """
        with self._lock:
            kept = list(islice(reversed(self._exchanges), count))
            pattern, shown = self._secret, self._shown
        entries = {n: shown.get(n) or self._entry(n, exchange) for n, exchange in reversed(kept)}
        with self._lock:
            if self._secret is pattern:
                self._shown = entries
        return list(entries.values())

    def entry(self, n: int) -> dict[str, Any] | None:
        """One entry; None where it never was or fell off."""
        found = self._find(n)
        return None if found is None else self._diagnosed(n, found)

    def texts(self, n: int) -> tuple[str, str] | None:
        """Request and answer of an exchange as they went over the wire, secrets hidden."""
        found = self._find(n)
        if found is None:
            return None
        request, answer = (
            self._clean(raw.decode("utf-8", "replace")) for raw in (found.request, found.answer)
        )
        return request, answer

    def on_change(self, listener: Callable[[frozenset[str]], None]) -> None:
        """Call a listener with the topic ``journal`` after each entry."""
        self._listeners.append(listener)

    def clear(self) -> None:
        """Forget every entry; numbers go on, so that a page that follows does not miss the new."""
        with self._lock:
            self._exchanges.clear()
            self._diagnoses.clear()
            self._shown = {}
            self._bytes = 0

    def canonical(self) -> bytes:
        """Every entry kept, one JSON line each: the same seed gives the same bytes."""
        lines = (
            json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in self.since()
        )
        return "".join(f"{line}\n" for line in lines).encode()

    def _find(self, n: int) -> Exchange | None:
        with self._lock:
            return next((one for number, one in reversed(self._exchanges) if number == n), None)

    def _drop_oldest(self) -> None:
        n, exchange = self._exchanges.popleft()
        self._bytes -= _size(exchange)
        self._diagnoses.pop(n, None)

    def _diagnosed(self, n: int, exchange: Exchange) -> dict[str, Any]:
        return {**self._entry(n, exchange), "diagnosis": self._diagnosis(n, exchange)}

    def _diagnosis(self, n: int, exchange: Exchange) -> dict[str, Any] | None:
        number = exchange.answer_headers.get(_INSPECT, "").rpartition("/")[2]
        if not number.isdecimal():
            return None
        if n not in self._diagnoses:
            self._diagnoses[n] = self._diagnose(int(number))
        found = self._diagnoses[n]
        if found is None:
            return None
        return {
            name: self._clean(said) if isinstance(said, str) else said
            for name, said in found.items()
        }

    def _entry(self, n: int, exchange: Exchange) -> dict[str, Any]:
        answered = exchange.answer_headers
        return {
            "n": n,
            "at_ms": exchange.at_ms,
            "took_ms": exchange.took_ms,
            "source": exchange.source,
            "target": exchange.target,
            "method": exchange.method,
            "path": self._clean(exchange.path),
            "status": exchange.status,
            "fault": exchange.fault,
            "signature": answered.get("vendor-sim-signature"),
            "wrote": _listed(answered.get("vendor-sim-wrote")),
            "request": self._message(exchange.request_headers, exchange.request),
            "answer": self._message(answered, exchange.answer),
        }

    def _message(self, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        lowered = {name.lower(): value for name, value in headers.items()}
        shown = {
            name: HIDDEN if _is_secret(name, lowered[name]) else self._clean(lowered[name])
            for name in _SHOWN
            if name in lowered
        }
        return {"headers": shown, "body": self._body(body)}

    def _body(self, body: bytes) -> Any:
        if not body:
            return None
        text = self._clean(body.decode("utf-8", "replace"))
        try:
            document = _without_secrets(_DECODER.decode(text))
            if _HALF.search(text) or text.count("[") + text.count("{") > JSON_DEPTH_MAX:
                strict_json.compact(document)
        except (ValueError, RecursionError):
            return text  # also what could be read, but not be written again
        return document

    def _clean(self, text: str) -> str:
        return self._secret.sub(HIDDEN, text) if self._secret else text


def _finite(text: str) -> float:
    if not isfinite(float(text)):
        raise ValueError(f"{text} is beyond all numbers that JSON can tell")
    return float(text)


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_no_constant)
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""Half a character, perhaps without its other half: then no UTF-8 can say it."""


def _is_secret(name: str, value: str) -> bool:
    return name in _SECRET_HEADERS and not value.startswith(_SIGNED)


@lru_cache(maxsize=_SECRETS_KEPT)
def _escaped(secret: str) -> str:
    """A secret as a pattern; every simulated world has the same keys, and they are long."""
    return re.escape(secret)


def _size(exchange: Exchange) -> int:
    return len(exchange.request) + len(exchange.answer)


def _listed(text: str | None) -> list[str]:
    return [item for item in (text or "").split(", ") if item]


def _without_secrets(document: Any) -> Any:
    if isinstance(document, dict):
        return {
            name: HIDDEN if name.lower() in _SECRET_FIELDS else _without_secrets(value)
            for name, value in document.items()
        }
    if isinstance(document, list):
        return [_without_secrets(item) for item in document]
    return document
