"""Messages as arrows of a sequence diagram: who to whom, what it means, how it went."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.clock import rfc3339
from vendor_sim.kernel.money import CURRENCIES, Money
from vendor_sim.web.words import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

_OK = range(200, 300)
_HELD = "held"
_DONE = "done"
_CODE_SHOWN_CHARS = 4


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a kind of message is called on the stage.

    Attributes:
        method, path: Which messages; the path as a pattern.
        label: The words on the arrow, given the message.
        tone: ``held`` where it makes a hold, ``done`` where it makes money final.
    """

    method: str
    path: str
    label: Callable[[dict[str, Any]], str]
    tone: str = ""


def arrow(entry: dict[str, Any], purchase: str | None) -> dict[str, Any]:
    """One message, ready to be drawn.

    Returns:
        ``{"n", "at", "source", "target", "label", "status", "note", "good", "tone", "purchase"}``;
        ``good`` is None where no answer came.
    """
    meaning = _meaning(entry)
    status = entry["status"]
    return {
        "n": entry["n"],
        "at": rfc3339(entry["at_ms"]),
        "source": entry["source"],
        "target": entry["target"],
        "label": meaning.label(entry) if meaning else f"{entry['method']} {entry['path']}",
        "status": status,
        "note": _note(entry),
        "good": None if status is None else status in _OK,
        "tone": meaning.tone if meaning and status in _OK else "",
        "purchase": purchase,
    }


def light(resolve: dict[str, Any], purchase: str | None) -> dict[str, Any]:
    """The message that no network carries: the code goes from screen to camera by light."""
    code = str(_body(resolve, "request").get("code", ""))
    return {
        "n": f"{resolve['n']}-light",
        "at": rfc3339(resolve["at_ms"]),
        "source": "machine",
        "target": resolve["source"],
        "label": _("QR code, by light · …%(end)s", end=code[-_CODE_SHOWN_CHARS:]),
        "status": None,
        "note": "",
        "good": True,
        "tone": "light",
        "purchase": purchase,
    }


def is_first_look(entry: dict[str, Any]) -> bool:
    """Whether this message says that a wallet has just read a code."""
    return str(entry["path"]) == "/v1/codes/resolve"


def _body(entry: dict[str, Any], side: str) -> dict[str, Any]:
    body = entry[side]["body"]
    return body if isinstance(body, dict) else {}


def _amount(entry: dict[str, Any]) -> str:
    for body in (_body(entry, "answer"), _body(entry, "request")):
        minor, currency = body.get("amount_minor"), body.get("currency")
        if isinstance(minor, int) and currency in CURRENCIES:
            return str(Money(minor, CURRENCIES[currency]))
    return ""


def _event(entry: dict[str, Any]) -> str:
    return str(_body(entry, "request").get("type", _("notification")))


def _dropped(entry: dict[str, Any]) -> str:
    words = {
        "dropped": _("the drink fell"),
        "jammed": _("it jammed, nothing fell"),
        "empty": _("the coil was empty"),
        "unsure": _("nobody saw it fall"),
    }
    return words.get(str(_body(entry, "request").get("drop")), _("what became of the goods"))


_INTENT = r"/v1/intents/[^/]+"
_MEANINGS = (
    Meaning("POST", r"/v1/intents", lambda e: _("please collect %(sum)s", sum=_amount(e))),
    Meaning("GET", _INTENT, lambda _e: _("how does it stand?")),
    Meaning("POST", _INTENT + "/close", lambda _e: _("stop collecting")),
    Meaning("POST", _INTENT + "/capture", lambda e: _("capture %(sum)s", sum=_amount(e)), _DONE),
    Meaning("POST", _INTENT + "/void", lambda e: _("let go of %(sum)s", sum=_amount(e))),
    Meaning("POST", _INTENT + "/refunds", lambda e: _("refund %(sum)s", sum=_amount(e))),
    Meaning("POST", _INTENT + "/fulfilment", _dropped),
    Meaning("POST", r"/v1/codes/resolve", lambda _e: _("whose code is this?")),
    Meaning("POST", r"/v1/authorisations", lambda e: _("authorise %(sum)s", sum=_amount(e)), _HELD),
    Meaning("GET", r"/v1/authorisations/.+", lambda _e: _("what became of my yes?")),
    Meaning("POST", r"/v1/declines", lambda _e: _("no, thank you")),
    Meaning("POST", r"/v1/accounts", lambda _e: _("open an account")),
    Meaning("POST", r"/v1/accounts/.+/top-ups", lambda _e: _("top up")),
    Meaning("GET", r"/v1/accounts/[^/]+", lambda _e: _("how much is there?")),
    Meaning("GET", r"/v1/refunds/.+", lambda _e: _("has the refund arrived?")),
    Meaning("POST", r"/(machine|wallet)/hooks/.+", _event),
    Meaning("GET", r"/healthz", lambda _e: _("are you there?")),
)


def _meaning(entry: dict[str, Any]) -> Meaning | None:
    path = entry["path"].split("?")[0]
    for meaning in _MEANINGS:
        if meaning.method == entry["method"] and re.fullmatch(meaning.path, path):
            return meaning
    return None


def _note(entry: dict[str, Any]) -> str:
    if entry["status"] is None:
        return _("no answer")
    if entry["signature"]:
        return _("signed ✓") if entry["signature"] == "valid" else _("signature refused")
    if entry["status"] not in _OK:
        error = _body(entry, "answer").get("error")
        return str(error["code"]) if isinstance(error, dict) else ""
    return ""
