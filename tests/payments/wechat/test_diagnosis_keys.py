"""Why a signature failed, where it is not the string: keys, spellings, names, clocks."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from tests.payments.wechat.diagnoses import BASE, STAMP, diagnosed, header_of, message, told
from tests.payments.wechat.mall import CERT, PUBKEY, START_MS
from vendor_sim.kernel.ids import SeededIds
from vendor_sim.payments.wechat.diagnosis import Diagnosis, diagnose
from vendor_sim.payments.wechat.minting import VALID_MS, FixedRsa, mint_merchant
from vendor_sim.payments.wechat.store import Merchant, put_merchant
from vendor_sim.payments.wechat.test_keys import KEYS
from vendor_sim.payments.wechat.verifying import Signed
from vendor_sim.wire import wechatpay

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.payments.wechat.mall import Mall


def test_the_key_of_another_merchant(mall: Mall) -> None:
    key = wechatpay.load_private_key(mall.shops[CERT].secrets.private_key)
    found = told(mall, wechatpay.sign(key, message()))
    assert f"another key: merchant {CERT} (Shop cert) signed, not {PUBKEY}" in found.cause
    assert "CRLF" in found.fix


def test_a_key_that_nobody_here_has(mall: Mall) -> None:
    merchants = mall.wechat.merchants
    held = {one.private_key for one in merchants.all()}
    rsa = FixedRsa()
    names = (f"nobody {number}" for number in range(len(KEYS)))
    pem = next(pem for pem in map(rsa.private_key, names) if pem not in held)
    key = wechatpay.load_private_key(pem)
    found = told(mall, wechatpay.sign(key, message()))
    assert "another key signed, or the signature was damaged" in found.cause


def test_a_damaged_signature(mall: Mall) -> None:
    key = wechatpay.load_private_key(mall.shop.secrets.private_key)
    raw = bytearray(base64.b64decode(wechatpay.sign(key, message())))
    raw[100] ^= 1
    found = told(mall, base64.b64encode(bytes(raw)).decode())
    assert "damaged" in found.cause
    assert "has 5 bytes, not 256" in told(mall, base64.b64encode(b"short").decode()).cause


@pytest.mark.parametrize(
    ("spell", "words"),
    [
        (lambda raw: base64.b64encode(raw).decode().rstrip("="), "not base64"),
        (lambda raw: raw.hex(), "hexadecimal"),
        (lambda raw: base64.encodebytes(raw).decode().replace("\n", "\\n"), "broken into lines"),
        (lambda raw: base64.b64encode(raw).decode().replace("/", " ", 1), "spaces"),
        (lambda _: base64.urlsafe_b64encode(b"\xff\xfe" * 128).decode(), "URL-safe"),
        (lambda _: "", "empty"),
    ],
)
def test_a_signature_spelled_otherwise(
    mall: Mall, spell: Callable[[bytes], str], words: str
) -> None:
    key = wechatpay.load_private_key(mall.shop.secrets.private_key)
    raw = base64.b64decode(wechatpay.sign(key, message()))
    found = told(mall, spell(raw))
    assert words in found.cause
    assert "standard base64" in found.fix


@pytest.mark.parametrize(
    ("pad", "digest", "words"),
    [
        (padding.PKCS1v15(), hashes.SHA1(), "SHA-1"),  # noqa: S303 - a mistake to find
        (padding.PKCS1v15(), hashes.SHA512(), "SHA-512"),
        (padding.PKCS1v15(), hashes.MD5(), "MD5"),  # noqa: S303
        (padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256(), "PSS"),
    ],
)
def test_another_scheme_of_rsa(mall: Mall, pad: Any, digest: Any, words: str) -> None:
    key = wechatpay.load_private_key(mall.shop.secrets.private_key)
    raw = key.sign(message(), pad, digest)
    found = told(mall, base64.b64encode(raw).decode())
    assert words in found.cause
    assert "SHA256withRSA" in found.fix


# -- before the signature --------------------------------------------------------------------------


def judged(mall: Mall, header: str, ahead_ms: int = 0) -> Diagnosis:
    signed = Signed("GET", "/v3/certificates", b"", header, mall.clock.now_ms(), BASE, ahead_ms)
    return diagnose(mall.wechat.merchants, mall.wechat.platform, signed)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("", "no Authorization header"),
        ("Bearer abc", "the scheme is 'Bearer'"),
        (f"{wechatpay.SCHEME} nothing", "separated by commas"),
        (f'{wechatpay.SCHEME} mchid="1",timestamp="1800000000123"', "milliseconds"),
    ],
)
def test_a_header_that_cannot_be_read(mall: Mall, header: str, words: str) -> None:
    found = judged(mall, header)
    assert words in found.cause
    assert found.expected == "GET\n/v3/certificates\n<timestamp>\n<nonce_str>\n\n"
    assert found.implied is None


@pytest.mark.parametrize(("off_s", "words"), [(3_600, "3600 s ahead of"), (-301, "301 s behind")])
def test_a_clock_that_is_wrong(mall: Mall, off_s: int, words: str) -> None:
    found = judged(mall, header_of(mall.shop, "c2ln", timestamp=str(int(STAMP) + off_s)))
    assert found.cause == f"clock skew: the timestamp is {words} the platform's time"
    assert "NTP" in found.fix


@pytest.mark.parametrize(("off_s", "is_moved"), [(-1_800, True), (-2_101, False), (301, False)])
def test_a_clock_that_is_right_in_a_world_whose_clock_was_moved(mall, off_s, is_moved) -> None:
    header = header_of(mall.shop, "c2ln", timestamp=str(int(STAMP) + off_s))
    found = judged(mall, header, ahead_ms=1_800_000)
    assert ("this world's clock was moved 1800 s ahead of yours" in found.cause) is is_moved
    assert ("another world" in found.fix) is is_moved


def test_a_serial_number_that_is_somebody_elses(mall: Mall) -> None:
    platform = mall.wechat.platform
    shop = mall.shop
    certificate = platform._certificates[0].serial
    for serial, words in (
        (mall.shops[CERT].secrets.serial_no.lower(), f"of merchant {CERT}, not of {PUBKEY}"),
        (certificate, "names the platform's certificate"),
        (shop.secrets.public_key_id, "names the platform's public key"),
        ("A" * 40, "nobody's certificate"),
    ):
        found = judged(mall, header_of(shop, "c2ln", serial_no=serial))
        assert words in found.cause
        assert found.cause.startswith("wrong serial")
        assert "openssl x509" in found.fix


def test_a_serial_number_that_was_replaced(mall: Mall) -> None:
    platform = mall.wechat.kit.settings.platform
    header = header_of(mall.shop, "c2ln")
    again = mint_merchant(FixedRsa(), SeededIds("x"), START_MS, PUBKEY, "n", "cert", platform)
    mall.wechat.merchants.plant(again)
    assert "replaced since" in judged(mall, header).cause


def test_a_merchant_that_is_not_there_or_not_set_up(mall: Mall) -> None:
    shop = mall.shop
    unknown = judged(mall, header_of(shop, "c2ln", mchid="1900009999"))
    assert "there is no merchant 1900009999" in unknown.cause
    known = mall.wechat.merchants.find(PUBKEY)
    for changes, words in (
        ({"apiv3_key": ""}, "has no APIv3 key"),
        ({"certificate": ""}, "has no certificate"),
    ):
        merchant: Merchant = replace(known, **changes)
        mall.door.transact(lambda cx, merchant=merchant: put_merchant(cx, merchant))
        mall.wechat.merchants.reload()
        assert words in judged(mall, header_of(shop, "c2ln")).cause


def test_a_certificate_that_has_expired(mall: Mall) -> None:
    mall.clock.advance_to(START_MS + VALID_MS)
    stamp = str(mall.clock.now_ms() // 1000)
    assert "expired" in judged(mall, header_of(mall.shop, "c2ln", timestamp=stamp)).cause


def test_a_signature_that_is_right_by_now(mall: Mall) -> None:
    assert "right by now" in diagnosed(mall, message()).cause
