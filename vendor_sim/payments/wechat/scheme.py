"""Signatures that are none: spelled otherwise than in base64, or made by another scheme."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from vendor_sim.wire import wechatpay

if TYPE_CHECKING:
    from vendor_sim.wire.wechatpay import PublicKey

_BYTES = 256
_HEX = re.compile(r"[0-9a-fA-F]{512}", re.ASCII)
_DIGESTS: tuple[tuple[str, hashes.HashAlgorithm], ...] = (
    ("SHA-1", hashes.SHA1()),  # noqa: S303 - looked for, not used
    ("SHA-512", hashes.SHA512()),
    ("SHA-384", hashes.SHA384()),
    ("MD5", hashes.MD5()),  # noqa: S303 - looked for, not used
)


def misspelt(signature: str) -> str | None:
    """In which way a text is not the base64 of a signature; None where it is."""
    if not signature:
        return "the signature is empty"
    if _HEX.fullmatch(signature):
        return "the signature is in hexadecimal, not in base64"
    raw = wechatpay.signature_bytes(signature)
    if raw is not None:
        size = len(raw)
        return None if size == _BYTES else f"the signature has {size} bytes, not {_BYTES}"
    if any(char.isspace() or char == "\\" for char in signature):
        return "the signature is not base64: it is broken into lines or has spaces in it"
    if "-" in signature or "_" in signature:
        return "the signature is in the URL-safe base64, with - and _ in place of + and /"
    return "the signature is not base64"


def other_scheme(key: PublicKey, signature: str, message: bytes) -> str | None:
    """By which other scheme this key signed; None where it did not.

    Args:
        key: The merchant's.
        signature: In base64.
        message: What should have been signed.
    """
    raw = wechatpay.signature_bytes(signature) or b""
    for name, digest in _DIGESTS:
        try:
            key.recover_data_from_signature(raw, padding.PKCS1v15(), digest)
        except InvalidSignature:
            continue
        return f"the key is the right one, but the digest is {name}, not SHA-256"
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.AUTO)
    try:
        key.verify(raw, message, pss, hashes.SHA256())
    except InvalidSignature:
        return None
    return "the key and the string are right, but the padding is PSS, not PKCS #1 v1.5"
