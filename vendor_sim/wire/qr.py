"""What stands in a QR code: our own payment links, and a name for everything that is not ours.

A ``/v1`` code is a link, so that any phone's own camera app opens it straight in the wallet:
``http://192.168.1.20:8000/wallet/p/TOKEN``. A code asked for over WeChat Pay's API looks as theirs
do, ``weixin://wxpay/bizpayurl?pr=TOKEN``; it is ours where the token has our form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from vendor_sim.kernel.limits import CODE_CHARS_MAX

PATH = "/wallet/p/"
WECHAT = "weixin://wxpay/bizpayurl?pr="
_TOKEN = re.compile(r"[2-9a-hjkmnp-z]{24}", re.ASCII)


class Foreign(StrEnum):
    """What a code that is not ours is, as far as one can tell by looking."""

    EMPTY = "empty"
    WECHAT = "wechat"
    WECHAT_PAYMENT_CODE = "wechat_payment_code"
    ALIPAY = "alipay"
    EMV = "emv"
    UPI = "upi"
    EPC = "epc"
    SWISS = "swiss_qr_bill"
    BITCOIN = "bitcoin"
    WIFI = "wifi"
    CONTACT = "contact"
    WEB_ADDRESS = "web_address"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class PaymentCode:
    """A code of ours.

    Attributes:
        token: What the ledger service knows it by.
        base: The address the link points to; None where there is no link, or only the token.
    """

    token: str
    base: str | None


def encode(base: str, token: str) -> str:
    """The text of a payment code.

    Args:
        base: Scheme, host and port under which phones reach the wallet.
        token: The code's token.
    """
    return f"{base.rstrip('/')}{PATH}{token}"


def encode_wechat(token: str) -> str:
    """The text of a payment code that was asked for over WeChat Pay's API."""
    return f"{WECHAT}{token}"


def decode(text: str) -> PaymentCode | Foreign:
    """Read a scanned or typed text. Total: every text is a code of ours or some foreign thing."""
    text = text.strip()[: CODE_CHARS_MAX + 1]
    typed = text.removeprefix(WECHAT)
    if _TOKEN.fullmatch(typed.lower()):
        return PaymentCode(typed.lower(), None)
    try:
        parts = urlsplit(text)
    except ValueError:
        return Foreign.TEXT
    token = parts.path.removeprefix(PATH)
    if parts.scheme in {"http", "https"} and parts.path != token and _TOKEN.fullmatch(token):
        return PaymentCode(token, f"{parts.scheme}://{parts.netloc}")
    return _foreign(text)


_KINDS: tuple[tuple[Foreign, str], ...] = (
    (Foreign.EMPTY, r""),
    (Foreign.WECHAT, r"(weixin|wxp)://.*|https?://(payapp\.weixin|wx\.tenpay)\.(qq\.)?com/.*"),
    (Foreign.WECHAT_PAYMENT_CODE, r"1[0-5][0-9]{16}"),
    (Foreign.ALIPAY, r"https?://qr\.alipay\.com/.*|alipays?:.*|2[5-9][0-9]{14,22}|30[0-9]{14,22}"),
    (Foreign.EMV, r"0002[0-9]{2}.*6304[0-9a-f]{4}"),
    (Foreign.UPI, r"upi://.*"),
    (Foreign.EPC, r"bcd\r?\n00[12]\r?\n.*"),
    (Foreign.SWISS, r"spc\r?\n0[12]00\r?\n.*"),
    (Foreign.BITCOIN, r"(bitcoin|lightning|ethereum):.*|lnbc[0-9a-z]+"),
    (Foreign.WIFI, r"wifi:.*"),
    (Foreign.CONTACT, r"(begin:vcard|mecard:).*"),
    (Foreign.WEB_ADDRESS, r"https?://.*|www\..*"),
    (Foreign.NUMBER, r"[0-9]+"),
    (Foreign.TEXT, r".*"),
)
_PATTERNS = [
    (kind, re.compile(form, re.ASCII | re.IGNORECASE | re.DOTALL)) for kind, form in _KINDS
]


def _foreign(text: str) -> Foreign:
    return next(kind for kind, pattern in _PATTERNS if pattern.fullmatch(text))
