"""One message, opened: everything that can be shown of it, in parts with titles.

A part is ``{"title", "content"}``, a text to be shown as it is; or it has ``rows`` of names and
values, or ``marked``, a text in three parts of which the middle one stands out. ``link`` leads on.
"""

from __future__ import annotations

import json
import re
from typing import Any

from vendor_sim.lab.messages import (
    AUTHORIZATION,
    SIGNATURE,
    body,
    is_first_charge,
    is_v3_notice,
    is_v3_request,
    part,
)
from vendor_sim.lab.opened_v3 import about_notice, about_request
from vendor_sim.web.words import gettext as _

_APART = frozenset({AUTHORIZATION, SIGNATURE, "wechatpay-nonce", "wechatpay-timestamp"})
"""Headers that a part of their own shows."""
_NO_TEXT = re.compile("[\0-\x08\x0e-\x1f\N{REPLACEMENT CHARACTER}]")


def opened(entry: dict[str, Any]) -> dict[str, Any]:
    """What the stage shows when an arrow is clicked.

    Args:
        entry: A journal entry, its secrets hidden already, with ``texts``, its bodies as they went
            over the wire, and ``revealed``, what was encrypted in it.

    Returns:
        ``{"title", "parts"}``.
    """
    said = {
        "request": _text(_("Request"), _message(_first_line(entry), entry["request"])),
        "signature": _text(_("Signature"), _signature(entry)),
        "answer": _text(_("Answer"), _answer(entry)),
        "wrote": _text(_("Written in the same commit"), "\n".join(entry["wrote"])),
    }
    if is_v3_request(entry):
        parts = about_request(entry, said)
    elif is_v3_notice(entry):
        parts = about_notice(entry, said)
    else:
        parts = list(said.values())
    shown = [one for one in parts if one.keys() & {"rows", "marked"} or one["content"]]
    return {"title": f"{entry['source']} → {entry['target']}: {_first_line(entry)}", "parts": shown}


def opened_light(entry: dict[str, Any]) -> dict[str, Any]:
    """The code that went from one screen to the other's eye."""
    if is_first_charge(entry):
        return _opened_payment_code(entry)
    text = str(body(entry, "request").get("code", ""))
    return {
        "title": _("machine → wallet: a QR code, by light"),
        "parts": [
            _text(_("What stands in the code"), text),
            _text(
                _("Why it is safe to show"),
                _(
                    "It names one intent and nothing else. It carries no amount that a wallet "
                    "would believe, it is good for one payment, and it dies in two minutes."
                ),
            ),
        ],
    }


def _opened_payment_code(entry: dict[str, Any]) -> dict[str, Any]:
    digits = str(part(body(entry, "request"), "payer", "auth_code") or "")
    return {
        "title": _("wallet → scanner: a payment code, by light"),
        "parts": [
            _text(_("What stands in the code"), digits),
            _text(
                _("Why it lives for a minute only"),
                _(
                    "Showing it is the payer's yes: whoever reads it may charge it, once. So it is "
                    "good for a single payment and for one minute, it names no account, and above "
                    "a small amount the payer is asked for the PIN all the same."
                ),
            ),
        ],
    }


def _text(title: str, content: str) -> dict[str, Any]:
    return {"title": title, "content": content}


def _first_line(entry: dict[str, Any]) -> str:
    return f"{entry['method']} {entry['path']}"


def _message(first_line: str, message: dict[str, Any]) -> str:
    headers = message["headers"].items()
    shown = [f"{name}: {value}" for name, value in headers if name not in _APART or value == "•••"]
    return "\n".join([first_line, *shown, "", _pretty(message["body"])]).strip()


def _pretty(document: Any) -> str:
    if document is None:
        return ""
    if isinstance(document, str):
        return _("(not a text: a packed file)") if _NO_TEXT.search(document) else document
    return json.dumps(document, ensure_ascii=False, indent=2)


def _answer(entry: dict[str, Any]) -> str:
    if entry["status"] is None:
        return _("None came (%(fault)s).", fault=entry["fault"] or _("no connection"))
    return _message(str(entry["status"]), entry["answer"])


def _signature(entry: dict[str, Any]) -> str:
    if "webhook-signature" not in entry["request"]["headers"]:
        return ""
    if entry["signature"] == "valid":
        return _("Valid: HMAC-SHA256 over id.timestamp.body, by the Standard Webhooks scheme.")
    return _("Refused, or nobody was there to check it.")
