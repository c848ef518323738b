"""Merchants of the dialect: planted, made, kept, treated in some way."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.payments.conftest import refused
from tests.payments.wechat.mall import CERT, MODES, PUBKEY, SWITCHING, make_mall
from vendor_sim.kernel.problems import Code
from vendor_sim.payments.wechat.merchants import credentials_of
from vendor_sim.payments.wechat.store import Behaviour, KeyMode
from vendor_sim.wire import wechatpay

if TYPE_CHECKING:
    from tests.payments.wechat.mall import Mall
    from vendor_sim.payments.wechat.minting import MerchantSecrets


def secrets_of(mall: Mall, mchid: str = PUBKEY) -> MerchantSecrets:
    seeds = mall.wechat.kit.settings.merchants
    return next(one for one in seeds if one.mchid == mchid)


def test_planted_merchants_are_known_by_number_and_by_serial_number(mall: Mall) -> None:
    known = mall.wechat.merchants
    assert {one.mchid: one.key_mode for one in known.all()} == MODES
    seed = secrets_of(mall)
    for serial in (seed.serial_no, seed.serial_no.lower()):
        assert known.of_serial(serial) == known.find(PUBKEY)
        assert known.was_of(serial) == PUBKEY
    assert known.of_serial("A" * 40) is None
    assert known.get("1900009999") is None
    with refused(Code.NOT_FOUND, "mchid"):
        known.find("1900009999")


def test_a_merchant_is_a_party_that_pays_a_fee(mall: Mall) -> None:
    party = mall.wechat.merchants.party(PUBKEY)
    assert (party.id, party.name, party.fee_ppm) == (PUBKEY, "Shop pubkey", 6000)
    assert party.hook_url is None


def test_planting_again_leaves_a_merchant_as_it_is(mall: Mall) -> None:
    known = mall.wechat.merchants
    before = known.find(PUBKEY)
    mall.clock.advance_to(mall.clock.now_ms() + 1_000)
    assert known.plant(secrets_of(mall)) is not None
    assert known.find(PUBKEY) is before


def test_planting_other_secrets_changes_them_and_retires_the_certificate(mall: Mall) -> None:
    known = mall.wechat.merchants
    made = known.create(None, None, KeyMode.CERT)
    seed = replace(secrets_of(mall), name="Renamed", apiv3_key="z" * 32)
    changed = known.plant(seed)
    assert (changed.name, changed.apiv3_key) == ("Renamed", "z" * 32)
    assert changed.created_at_ms == known.find(made.mchid).created_at_ms
    with refused(Code.EXISTS, "serial_no"):
        known.plant(replace(seed, mchid=made.mchid))


def test_merchants_outlive_the_process(mall: Mall) -> None:
    known = mall.wechat.merchants
    made = known.create("1912345678", "茶馆", "switching")
    known.behave("1912345678", notify="twice", notify_left=3)
    known.reload()
    assert known.find("1912345678") == made
    assert known.behaviour("1912345678") == Behaviour(notify="twice", notify_left=3)
    assert len(known.all()) == 4
    message = b"m"
    signature = wechatpay.sign(wechatpay.load_private_key(made.private_key), message)
    assert wechatpay.verify(known.public_key("1912345678"), message, signature)


def test_a_made_merchant_gets_the_next_free_number_and_a_name(mall: Mall) -> None:
    known = mall.wechat.merchants
    first, second = (known.create(None, None, "pubkey") for _ in range(2))
    assert (first.mchid, second.mchid) == ("1900000010", "1900000011")
    assert first.name == "Merchant 1900000010"
    assert first.private_key != second.private_key
    shop = mall.shop
    shop.mchid, shop.secrets = first.mchid, first
    assert shop.native().status == 200


@pytest.mark.parametrize(
    ("mchid", "name", "mode", "code", "where"),
    [
        (PUBKEY, None, "cert", Code.EXISTS, "mchid"),
        ("190000000", None, "cert", Code.INVALID, "mchid"),
        ("19000000011", None, "cert", Code.INVALID, "mchid"),
        ("190000000x", None, "cert", Code.INVALID, "mchid"),
        ("\uff11900000011", None, "cert", Code.INVALID, "mchid"),
        (None, "x" * 201, "cert", Code.INVALID, "name"),
        (None, "a\0b", "cert", Code.INVALID, "name"),
        (None, None, "none", Code.INVALID, "key_mode"),
    ],
)
def test_what_is_no_merchant_is_refused(
    mall: Mall, mchid: str | None, name: str | None, mode: str, code: Code, where: str
) -> None:
    with refused(code, where):
        mall.wechat.merchants.create(mchid, name, mode)
    assert len(mall.wechat.merchants.all()) == 3


def test_a_behaviour_is_the_whole_wish(mall: Mall) -> None:
    known = mall.wechat.merchants
    assert known.behaviour(PUBKEY) == Behaviour()
    known.behave(PUBKEY, answer="SYSTEM_ERROR", key="cert")
    assert known.behaviour(PUBKEY) == Behaviour(answer="SYSTEM_ERROR", key="cert")
    known.behave(PUBKEY, notify="twice")
    assert known.behaviour(PUBKEY) == Behaviour(notify="twice")
    assert known.behaviour(CERT) == Behaviour()
    known.behave(PUBKEY)
    assert known.behaviour(PUBKEY) == Behaviour()
    with refused(Code.NOT_FOUND):
        known.behave("1900009999")


def test_what_is_counted_is_normal_again_when_it_is_spent(mall: Mall) -> None:
    known = mall.wechat.merchants
    wanted = {"notify": "twice", "notify_left": 2, "answer": "accepted", "answer_left": 1}
    known.behave(PUBKEY, **wanted, key="cert")
    mall.door.transact(lambda cx: known.spend_notify(cx, PUBKEY))
    assert known.behaviour(PUBKEY) == Behaviour("twice", 1, "accepted", 1, "cert")
    mall.door.transact(lambda cx: known.spend_answer(cx, PUBKEY))
    assert known.behaviour(PUBKEY) == Behaviour("twice", 1, "normal", None, "cert")
    mall.door.transact(lambda cx: known.spend_notify(cx, PUBKEY))
    assert known.behaviour(PUBKEY) == Behaviour(key="cert")
    for spend in (known.spend_answer, known.spend_notify):
        mall.door.transact(lambda cx, spend=spend: spend(cx, PUBKEY))
    assert known.behaviour(PUBKEY) == Behaviour(key="cert")
    known.reload()
    assert known.behaviour(PUBKEY) == Behaviour(key="cert")


def test_what_is_not_counted_is_never_spent(mall: Mall) -> None:
    known = mall.wechat.merchants
    known.behave(PUBKEY, notify="lost", answer="SYSTEM_ERROR")
    for spend in (known.spend_answer, known.spend_notify):
        mall.door.transact(lambda cx, spend=spend: spend(cx, PUBKEY))
    assert known.behaviour(PUBKEY) == Behaviour(notify="lost", answer="SYSTEM_ERROR")


def test_credentials_are_what_a_real_merchant_holds(mall: Mall) -> None:
    held = mall.wechat.merchants.credentials(PUBKEY, "http://127.0.0.1:8000")
    merchant, files = held["merchant"], held["files"]
    seed, platform = secrets_of(mall), mall.wechat.kit.settings.platform
    assert merchant == {
        "base_url": "http://127.0.0.1:8000",
        "mchid": PUBKEY,
        "appid": seed.appid,
        "merchant_serial": seed.serial_no,
        "apiv3_key": seed.apiv3_key,
        "public_key_id": seed.public_key_id,
        "platform_serial": wechatpay.serial_of_certificate(platform.certificates[0].certificate),
        "key_mode": "pubkey",
    }
    assert set(files) == {
        *("apiclient_key.pem", "apiclient_cert.pem", "pub_key.pem", "platform_cert.pem"),
        "merchant.json",
    }
    assert json.loads(files["merchant.json"]) == merchant
    assert files["apiclient_key.pem"].startswith("-----BEGIN PRIVATE KEY-----\n")
    assert files["apiclient_cert.pem"] == seed.certificate
    assert files["platform_cert.pem"] == platform.certificates[0].certificate
    public = wechatpay.load_public_key(files["pub_key.pem"])
    message = b"m"
    signed = wechatpay.sign(wechatpay.load_private_key(platform.public_key_private), message)
    assert wechatpay.verify(public, message, signed)
    assert json.dumps(held)
    assert credentials_of(seed, platform, "http://127.0.0.1:8000") == held
    with refused(Code.NOT_FOUND):
        mall.wechat.merchants.credentials("1900009999", "http://x")


def test_a_merchant_does_not_show_its_secrets(mall: Mall) -> None:
    merchant = mall.wechat.merchants.find(PUBKEY)
    assert not re.search("BEGIN|" + merchant.apiv3_key, repr(merchant))
    assert "BEGIN" not in repr(mall.wechat.kit.settings)


def test_two_worlds_of_one_seed_hold_the_same_merchants(mall: Mall) -> None:
    other = make_mall()
    made = [one.wechat.merchants.create(None, None, "cert") for one in (mall, other)]
    assert made[0] == made[1]
    assert mall.wechat.merchants.all() == other.wechat.merchants.all()
    assert other.shops[SWITCHING].native().raw == mall.shops[SWITCHING].native().raw
    other.door.close()
