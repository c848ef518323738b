"""Who a machine is to its WeChat Pay platform, and by which keys it knows that platform.

The credentials are the JSON document that the platform hands out to a merchant:
``{"merchant": {…merchant.json…}, "files": {"apiclient_key.pem": "…", …}}``.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.wire import strict_json, wechatpay

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sim.wire.wechatpay import PrivateKey, PublicKey

_SERIAL = re.compile(r"[0-9A-F]{40}", re.ASCII)
_KEYS_KEPT = 64
_PLATFORM_CERT, _PUBLIC_KEY = "platform_cert.pem", "pub_key.pem"


@dataclass(frozen=True, slots=True)
class Merchant:
    """A merchant's own side of the credentials, with its keys parsed once.

    Attributes:
        serial: Of the merchant's certificate: names the key that signs requests.
        names_key: The ``Wechatpay-Serial`` of its requests: by which key it wants to be answered;
            None in certificate mode, where the platform needs no telling ``[FORUM]``.
        believed: The platform's keys it was given, by certificate serial or public-key id.
    """

    mchid: str
    appid: str
    serial: str
    names_key: str | None
    key: PrivateKey = field(repr=False)
    apiv3_key: str = field(repr=False)
    believed: Mapping[str, PublicKey]


@lru_cache(maxsize=_KEYS_KEPT)
def merchant_of(credentials: str) -> Merchant:
    """Read a machine's credentials; the same ones are parsed once.

    Raises:
        Refused: They are not in the form that the platform hands out (``invalid``).
    """
    try:
        document = json.loads(credentials)
        told, files = document["merchant"], document["files"]
        in_public_key_mode = told["key_mode"] != "cert"
        return Merchant(
            mchid=told["mchid"],
            appid=told["appid"],
            serial=told["merchant_serial"],
            names_key=told["public_key_id"] if in_public_key_mode else None,
            key=wechatpay.load_private_key(files["apiclient_key.pem"], minted=True),
            apiv3_key=told["apiv3_key"],
            believed=_believed(told, files),
        )
    except (KeyError, TypeError, ValueError) as error:
        # What was wrong is named, never what stood there: it is a secret.
        wrong = f"no credentials of a merchant ({type(error).__name__})"
        raise Refused(Code.INVALID, wrong, "credentials") from None


def _believed(told: Mapping[str, Any], files: Mapping[str, str]) -> dict[str, PublicKey]:
    """Both kinds where both were handed out: the platform may switch from one to the other."""
    believed = {}
    if told.get("platform_serial") and files.get(_PLATFORM_CERT):
        pem = files[_PLATFORM_CERT]
        believed[told["platform_serial"]] = wechatpay.public_key_of_certificate(pem)
    if told.get("public_key_id") and files.get(_PUBLIC_KEY):
        believed[told["public_key_id"]] = wechatpay.load_public_key(files[_PUBLIC_KEY])
    return believed


def why_not(
    merchant: Merchant,
    learned: Mapping[str, str],
    headers: Mapping[str, str],
    body: bytes,
    now_ms: int,
) -> str | None:
    """Judge a signed answer or notification: None where it is the platform's and fresh.

    Args:
        merchant: Whom it was sent to.
        learned: Certificates (PEM) that the platform told of later, by serial.
        headers: Their names in any case.
        body: The exact bytes received.
        now_ms: The receiver's time.
    """
    more = {serial: _key_in(pem) for serial, pem in learned.items()}
    return wechatpay.why_not(headers, body, {**merchant.believed, **more}, now_ms)


def is_certificate_serial(text: str) -> bool:
    """Whether a ``Wechatpay-Serial`` could name a platform certificate not known yet."""
    return bool(_SERIAL.fullmatch(text))


@lru_cache(maxsize=_KEYS_KEPT)
def _key_in(pem: str) -> PublicKey:
    return wechatpay.public_key_of_certificate(pem)


def certificates_in(document: Any, merchant: Merchant) -> dict[str, str]:
    """The certificates (PEM, by serial) in an answer to ``GET /v3/certificates`` ``[OAPI]``.

    Only the platform knows the APIv3 key they are sealed with: it vouches for them.

    Raises:
        Refused: They are in no shape known here, or sealed with another key (``unavailable``).
    """
    try:
        return dict(_certificate_in(entry, merchant) for entry in document["data"])
    except (KeyError, TypeError, ValueError) as error:
        kind = type(error).__name__
        raise Refused(Code.UNAVAILABLE, f"no readable platform certificates ({kind})") from None


def _certificate_in(entry: Mapping[str, Any], merchant: Merchant) -> tuple[str, str]:
    pem = open_sealed(entry["encrypt_certificate"], merchant).decode()
    serial = wechatpay.serial_of_certificate(pem)
    if serial != entry["serial_no"]:
        raise ValueError("a certificate under another's serial number")
    return serial, pem


def open_sealed(sealed: Mapping[str, Any], merchant: Merchant) -> bytes:
    """What was sealed with the merchant's APIv3 key.

    Raises:
        KeyError: A part is missing.
        ValueError: It was sealed with another key, or changed on the way.
    """
    return wechatpay.unseal(
        merchant.apiv3_key, sealed["nonce"], sealed["associated_data"], sealed["ciphertext"]
    )


def open_document(sealed: Mapping[str, Any], merchant: Merchant) -> Any:
    """The JSON document that was sealed.

    Raises:
        Refused: It cannot be opened, or is no JSON (``bad_signature``, ``malformed``).
    """
    try:
        plain = open_sealed(sealed, merchant)
    except (KeyError, ValueError):
        raise Refused(Code.BAD_SIGNATURE, "not sealed with our APIv3 key", "resource") from None
    return strict_json.parse_object(plain)
