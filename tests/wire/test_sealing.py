"""Encryption of WeChat Pay API v3: what is sealed for one key opens with that key only."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM

from vendor_sim.payments.wechat.minting import FixedRsa
from vendor_sim.wire import wechatpay

if TYPE_CHECKING:
    from collections.abc import Callable

RSA = FixedRsa()
KEY = wechatpay.load_private_key(RSA.private_key("one"))
OTHER = wechatpay.load_private_key(RSA.private_key("two"))
APIV3_KEY = "0123456789abcdef0123456789ABCDEF"


def test_sealing_is_aes_256_gcm_with_the_texts_as_bytes() -> None:
    plain = "明文".encode()
    other = Cipher(AES(APIV3_KEY.encode()), GCM(b"61f9c719728a")).encryptor()
    other.authenticate_additional_data(b"certificate")
    by_hand = other.update(plain) + other.finalize() + other.tag
    sealed = wechatpay.seal(APIV3_KEY, "61f9c719728a", "certificate", plain)
    assert base64.b64decode(sealed) == by_hand
    assert wechatpay.unseal(APIV3_KEY, "61f9c719728a", "certificate", sealed) == plain
    nothing = wechatpay.seal(APIV3_KEY, "a" * 12, "", b"")
    assert wechatpay.unseal(APIV3_KEY, "a" * 12, "", nothing) == b""


@pytest.mark.parametrize(
    ("key", "nonce", "data", "spoil"),
    [
        ("x" * 32, "61f9c719728a", "d", str),
        (APIV3_KEY, "61f9c719728b", "d", str),
        (APIV3_KEY, "61f9c719728a", "", str),
        (APIV3_KEY, "61f9c719728a", "d", lambda sealed: "A" + sealed[1:]),
        (APIV3_KEY, "61f9c719728a", "d", lambda sealed: sealed + "!"),
        (APIV3_KEY, "61f9c719728a", "d", lambda _: ""),
        (APIV3_KEY[:-1], "61f9c719728a", "d", str),
        (APIV3_KEY, "short", "d", str),
    ],
)
def test_what_was_sealed_otherwise_is_refused(
    key: str, nonce: str, data: str, spoil: Callable[[str], str]
) -> None:
    sealed = wechatpay.seal(APIV3_KEY, "61f9c719728a", "d", b"zzz")
    with pytest.raises(ValueError):  # noqa: PT011 - any of its kinds
        wechatpay.unseal(key, nonce, data, spoil(sealed))


def test_a_sensitive_field_is_for_one_key_only() -> None:
    coded = wechatpay.encrypt_field(KEY.public_key(), "6225 0888")
    assert wechatpay.decrypt_field(KEY, coded) == "6225 0888"
    for wrong in (coded[:-4], "no base64!", ""):
        with pytest.raises(ValueError):  # noqa: PT011
            wechatpay.decrypt_field(KEY, wrong)
    with pytest.raises(ValueError):  # noqa: PT011
        wechatpay.decrypt_field(OTHER, coded)
