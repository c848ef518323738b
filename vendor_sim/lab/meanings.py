"""What each kind of message means, in the words of somebody who explains a purchase."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vendor_sim.lab.messages import (
    body,
    is_v3_notice,
    part,
    path_of,
    revealed,
    v1_amount,
    v3_amount,
)
from vendor_sim.web.words import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

    Entry = dict[str, Any]

_HELD = "held"
_DONE = "done"
_OK = 200
_CAPTURED, _SUCCESS = "captured", "SUCCESS"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a kind of message is called on the stage.

    Attributes:
        method, path: Which messages; the path as a pattern.
        label: The words on the arrow, given the message.
        tone: ``held`` where it makes a hold, ``done`` where it makes money final, else empty;
            given the message and asked only where it was carried out.
    """

    method: str
    path: str
    label: Callable[[Entry], str]
    tone: Callable[[Entry], str] = lambda _entry: ""


def meaning(entry: Entry) -> Meaning | None:
    """What a message means, None where nobody has words for it."""
    if is_v3_notice(entry):
        return _V3_NOTICE
    path = path_of(entry)
    for known in _MEANINGS:
        if known.method == entry["method"] and re.fullmatch(known.path, path):
            return known
    return None


def _event(entry: Entry) -> str:
    return str(body(entry, "request").get("type", _("notification")))


def _dropped(entry: Entry) -> str:
    words = {
        "dropped": _("the drink fell"),
        "jammed": _("it jammed, nothing fell"),
        "empty": _("the coil was empty"),
        "unsure": _("nobody saw it fall"),
    }
    return words.get(str(body(entry, "request").get("drop")), _("what became of the goods"))


def _authorised(entry: Entry) -> str:
    return _DONE if body(entry, "answer").get("state") == _CAPTURED else _HELD


def _used(entry: Entry) -> str:
    words = {
        "asking": _("was my code used? a shop asks"),
        "paid": _("was my code used? it paid"),
        "failed": _("was my code used? in vain"),
        "expired": _("was my code used? too late"),
    }
    return words.get(str(body(entry, "answer").get("state")), _("was my code used?"))


_INTENT = r"/v1/intents/[^/]+"
_V1 = (
    Meaning("POST", r"/v1/intents", lambda e: _("please collect %(sum)s", sum=v1_amount(e))),
    Meaning("GET", _INTENT, lambda _e: _("how does it stand?")),
    Meaning("POST", _INTENT + "/close", lambda _e: _("stop collecting")),
    Meaning(
        "POST",
        _INTENT + "/capture",
        lambda e: _("capture %(sum)s", sum=v1_amount(e)),
        lambda _e: _DONE,
    ),
    Meaning("POST", _INTENT + "/void", lambda e: _("let go of %(sum)s", sum=v1_amount(e))),
    Meaning("POST", _INTENT + "/refunds", lambda e: _("refund %(sum)s", sum=v1_amount(e))),
    Meaning("GET", _INTENT + "/refunds", lambda _e: _("what went back so far?")),
    Meaning("POST", _INTENT + "/fulfilment", _dropped),
    Meaning("POST", r"/v1/codes/resolve", lambda _e: _("whose code is this?")),
    Meaning(
        "POST",
        r"/v1/authorisations",
        lambda e: _("authorise %(sum)s", sum=v1_amount(e)),
        _authorised,
    ),
    Meaning("GET", r"/v1/authorisations/.+", lambda _e: _("what became of my yes?")),
    Meaning("POST", r"/v1/declines", lambda _e: _("no, thank you")),
    Meaning("POST", r"/v1/payment-codes", lambda _e: _("a payment code, please")),
    Meaning("GET", r"/v1/payment-codes/[^/]+", _used),
    Meaning("POST", r"/v1/accounts", lambda _e: _("open an account")),
    Meaning("POST", r"/v1/accounts/.+/top-ups", lambda _e: _("top up")),
    Meaning("GET", r"/v1/accounts/[^/]+", lambda _e: _("how much is there?")),
    Meaning("GET", r"/v1/refunds/.+", lambda _e: _("has the refund arrived?")),
    Meaning("POST", r"/(machine|wallet)/hooks/.+", _event),
    Meaning("GET", r"/healthz", lambda _e: _("are you there?")),
)


def _create(kind: str) -> Callable[[Entry], str]:
    return lambda entry: _("%(kind)s order, %(sum)s", kind=kind, sum=v3_amount(entry))


def _stands(question: str, *state: str) -> str:
    return f"{question} {state[0]}" if state and state[0] else question


def _trade(entry: Entry) -> str:
    state = body(entry, "answer").get("trade_state")
    return _stands(_("how does it stand?"), str(state or ""))


def _refund_stands(entry: Entry) -> str:
    state = body(entry, "answer").get("status")
    return _stands(_("has the refund arrived?"), str(state or ""))


def _charged(entry: Entry) -> str:
    paid = part(entry, "answer", "body", "trade_state") == _SUCCESS
    return _DONE if paid and entry["status"] == _OK else ""


def _event_v3(entry: Entry) -> str:
    event = str(body(entry, "request").get("event_type", _("notification")))
    told = revealed(entry)
    amount = v3_amount(entry, "refund" if "refund_status" in told else "total") if told else ""
    return f"{event} {amount}".strip()


_PAY = r"/v3/pay/transactions"
_NUMBER = _PAY + r"/out-trade-no/[^/]+"
_REFUNDS = r"/v3/refund/domestic/refunds"
_V3 = (
    Meaning("POST", _PAY + "/native", _create("Native")),
    Meaning("POST", _PAY + "/jsapi", _create("JSAPI")),
    Meaning("POST", _PAY + "/app", _create("App")),
    Meaning("POST", _PAY + "/h5", _create("H5")),
    Meaning(
        "POST",
        _PAY + "/codepay",
        lambda e: _("charge the payment code %(sum)s", sum=v3_amount(e)),
        _charged,
    ),
    Meaning("GET", _NUMBER, _trade),
    Meaning("GET", _PAY + r"/id/[^/]+", _trade),
    Meaning("POST", _NUMBER + "/close", lambda _e: _("stop collecting")),
    Meaning("POST", _NUMBER + "/reverse", lambda _e: _("reverse the charge")),
    Meaning("POST", _REFUNDS, lambda e: _("refund %(sum)s", sum=v3_amount(e, "refund"))),
    Meaning("GET", _REFUNDS + r"/[^/]+", _refund_stands),
    Meaning(
        "POST",
        _REFUNDS + r"/[^/]+/apply-abnormal-refund",
        lambda _e: _("send the refund another way"),
    ),
    Meaning("GET", r"/v3/bill/tradebill", lambda _e: _("where is the trade bill?")),
    Meaning("GET", r"/v3/bill/fundflowbill", lambda _e: _("where is the fund-flow bill?")),
    Meaning("GET", r"/v3/billdownload/.+", lambda _e: _("download the bill")),
    Meaning("GET", r"/v3/certificates", lambda _e: _("which certificates do you sign with?")),
)
_V3_NOTICE = Meaning("POST", ".*", _event_v3)
_MEANINGS = (*_V1, *_V3)
