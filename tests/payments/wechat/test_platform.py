"""Which of the platform's keys is used for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.payments.wechat.mall import CERT, MODES, PUBKEY, SWITCHING
from vendor_sim.payments.wechat.store import Behaviour
from vendor_sim.wire import wechatpay

if TYPE_CHECKING:
    from tests.payments.wechat.mall import Mall

NORMAL = Behaviour()
FIRST, NEXT, PUBLIC = "first certificate", "next certificate", "public key"
ALL = ("pubkey", "cert", "switching")
NOTICES = {
    None: {"pubkey": [PUBLIC, PUBLIC], "cert": [FIRST, FIRST], "switching": [FIRST, PUBLIC]},
    "pubkey": {mode: [PUBLIC, PUBLIC] for mode in ALL},
    "cert": {mode: [FIRST, FIRST] for mode in ALL},
    "switching": {mode: [FIRST, PUBLIC] for mode in ALL},
    "rollover": {mode: [NEXT, NEXT] for mode in ALL},
}
FETCHED = {
    None: {"pubkey": [], "cert": [FIRST], "switching": [FIRST]},
    "pubkey": {mode: [] for mode in ALL},
    "rollover": {mode: [FIRST, NEXT] for mode in ALL},
}


def name_of(mall: Mall, mchid: str, serial: str) -> str:
    first, following = (
        wechatpay.serial_of_certificate(one.certificate)
        for one in mall.wechat.kit.settings.platform.certificates
    )
    known = {first: FIRST, following: NEXT, mall.shops[mchid].secrets.public_key_id: PUBLIC}
    return known[serial]


@pytest.mark.parametrize("key", NOTICES)
@pytest.mark.parametrize("mchid", MODES)
def test_who_signs_notifications(mall: Mall, mchid: str, key: str | None) -> None:
    merchant, platform = mall.wechat.merchants.find(mchid), mall.wechat.platform
    behaviour = Behaviour(key=key)
    signers = [platform.signer_for_notice(merchant, behaviour, ordinal) for ordinal in (0, 1)]
    named = [name_of(mall, mchid, signer.serial) for signer in signers]
    assert named == NOTICES[key][MODES[mchid]]
    for signer in signers:
        public = platform.public_keys(merchant)[signer.serial]
        assert wechatpay.verify(public, b"m", wechatpay.sign(signer.key, b"m"))


@pytest.mark.parametrize("key", FETCHED)
@pytest.mark.parametrize("mchid", MODES)
def test_which_certificates_a_merchant_may_fetch(mall: Mall, mchid: str, key: str | None) -> None:
    merchant, platform = mall.wechat.merchants.find(mchid), mall.wechat.platform
    listed = platform.certificates_for(merchant, Behaviour(key=key))
    assert [name_of(mall, mchid, one.serial) for one in listed] == FETCHED[key][MODES[mchid]]
    for one in listed:
        assert wechatpay.serial_of_certificate(one.certificate) == one.serial


@pytest.mark.parametrize(
    ("mchid", "key", "usable"),
    [
        (PUBKEY, None, {PUBLIC}),
        (CERT, None, {FIRST}),
        (SWITCHING, None, {FIRST, PUBLIC}),
        (CERT, "rollover", {FIRST, NEXT}),
        (CERT, "pubkey", {PUBLIC}),
    ],
)
def test_sensitive_fields_are_read_with_the_keys_in_use(
    mall: Mall, mchid: str, key: str | None, usable: set[str]
) -> None:
    merchant, platform = mall.wechat.merchants.find(mchid), mall.wechat.platform
    behaviour = Behaviour(key=key)
    found = set()
    for serial, public in platform.public_keys(merchant).items():
        for spelled in {serial, serial if serial.startswith("PUB") else serial.lower()}:
            private = platform.decrypt_key(merchant, behaviour, spelled)
            if private is not None:
                coded = wechatpay.encrypt_field(public, "6225 0888")
                assert wechatpay.decrypt_field(private, coded) == "6225 0888"
                found.add(name_of(mall, mchid, serial))
    assert found == usable
    for wrong in (None, "", "A" * 40, merchant.serial_no):
        assert platform.decrypt_key(merchant, behaviour, wrong) is None


def test_signers_do_not_show_their_keys(mall: Mall) -> None:
    signer = mall.wechat.platform.signer_for_notice(mall.wechat.merchants.find(CERT), NORMAL, 0)
    assert "key=" not in repr(signer)
    assert "BEGIN" not in repr(signer)


def test_its_public_key_is_a_file_that_merchants_can_read(mall: Mall) -> None:
    platform = mall.wechat.platform
    merchant = mall.wechat.merchants.find(PUBKEY)
    read = wechatpay.load_public_key(platform.public_pem)
    expected = platform.public_keys(merchant)[merchant.public_key_id]
    assert read.public_numbers() == expected.public_numbers()
