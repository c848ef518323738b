"""The document of all secrets."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from vendor_sim.kernel.ids import RandomIds, SeededIds
from vendor_sim.payments.wechat.minting import FixedRsa
from vendor_sim.world.keys import (
    UnreadableKeysError,
    complete,
    load_keys,
    make_keys,
    make_merchant_keys,
    save_keys,
)
from vendor_sim.world.plan import DEMO, EMPTY, MerchantPlan, Plan, merchant_of

if TYPE_CHECKING:
    from pathlib import Path

    from vendor_sim.world.keys import Keys

NOW_MS = 1_795_000_000_000


def made(plan: Plan = DEMO, seed: int = 1) -> Keys:
    """All the secrets of a world."""
    ids = SeededIds(seed)
    return complete(make_keys(ids, plan), plan, ids, FixedRsa(), NOW_MS)


@pytest.mark.parametrize("keys", [make_keys(RandomIds(), DEMO), made()])
def test_saved_keys_are_read_back_as_they_were(tmp_path: Path, keys: Keys) -> None:
    save_keys(keys, tmp_path / "keys.json")
    assert load_keys(tmp_path / "keys.json") == keys


def test_only_the_owner_may_read_the_file_even_where_another_was_there(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text("old")
    path.chmod(0o644)
    (tmp_path / "keys.json.new").write_text("left behind by a crash")
    save_keys(make_keys(SeededIds(1), EMPTY), path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["keys.json"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"merchants": {}, "provider": {"x": 1}}', "\0"])
def test_a_file_that_holds_no_keys_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(text)
    with pytest.raises(UnreadableKeysError, match=r"keys\.json"):
        load_keys(path)


def test_no_two_secrets_are_the_same() -> None:
    secrets = made().secrets()
    assert len(set(secrets)) == len(secrets)


def test_every_merchant_of_the_plan_has_keys_and_every_wallet_its_pin() -> None:
    keys = make_keys(SeededIds(1), DEMO)
    assert set(keys.merchants) == {"m_lobby"}
    assert keys.pins == {"pete": "123456", "sandrine": "123456", "broke": "123456"}


def test_what_is_added_is_known_afterwards() -> None:
    keys = make_keys(SeededIds(1), EMPTY)
    fresh = make_merchant_keys(SeededIds(2), "m_x")
    more = keys.with_merchant("m_x", fresh).with_pin("mei", "0000")
    assert fresh.api_key in more.secrets()
    assert more.pins == {"mei": "0000"}
    assert keys.pins == {}


def test_secrets_do_not_show_in_a_repr() -> None:
    keys = made()
    assert not [secret for secret in keys.secrets() if secret in repr(keys)]


def test_no_two_machines_share_a_merchant() -> None:
    names = ["a-b", "a_b", "a_-b", "a-_b", "ab"]
    assert len({merchant_of(name) for name in names}) == len(names)


# -- the WeChat Pay dialect -------------------------------------------------------------------
def test_every_merchant_of_the_plan_holds_what_a_real_one_would() -> None:
    held = made().dialect.merchants
    assert {mchid: (one.name, one.key_mode) for mchid, one in held.items()} == {
        "1900000001": ("Corner shop", "pubkey"),
        "1900000002": ("Tea house", "cert"),
        "1900000009": ("Platform 9", "pubkey"),
    }
    assert len({one.serial_no for one in held.values()}) == len(held)


def test_the_same_seed_makes_the_same_keys_and_certificates_and_another_makes_others() -> None:
    assert made() == made()
    assert made(seed=2).dialect.merchants["1900000001"] != made().dialect.merchants["1900000001"]


def test_keys_from_before_there_was_the_dialect_keep_what_they_have(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    save_keys(make_keys(SeededIds(1), DEMO), path)
    document = json.loads(path.read_text())
    del document["wechat"]
    path.write_text(json.dumps(document))
    old = load_keys(path)
    with pytest.raises(UnreadableKeysError, match="from before WeChat Pay"):
        _ = old.dialect
    new = complete(old, DEMO, SeededIds(3), FixedRsa(), NOW_MS)
    assert replace(new, wechat=None) == old
    assert set(new.dialect.merchants) == {one.mchid for one in DEMO.merchants}


def test_what_is_complete_stays_the_very_same_and_a_newcomer_is_added() -> None:
    keys = made()
    assert complete(keys, DEMO, SeededIds(5), FixedRsa(), NOW_MS) is keys
    more = Plan(merchants=(*DEMO.merchants, MerchantPlan("1900000003", "Book shop", "switching")))
    grown = complete(keys, more, SeededIds(5), FixedRsa(), NOW_MS)
    assert grown.dialect.platform == keys.dialect.platform
    assert grown.dialect.merchants["1900000001"] == keys.dialect.merchants["1900000001"]
    assert grown.dialect.merchants["1900000003"].key_mode == "switching"


def test_private_keys_and_symmetric_keys_are_secrets_and_certificates_are_not() -> None:
    keys = made()
    secrets = keys.secrets()
    for one in keys.dialect.merchants.values():
        assert {one.private_key, one.apiv3_key} <= set(secrets)
        assert one.certificate not in secrets
    assert keys.dialect.platform.public_key_private in secrets
    assert all(one.private_key in secrets for one in keys.dialect.platform.certificates)
