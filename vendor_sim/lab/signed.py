"""Signatures of the WeChat Pay dialect, written out so that a class can read them."""

from __future__ import annotations

from typing import Any

from vendor_sim.kernel.clock import rfc3339
from vendor_sim.lab.messages import AUTHORIZATION, SIGNATURE
from vendor_sim.web.words import gettext as _
from vendor_sim.wire import wechatpay

_LINE_FEED, _RETURN, _SPACE = "↵\n", "␍", "␣"
_STAMP_CHARS_MAX = 10

Rows = list[tuple[str, str]]


def visible(text: str) -> str:
    """A text whose line ends can be seen: ``↵`` is one line feed, ``␍`` a carriage return."""
    return text.replace("\r", _RETURN).replace("\n", _LINE_FEED)


def signer_of_request(entry: dict[str, Any]) -> Rows:
    """The parts of an ``Authorization`` header; empty where there is none to be read."""
    given = _read(entry)
    if given is None:
        return []
    return [
        (_("scheme"), wechatpay.SCHEME),
        ("mchid", given.mchid),
        ("serial_no", given.serial_no),
        ("timestamp", _stamp(given.timestamp)),
        ("nonce_str", given.nonce_str),
        ("signature", given.signature),
    ]


def request_string(entry: dict[str, Any], body: str) -> str:
    """The string whose signature a request carries; empty where none can be read."""
    given = _read(entry)
    if given is None:
        return ""
    message = wechatpay.request_message(
        entry["method"], entry["path"], given.timestamp, given.nonce_str, body.encode()
    )
    return message.decode()


def signer_of_platform(message: dict[str, Any]) -> Rows:
    """The parts of the platform's signature of an answer or a notification; empty where unsigned.

    Args:
        message: The ``request`` or ``answer`` of a journal entry.
    """
    headers = message["headers"]
    if SIGNATURE not in headers:
        return []
    named = (wechatpay.SERIAL, wechatpay.NONCE, wechatpay.SIGNATURE)
    serial, nonce, signature = ((name, headers.get(name.lower(), "")) for name in named)
    stamp = headers.get(wechatpay.TIMESTAMP.lower(), "")
    return [serial, (wechatpay.TIMESTAMP, _stamp(stamp)), nonce, signature]


def platform_string(message: dict[str, Any], body: str) -> str:
    """The string whose signature an answer or a notification carries; empty where unsigned."""
    headers = message["headers"]
    if SIGNATURE not in headers:
        return ""
    stamp, nonce = (
        headers.get(name.lower(), "") for name in (wechatpay.TIMESTAMP, wechatpay.NONCE)
    )
    return wechatpay.answer_message(stamp, nonce, body.encode()).decode()


def marked(text: str, other: str) -> list[str]:
    """A text in three parts: before the first difference from another, that character, after."""
    pairs = enumerate(zip(text, other, strict=False))
    at = next((n for n, (mine, theirs) in pairs if mine != theirs), min(len(text), len(other)))
    apart = text[at : at + 1].replace(" ", _SPACE)
    return [visible(text[:at]), visible(apart), visible(text[at + 1 :])]


def _read(entry: dict[str, Any]) -> wechatpay.Authorization | None:
    try:
        return wechatpay.parse_authorization(entry["request"]["headers"].get(AUTHORIZATION, ""))
    except ValueError:
        return None


def _stamp(seconds: str) -> str:
    if not seconds.isdecimal() or len(seconds) > _STAMP_CHARS_MAX:
        return seconds
    return f"{seconds}  ({rfc3339(int(seconds) * 1000)})"
