"""One message, opened: everything that can be shown of it, in parts with titles."""

from __future__ import annotations

import json
from typing import Any

from vendor_sim.web.words import gettext as _


def opened(entry: dict[str, Any]) -> dict[str, Any]:
    """What the stage shows when an arrow is clicked.

    Args:
        entry: A journal entry; its secrets are hidden already.

    Returns:
        ``{"title", "parts": [{"title", "content"}]}``, texts to be shown as they are.
    """
    parts = [
        (_("Request"), _message(f"{entry['method']} {entry['path']}", entry["request"])),
        (_("Signature"), _signature(entry)),
        (_("Answer"), _answer(entry)),
        (_("Written in the same commit"), "\n".join(entry["wrote"])),
    ]
    return {
        "title": f"{entry['source']} → {entry['target']}: {entry['method']} {entry['path']}",
        "parts": [{"title": title, "content": content} for title, content in parts if content],
    }


def opened_light(entry: dict[str, Any]) -> dict[str, Any]:
    """The code that went from the machine's screen to the wallet's camera."""
    text = str((entry["request"]["body"] or {}).get("code", ""))
    return {
        "title": _("machine → wallet: a QR code, by light"),
        "parts": [
            {"title": _("What stands in the code"), "content": text},
            {
                "title": _("Why it is safe to show"),
                "content": _(
                    "It names one intent and nothing else. It carries no amount that a wallet "
                    "would believe, it is good for one payment, and it dies in two minutes."
                ),
            },
        ],
    }


def _message(first_line: str, message: dict[str, Any]) -> str:
    headers = [f"{name}: {value}" for name, value in message["headers"].items()]
    return "\n".join([first_line, *headers, "", _pretty(message["body"])]).strip()


def _pretty(body: Any) -> str:
    if body is None:
        return ""
    if isinstance(body, str):
        return body
    return json.dumps(body, ensure_ascii=False, indent=2)


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
