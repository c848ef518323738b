"""A run as a file, read strictly, and as a feature."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from vendor_sim.kernel.limits import REPLAY_BYTES_MAX
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.world.simulate import Wish
from vendor_sim.world.simulate.feature import feature_of
from vendor_sim.world.simulate.replays import Replay, load, read, written

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = ["answer_lost|machine>ledger POST /v1/intents#0"]
FAULTS = {"seed": 7, "rules": [], "script": SCRIPT}
REPLAY = Replay(Wish(7, 30, FAULTS, (3, 4)), ("orders_end",), "ab12cd")


def test_what_was_written_is_read_again() -> None:
    assert read(written(REPLAY)) == REPLAY


def test_all_customers_are_named_one_by_one() -> None:
    everybody = Replay(Wish(7, 3, FAULTS), (), "")
    assert json.loads(written(everybody))["customers"] == [0, 1, 2]
    assert read(written(everybody)).wish.customers == (0, 1, 2)


def test_what_is_not_said_is_as_usual() -> None:
    found = read('{"seed": 1, "purchases": 2}')
    assert found == Replay(Wish(1, 2), (), "")
    assert list(found.wish.customers) == [0, 1]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"seed": -1}, "seed"),
        ({"seed": True}, "seed"),
        ({"seed": None}, "seed"),
        ({"purchases": 0}, "purchases"),
        ({"purchases": 10**9}, "purchases"),
        ({"purchases": "30"}, "purchases"),
        ({"customers": [4, 3]}, "customers"),
        ({"customers": [3, 3]}, "customers"),
        ({"customers": [30]}, "customers"),
        ({"customers": [-1]}, "customers"),
        ({"customers": [True]}, "customers"),
        ({"customers": 3}, "customers"),
        ({"broke": "orders_end"}, "broke"),
        ({"commit": 1}, "commit"),
        ({"surprise": 1}, "surprise"),
        ({"faults": {"rules": [{"fault": "plague"}]}}, "rules[0].fault"),
        ({"faults": []}, None),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], where: str | None) -> None:
    document = {**json.loads(written(REPLAY)), **change}
    with pytest.raises(Refused) as refused:
        read(json.dumps(document))
    assert (refused.value.problem.code, refused.value.problem.where) == (Code.INVALID, where)


@pytest.mark.parametrize("text", ["", "[]", "7", "{", "[" * 100_000, "nonsense"])
def test_what_is_no_replay_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="replay"):
        read(text)


def test_a_file_is_named_in_what_is_said_of_it(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text("{}", "utf-8")
    with pytest.raises(Refused, match=r"r\.json: purchases"):
        load(path)
    path.write_bytes(b" " * (REPLAY_BYTES_MAX + 1))
    with pytest.raises(Refused, match="bytes"):
        load(path)
    path.write_bytes(b'{"\xff": 1}')
    with pytest.raises(Refused, match="unknown field"):
        load(path)


def test_a_feature_holds_the_whole_replay() -> None:
    text = feature_of(REPLAY)
    assert text.startswith("Feature: orders end\n")
    assert "seed 7, commit ab12cd" in text
    inside = text.partition('"""json\n')[2].partition('"""')[0]
    assert read(inside) == REPLAY
