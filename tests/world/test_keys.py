"""The document of all secrets."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from vendor_sim.kernel.ids import RandomIds, SeededIds
from vendor_sim.world.keys import (
    UnreadableKeysError,
    load_keys,
    make_keys,
    make_merchant_keys,
    save_keys,
)
from vendor_sim.world.plan import DEMO, EMPTY, merchant_of

if TYPE_CHECKING:
    from pathlib import Path


def test_saved_keys_are_read_back_as_they_were(tmp_path: Path) -> None:
    keys = make_keys(RandomIds(), DEMO)
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
    secrets = make_keys(RandomIds(), DEMO).secrets()
    assert len(set(secrets)) == len(secrets)


def test_every_merchant_of_the_plan_has_keys_and_every_wallet_its_pin() -> None:
    keys = make_keys(SeededIds(1), DEMO)
    assert set(keys.merchants) == {"m_lobby", "m_platform_9"}
    assert keys.pins == {"pete": "123456", "sandrine": "123456", "broke": "123456"}


def test_what_is_added_is_known_afterwards() -> None:
    keys = make_keys(SeededIds(1), EMPTY)
    made = make_merchant_keys(SeededIds(2), "m_x")
    more = keys.with_merchant("m_x", made).with_pin("mei", "0000")
    assert made.api_key in more.secrets()
    assert more.pins == {"mei": "0000"}
    assert keys.pins == {}


def test_secrets_do_not_show_in_a_repr() -> None:
    keys = make_keys(SeededIds(1), DEMO)
    assert not [secret for secret in keys.secrets() if secret in repr(keys)]


def test_no_two_machines_share_a_merchant() -> None:
    names = ["a-b", "a_b", "a_-b", "a-_b", "ab"]
    assert len({merchant_of(name) for name in names}) == len(names)
