r"""Bytes and cryptography of WeChat Pay API v3, for the platform and for its merchants.

What is signed are the raw bytes: the request target and the body exactly as they came. Sources are
tagged as in the wire facts: ``[SK]`` Tencent's own skill files, ``[PROOF]`` executed with the SDKs.

A request: ``METHOD\n target\n timestamp\n nonce\n body\n``; an answer or a notification:
``timestamp\n nonce\n body\n``; RSA PKCS#1 v1.5 with SHA-256, base64 ``[SK]``.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from vendor_sim.wire import beijing_time, sealing

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEME = "WECHATPAY2-SHA256-RSA2048"
TIMESTAMP = "Wechatpay-Timestamp"
NONCE = "Wechatpay-Nonce"
SIGNATURE = "Wechatpay-Signature"
SERIAL = "Wechatpay-Serial"
SIGNATURE_TYPE = "Wechatpay-Signature-Type"
TOLERANCE_S = 300
"""Older or newer than this, a message is refused ``[PROOF]``."""

PrivateKey = rsa.RSAPrivateKey
PublicKey = rsa.RSAPublicKey
seal, unseal = sealing.seal, sealing.unseal
encrypt_field, decrypt_field = sealing.encrypt_field, sealing.decrypt_field
beijing, parse_time = beijing_time.beijing, beijing_time.parse_time

_PADDING = padding.PKCS1v15()
_SHA256 = hashes.SHA256()
_KEYS_MAX = 256
_PAIR = re.compile(r'([a-z_]+)="([^"]*)"', re.ASCII)
_PAIRS = re.compile(r'[a-z_]+="[^"]*"(?:, *[a-z_]+="[^"]*")*', re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)


class WrongSchemeError(ValueError):
    """The ``Authorization`` is of another scheme."""


class MalformedHeaderError(ValueError):
    """The ``Authorization`` is not of the form that the scheme demands."""


@dataclass(frozen=True, slots=True)
class Authorization:
    """The five values of an ``Authorization`` header, as they came.

    Attributes:
        timestamp: Unix seconds, one to twelve digits.
        serial_no: The merchant certificate's; some SDKs write it in lower case ``[PROOF]``.
        signature: Base64, not looked at yet.
    """

    mchid: str
    nonce_str: str
    timestamp: str
    serial_no: str
    signature: str


@lru_cache(maxsize=_KEYS_MAX)
def load_private_key(pem: str, *, minted: bool = False) -> PrivateKey:
    """Read a private key (PKCS#8 or PKCS#1 PEM), each once.

    Args:
        pem: The key.
        minted: We made it and kept it ourselves. Then its arithmetic is not checked again, which
            takes 30 to 100 ms; what a stranger sends is always checked.

    Raises:
        ValueError: It is no RSA private key.
    """
    key = serialization.load_pem_private_key(
        pem.encode(), password=None, unsafe_skip_rsa_key_validation=minted
    )
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("this is no RSA key")  # noqa: TRY004 - the text is wrong, not its type
    return key


def load_public_key(pem: str) -> PublicKey:
    """Read a public key (SPKI PEM).

    Raises:
        ValueError: It is no RSA public key.
    """
    return _rsa(serialization.load_pem_public_key(pem.encode()))


def public_key_of_certificate(pem: str) -> PublicKey:
    """The key inside a certificate.

    Raises:
        ValueError: It is no certificate, or of another kind of key.
    """
    return _rsa(x509.load_pem_x509_certificate(pem.encode()).public_key())


def serial_of_certificate(pem: str) -> str:
    """A certificate's serial number: 40 upper-case hexadecimal digits.

    Raises:
        ValueError: It is no certificate.
    """
    return f"{x509.load_pem_x509_certificate(pem.encode()).serial_number:040X}"


def request_message(method: str, target: str, timestamp: str, nonce: str, body: bytes) -> bytes:
    r"""What a merchant signs: five lines, each ended by ``\n``, also the body that has its own.

    Args:
        method: In upper case.
        target: Path and query as on the wire, percent-encoded, without scheme and host.
        timestamp: Unix seconds.
        nonce: Any text.
        body: The raw bytes; empty for a request without one.
    """
    return f"{method}\n{target}\n{timestamp}\n{nonce}\n".encode() + body + b"\n"


def answer_message(timestamp: str, nonce: str, body: bytes) -> bytes:
    """What the platform signs, in answers and in notifications."""
    return f"{timestamp}\n{nonce}\n".encode() + body + b"\n"


def sign(key: PrivateKey, message: bytes) -> str:
    """The signature of a message, in base64."""
    return base64.b64encode(key.sign(message, _PADDING, _SHA256)).decode()


def verify(key: PublicKey, message: bytes, signature: str) -> bool:
    """Whether this signature is of that message; its base64 is taken in one spelling only."""
    raw = signature_bytes(signature)
    if raw is None:
        return False
    try:
        key.verify(raw, message, _PADDING, _SHA256)
    except InvalidSignature:
        return False
    return True


def signature_bytes(signature: str) -> bytes | None:
    """The bytes that a signature's base64 stands for; None where it is not strict base64."""
    try:
        raw = base64.b64decode(signature, validate=True)
    except ValueError:
        return None
    return raw if base64.b64encode(raw).decode() == signature else None


def signed_digest(key: PublicKey, signature: str) -> bytes | None:
    """The SHA-256 digest that this key signed; None where another key did, or nobody."""
    raw = signature_bytes(signature)
    if raw is None:
        return None
    try:
        return key.recover_data_from_signature(raw, _PADDING, _SHA256)
    except InvalidSignature:
        return None


def parse_authorization(header: str) -> Authorization:
    """Read an ``Authorization`` header: five pairs in any order, spaces allowed after commas.

    Raises:
        WrongSchemeError: It begins with another scheme.
        MalformedHeaderError: A pair is missing, doubled or not of the form ``name="value"``.
    """
    scheme, space, rest = header.partition(" ")
    if not space:
        raise MalformedHeaderError("there is no scheme with values behind it")
    if scheme != SCHEME:
        raise WrongSchemeError(f"the scheme is {scheme!r}, not {SCHEME}")
    if not _PAIRS.fullmatch(rest):
        raise MalformedHeaderError('the values are not name="value", separated by commas')
    pairs = _PAIR.findall(rest)
    values = dict(pairs)
    if len(values) != len(pairs):
        raise MalformedHeaderError("a value stands twice")
    return _authorization(values)


def authorization(
    key: PrivateKey,
    mchid: str,
    serial_no: str,
    method: str,
    target: str,
    body: bytes,
    at_ms: int,
    nonce: str,
) -> str:
    """The ``Authorization`` header of a request, as a merchant makes it."""
    stamp = str(at_ms // 1000)
    signature = sign(key, request_message(method, target, stamp, nonce, body))
    return (
        f'{SCHEME} mchid="{mchid}",nonce_str="{nonce}",signature="{signature}",'
        f'timestamp="{stamp}",serial_no="{serial_no}"'
    )


def signed_headers(
    key: PrivateKey, serial: str, body: bytes, at_ms: int, nonce: str
) -> dict[str, str]:
    """The five headers of a signed answer or notification; a 204 has them too ``[PROOF]``."""
    stamp = str(at_ms // 1000)
    return {
        TIMESTAMP: stamp,
        NONCE: nonce,
        SIGNATURE: sign(key, answer_message(stamp, nonce, body)),
        SERIAL: serial,
        SIGNATURE_TYPE: SCHEME,
    }


def why_not(
    headers: Mapping[str, str], body: bytes, keys: Mapping[str, PublicKey], at_ms: int
) -> str | None:
    """Judge a signed answer or notification: None where it is genuine and fresh, else why not.

    Args:
        headers: Their names in any case.
        body: The exact bytes received.
        keys: Whom the receiver believes, by serial number or public-key id.
        at_ms: The receiver's time; 300 s are allowed both ways, with no exception for any sender.
    """
    given = {name.lower(): value for name, value in headers.items()}
    problem = _unreadable(given, at_ms)
    if problem is not None:
        return problem
    serial = given[SERIAL.lower()]
    if serial not in keys:
        return f"no key is known by the serial number {serial}"
    message = answer_message(given[TIMESTAMP.lower()], given[NONCE.lower()], body)
    right = verify(keys[serial], message, given[SIGNATURE.lower()])
    return None if right else "the signature does not fit these bytes"


def is_fresh(timestamp: str, at_ms: int) -> bool:
    """Whether Unix seconds, given as digits, lie within five minutes of an instant."""
    return abs(at_ms - int(timestamp) * 1000) <= TOLERANCE_S * 1000


def _unreadable(given: Mapping[str, str], at_ms: int) -> str | None:
    for name in (TIMESTAMP, NONCE, SIGNATURE, SERIAL):
        if not given.get(name.lower()):
            return f"the message is not signed: no {name}"
    if given.get(SIGNATURE_TYPE.lower(), SCHEME) != SCHEME:
        return f"the message is not signed by {SCHEME}"
    stamp = given[TIMESTAMP.lower()]
    if not _SECONDS.fullmatch(stamp):
        return "the timestamp must be Unix seconds"
    return None if is_fresh(stamp, at_ms) else "the timestamp is over five minutes off"


def _rsa(key: object) -> PublicKey:
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("this is no RSA key")  # noqa: TRY004 - the text is wrong, not its type
    return key


def _authorization(values: Mapping[str, str]) -> Authorization:
    try:
        found = Authorization(
            values["mchid"],
            values["nonce_str"],
            values["timestamp"],
            values["serial_no"],
            values["signature"],
        )
    except KeyError as error:
        raise MalformedHeaderError(f"{error.args[0]} is missing") from None
    if not _SECONDS.fullmatch(found.timestamp):
        raise MalformedHeaderError("the timestamp must be Unix seconds")
    return found
