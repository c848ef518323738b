"""Keys and certificates: of the right shape, and the same where the seed is."""

from __future__ import annotations

import json
import re
from dataclasses import asdict

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509.oid import NameOID

from tests.payments.wechat.mall import START_MS
from vendor_sim.kernel.ids import RandomIds, SeededIds
from vendor_sim.payments.wechat.minting import (
    VALID_MS,
    CertificateSecrets,
    FixedRsa,
    FreshRsa,
    MerchantSecrets,
    PlatformSecrets,
    mint_merchant,
    mint_platform,
    private_pem,
)
from vendor_sim.payments.wechat.store import KeyMode
from vendor_sim.payments.wechat.test_keys import KEYS
from vendor_sim.wire import wechatpay


def minted(seed: str = "s", mchid: str = "1900000001") -> tuple[PlatformSecrets, MerchantSecrets]:
    rsa, ids = FixedRsa(), SeededIds(seed)
    platform = mint_platform(rsa, ids, START_MS)
    return platform, mint_merchant(rsa, ids, START_MS, mchid, "Corner shop", "cert", platform)


def test_the_same_seed_makes_the_same_keys_and_certificates() -> None:
    assert minted() == minted()
    assert minted() != minted("t")


def test_a_merchant_has_everything_a_real_one_holds() -> None:
    platform, merchant = minted()
    key = wechatpay.load_private_key(merchant.private_key)
    public = wechatpay.public_key_of_certificate(merchant.certificate)
    assert key.key_size == 2048
    assert key.public_key().public_numbers() == public.public_numbers()
    assert private_pem(key) == merchant.private_key
    assert "\r" not in merchant.private_key
    assert re.fullmatch(r"[4-7][0-9A-F]{39}", merchant.serial_no)
    assert merchant.serial_no == wechatpay.serial_of_certificate(merchant.certificate)
    assert re.fullmatch(r"[0-9a-z]{32}", merchant.apiv3_key)
    assert re.fullmatch(r"wx[0-9a-f]{16}", merchant.appid)
    assert re.fullmatch(r"PUB_KEY_ID_01190000000[0-9]{23}", merchant.public_key_id)
    assert merchant.key_mode is KeyMode.CERT
    parsed = x509.load_pem_x509_certificate(merchant.certificate.encode())
    names = parsed.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert names[0].value == "1900000001"
    assert int(parsed.not_valid_after_utc.timestamp()) * 1000 == START_MS + VALID_MS
    issuer = x509.load_pem_x509_certificate(platform.certificates[0].certificate.encode())
    parsed.verify_directly_issued_by(issuer)


def test_the_platform_has_a_public_key_and_two_certificates_that_issue_themselves() -> None:
    platform, _ = minted()
    keys = [platform.public_key_private, *(one.private_key for one in platform.certificates)]
    assert len(set(keys)) == 3
    for one in platform.certificates:
        parsed = x509.load_pem_x509_certificate(one.certificate.encode())
        parsed.verify_directly_issued_by(parsed)
        signer = wechatpay.load_private_key(one.private_key).public_key()
        digest = parsed.signature_hash_algorithm
        assert digest is not None
        signer.verify(parsed.signature, parsed.tbs_certificate_bytes, padding.PKCS1v15(), digest)
    first, following = (
        wechatpay.serial_of_certificate(one.certificate) for one in platform.certificates
    )
    assert first != following


def test_secrets_are_plain_json_and_come_back() -> None:
    platform, merchant = minted()
    kept = json.loads(json.dumps([asdict(platform), asdict(merchant)]))
    certificates = tuple(CertificateSecrets(**one) for one in kept[0].pop("certificates"))
    assert PlatformSecrets(**kept[0], certificates=certificates) == platform  # type: ignore[arg-type]
    assert MerchantSecrets(**{**kept[1], "key_mode": KeyMode(kept[1]["key_mode"])}) == merchant


def test_secrets_do_not_show_themselves() -> None:
    for made in minted():
        assert "PRIVATE KEY" not in repr(made)
        assert "BEGIN" not in repr(made)
    assert minted()[1].apiv3_key not in repr(minted()[1])


def test_a_name_may_be_long_and_chinese() -> None:
    rsa, ids = FixedRsa(), SeededIds("n")
    platform = mint_platform(rsa, ids, START_MS)
    made = mint_merchant(rsa, ids, START_MS, "1900000001", "茶" * 200, "cert", platform)
    assert made.name == "茶" * 200
    assert wechatpay.serial_of_certificate(made.certificate) == made.serial_no


def test_fixed_keys_are_one_for_each_name_until_they_are_all_used() -> None:
    rsa = FixedRsa()
    names = [f"name {number}" for number in range(len(KEYS))]
    made = [rsa.private_key(name) for name in names]
    assert len(set(made)) == len(KEYS)
    assert [rsa.private_key(name) for name in names] == made
    assert rsa.private_key("one more") in made
    for pem in made:
        assert private_pem(wechatpay.load_private_key(pem)) == pem


def test_the_choice_of_a_fixed_key_depends_on_the_name_alone() -> None:
    assert FixedRsa().private_key("a") == FixedRsa().private_key("a")


def test_fresh_keys_are_new_each_time() -> None:
    rsa = FreshRsa()
    one, other = rsa.private_key("a"), rsa.private_key("a")
    assert one != other
    assert wechatpay.load_private_key(one).key_size == 2048


def test_serial_numbers_have_forty_digits_whatever_the_ids() -> None:
    rsa, ids = FixedRsa(), RandomIds()
    for _ in range(20):
        platform = mint_platform(rsa, ids, START_MS)
        for one in platform.certificates:
            assert len(wechatpay.serial_of_certificate(one.certificate).lstrip("0")) == 40


def test_an_unknown_key_mode_is_refused() -> None:
    platform, _ = minted()
    with pytest.raises(ValueError, match="neither"):
        mint_merchant(FixedRsa(), RandomIds(), START_MS, "1900000001", "n", "neither", platform)
