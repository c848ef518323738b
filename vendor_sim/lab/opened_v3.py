"""One message of the WeChat Pay dialect, opened: who signed what, and what was encrypted."""

from __future__ import annotations

import json
from typing import Any

from vendor_sim.lab.messages import SIGNATURE, revealed
from vendor_sim.lab.signed import (
    marked,
    platform_string,
    request_string,
    signer_of_platform,
    signer_of_request,
    visible,
)
from vendor_sim.web.words import gettext as _

Part = dict[str, Any]

_OK = range(200, 300)
_UNSIGNED = 401
_PROBE = "WECHATPAY/SIGNTEST/"
_INSPECT = "vendor-sim-inspect"


def about_request(entry: dict[str, Any], said: dict[str, Part]) -> list[Part]:
    """The parts of a merchant's request; why its signature failed comes first, if it did.

    Args:
        entry: The journal entry, with its ``texts``.
        said: The parts that every message has.
    """
    asked, answered = _texts(entry)
    return [
        *_diagnosis(entry),
        said["request"],
        *_rows(_("Who signed it"), signer_of_request(entry)),
        *_string(_("The string that was signed"), _unless_wrong(entry, asked)),
        _verdict(entry),
        said["answer"],
        *_rows(_("The platform signed its answer"), signer_of_platform(entry["answer"])),
        *_string(
            _("The string that the platform signed"), platform_string(entry["answer"], answered)
        ),
        said["wrote"],
    ]


def about_notice(entry: dict[str, Any], said: dict[str, Part]) -> list[Part]:
    """The parts of a notification: what it says, then how it was sent.

    Args:
        entry: The journal entry, with its ``texts``.
        said: The parts that every message has.
    """
    asked, _answered = _texts(entry)
    return [
        *_decrypted(entry),
        said["request"] | {"title": _("As it was sent, encrypted")},
        *_rows(_("The platform signed it"), signer_of_platform(entry["request"])),
        *_string(
            _("The string that the platform signed"), platform_string(entry["request"], asked)
        ),
        _text(_("Signature"), _notice_verdict(entry)),
        said["answer"],
        said["wrote"],
    ]


def _texts(entry: dict[str, Any]) -> tuple[str, str]:
    asked, answered = entry.get("texts") or ("", "")
    return asked, answered


def _diagnosis(entry: dict[str, Any]) -> list[Part]:
    if entry["status"] != _UNSIGNED:
        return []
    found = entry.get("diagnosis")
    if not found:
        return [_why(entry, _("The platform refused it; what it checked is forgotten by now."), "")]
    told = _why(entry, _sentence(found["cause"]), found["fix"])
    expected, implied = found["expected"], found["implied"]
    if implied is None:
        return [told, *_string(_("The string that should have been signed"), expected)]
    at = found["first_difference"]
    return [
        told,
        {
            "title": _("The string that should have been signed"),
            "marked": marked(expected, implied),
            "note": _("The first difference is byte %(at)s, counted from 0.", at=at),
        },
        {"title": _("The string that was signed instead"), "marked": marked(implied, expected)},
    ]


def _why(entry: dict[str, Any], cause: str, fix: str) -> Part:
    told = _text(_("Why the signature failed"), "\n\n".join(filter(None, (cause, fix))))
    told["tone"] = "problem"
    inspected = entry["answer"]["headers"].get(_INSPECT)
    if inspected:
        told["link"] = {"href": str(inspected), "text": _("See it in the request inspector")}
    return told


def _sentence(cause: str) -> str:
    return f"{cause[:1].upper()}{cause[1:].rstrip('.')}."


def _unless_wrong(entry: dict[str, Any], asked: str) -> str:
    """What was signed, where that is known: of a refused request the diagnosis tells."""
    return "" if entry["status"] == _UNSIGNED else request_string(entry, asked)


def _verdict(entry: dict[str, Any]) -> Part:
    if entry["status"] is None:
        return _text(_("Signature"), _("Nobody answered, so nobody knows whether it was checked."))
    if entry["status"] == _UNSIGNED:
        return _text(_("Signature"), _("Refused: SIGN_ERROR."))
    if not signer_of_request(entry):
        return _text(_("Signature"), "")
    valid = _("Valid: RSA with SHA-256 over these five lines, by the key of this certificate.")
    unknown = _("Refused for another reason; see the answer.")
    return _text(_("Signature"), valid if entry["status"] in _OK else unknown)


def _decrypted(entry: dict[str, Any]) -> list[Part]:
    told = revealed(entry)
    if not told:
        return []
    content = json.dumps(told, ensure_ascii=False, indent=2)
    note = _("AES-256-GCM, with the merchant's APIv3 key: nobody else can read it on its way.")
    return [_text(_("What it says, decrypted"), content) | {"note": note}]


def _notice_verdict(entry: dict[str, Any]) -> str:
    if str(entry["request"]["headers"].get(SIGNATURE, "")).startswith(_PROBE):
        return _(
            "Wrong on purpose: the platform looks whether the merchant checks. It has to answer "
            "with an error, and gets the same again, signed rightly."
        )
    if entry["signature"] == "valid":
        return _("Valid: RSA with SHA-256 over timestamp, nonce and body, by the platform's key.")
    if entry["signature"]:
        return _("Refused.")
    return _("Whether the merchant's program checked it, only that program knows.")


def _rows(title: str, rows: list[tuple[str, str]]) -> list[Part]:
    return [{"title": title, "rows": rows}] if rows else []


def _string(title: str, text: str) -> list[Part]:
    return [_text(title, visible(text))] if text else []


def _text(title: str, content: str) -> Part:
    return {"title": title, "content": content}
