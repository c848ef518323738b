"""Encryption in WeChat Pay API v3: resources of notifications, certificates, sensitive fields.

The APIv3 key and the nonce are ASCII texts used as the bytes they are, not as hexadecimal
``[PY, GO]``.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import rsa

_OAEP = padding.OAEP(mgf=padding.MGF1(hashes.SHA1()), algorithm=hashes.SHA1(), label=None)  # noqa: S303 - the protocol's
_APIV3_KEY_BYTES = 32


def seal(apiv3_key: str, nonce: str, associated_data: str, plain: bytes) -> str:
    """Encrypt with AEAD_AES_256_GCM: base64 of the ciphertext and its tag.

    Args:
        apiv3_key: 32 ASCII characters, used as they are.
        nonce: 12 ASCII characters, used as they are.
        associated_data: May be empty.
        plain: What to encrypt.

    Raises:
        ValueError: The key or the nonce has another length.
    """
    sealed = _aead(apiv3_key).encrypt(nonce.encode(), plain, associated_data.encode())
    return base64.b64encode(sealed).decode()


def unseal(apiv3_key: str, nonce: str, associated_data: str, ciphertext: str) -> bytes:
    """Decrypt what :func:`seal` made.

    Raises:
        ValueError: It is not base64, or was made with other values.
    """
    raw = base64.b64decode(ciphertext, validate=True)
    try:
        return _aead(apiv3_key).decrypt(nonce.encode(), raw, associated_data.encode())
    except InvalidTag:
        raise ValueError("another key, nonce or associated_data sealed this") from None


def encrypt_field(key: rsa.RSAPublicKey, text: str) -> str:
    """Encrypt a sensitive field for the holder of a key (RSA-OAEP with SHA-1), base64.

    Raises:
        ValueError: The text is too long for the key.
    """
    return base64.b64encode(key.encrypt(text.encode(), _OAEP)).decode()


def decrypt_field(key: rsa.RSAPrivateKey, text: str) -> str:
    """Decrypt a sensitive field.

    Raises:
        ValueError: It was not encrypted for this key.
    """
    return key.decrypt(base64.b64decode(text, validate=True), _OAEP).decode()


def _aead(apiv3_key: str) -> AESGCM:
    raw = apiv3_key.encode()
    if len(raw) != _APIV3_KEY_BYTES:
        raise ValueError("an APIv3 key has 32 characters")
    return AESGCM(raw)
