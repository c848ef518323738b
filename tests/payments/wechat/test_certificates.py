# ruff: noqa: RUF001 - the platform writes Chinese
"""The platform's certificates: encrypted, listed while in use, and signing their own answer."""

from __future__ import annotations

import base64
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.payments.wechat.refund_desk import CERT, PUBKEY, SWITCHING, Desk

if TYPE_CHECKING:
    from tests.payments.wechat.shop import Reply

MESSAGE = (
    "无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。"
    "可查看指引https://pay.weixin.qq.com/doc/v3/merchant/4012153196"
)
NONE = ("RESOURCE_NOT_EXISTS", 404, MESSAGE)


def fetch(desk: Desk, mchid: str = CERT, query: str = "", **how: Any) -> Reply:
    return desk.shop(mchid).get(f"/v3/certificates{query}", **how)


def opened(desk: Desk, entry: dict[str, Any], mchid: str = CERT) -> x509.Certificate:
    """A certificate as a merchant decrypts it."""
    sealed = entry["encrypt_certificate"]
    assert sealed["algorithm"] == "AEAD_AES_256_GCM"
    plain = AESGCM(desk.merchant(mchid).apiv3_key.encode()).decrypt(
        sealed["nonce"].encode(),
        base64.b64decode(sealed["ciphertext"], validate=True),
        sealed["associated_data"].encode(),
    )
    return x509.load_pem_x509_certificate(plain)


def verifies(certificate: x509.Certificate, reply: Reply) -> bool:
    """Whether an answer was signed by the key of a certificate, as a first download checks it."""
    stamp, nonce = reply.headers["wechatpay-timestamp"], reply.headers["wechatpay-nonce"]
    message = f"{stamp}\n{nonce}\n".encode() + reply.raw + b"\n"
    signature = base64.b64decode(reply.headers["wechatpay-signature"], validate=True)
    key: Any = certificate.public_key()
    try:
        key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def test_the_one_in_use_is_listed_with_all_that_sdks_ask_for(desk):
    (entry,) = fetch(desk).document["data"]
    certificate = opened(desk, entry)
    assert list(entry) == ["serial_no", "effective_time", "expire_time", "encrypt_certificate"]
    assert list(entry["encrypt_certificate"]) == [
        *("algorithm", "ciphertext", "associated_data", "nonce")
    ]
    assert entry["serial_no"] == f"{certificate.serial_number:040X}"
    assert entry["encrypt_certificate"]["associated_data"] == "certificate"
    assert len(entry["encrypt_certificate"]["nonce"]) == 12
    times = (entry["effective_time"], entry["expire_time"])
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", at) for at in times)


def test_the_times_are_the_certificates_own_in_beijing(desk):
    (entry,) = fetch(desk).document["data"]
    certificate = opened(desk, entry)
    times = [datetime.fromisoformat(entry[name]) for name in ("effective_time", "expire_time")]
    assert times == [certificate.not_valid_before_utc, certificate.not_valid_after_utc]


def test_the_answer_is_signed_with_the_certificate_inside(desk):
    reply = fetch(desk)
    (entry,) = reply.document["data"]
    assert reply.headers["wechatpay-serial"] == entry["serial_no"]
    assert verifies(opened(desk, entry), reply)


def test_while_the_next_one_takes_over_both_are_listed_and_the_new_one_signs(desk):
    old = fetch(desk).document["data"][0]["serial_no"]
    desk.behave(CERT, key="rollover")
    reply = fetch(desk)
    listed = {entry["serial_no"]: opened(desk, entry) for entry in reply.document["data"]}
    assert len(listed) == 2
    assert old in listed
    new = reply.headers["wechatpay-serial"]
    assert new in set(listed) - {old}
    assert verifies(listed[new], reply)
    assert not verifies(listed[old], reply)


def test_no_nonce_is_used_twice(desk):
    desk.behave(CERT, key="rollover")
    nonces = [
        entry["encrypt_certificate"]["nonce"]
        for _ in range(5)
        for entry in fetch(desk).document["data"]
    ]
    assert len(set(nonces)) == 10


def test_a_merchant_that_switches_has_certificates(desk):
    reply = fetch(desk, SWITCHING)
    (entry,) = reply.document["data"]
    assert verifies(opened(desk, entry, SWITCHING), reply)


@pytest.mark.parametrize(("mchid", "wishes"), [(PUBKEY, {}), (CERT, {"key": "pubkey"})])
def test_in_public_key_mode_there_are_none(desk, mchid, wishes):
    desk.behave(mchid, **wishes)
    reply = fetch(desk, mchid)
    assert (reply.code, reply.status, reply.message) == NONE


@pytest.mark.parametrize("query", ["", "?algorithm_type=RSA", "?algorithm_type=ALL"])
def test_the_kind_may_be_named(desk, query):
    assert len(fetch(desk, query=query).document["data"]) == 1


def test_there_are_none_of_the_other_kind(desk):
    reply = fetch(desk, query="?algorithm_type=SM2")
    assert (reply.code, reply.status, reply.message) == NONE


def test_an_unknown_kind_is_a_param_error(desk):
    reply = fetch(desk, query="?algorithm_type=rsa")
    assert (reply.code, reply.status) == ("PARAM_ERROR", 400)
    assert reply.document["detail"] == {"location": "query", "value": "rsa"}
