"""Decisions are made by name: taking one away leaves all the others as they were."""

from __future__ import annotations

from typing import Any

import pytest

from tests.world.faults.conftest import Trouble
from vendor_sim.kernel import limits
from vendor_sim.wire.http import Request
from vendor_sim.world.faults import At, Fault, FaultPlan, Hop, Rule
from vendor_sim.world.faults.sites import Sites, shape_of

HOP = Hop("machine", "ledger")


def message(plan: FaultPlan, path: str = "/v1/intents", hop: Hop = HOP) -> Fault | None:
    bite = plan.message(hop, Request("POST", f"http://ledger{path}"))
    return None if bite is None else bite.fault


def bitten(document: dict[str, Any], messages: int = 200) -> set[str]:
    plan = FaultPlan()
    plan.load(document)
    for _ in range(messages):
        message(plan)
        plan.point("ledger", At.BEFORE_COMMIT)
    return set(plan.fired)


LOST = {"fault": "answer_lost", "probability": 0.2}
FULL = {"fault": "disk_full", "probability": 0.2}


def test_one_rule_less_shifts_no_other() -> None:
    both = bitten({"seed": 3, "rules": [LOST, FULL]})
    without = bitten({"seed": 3, "rules": [FULL]})
    assert without == {one for one in both if one.startswith("disk_full")}
    assert 10 < len(without) < 80


def test_the_same_seed_bites_at_the_same_places_and_another_elsewhere() -> None:
    assert bitten({"seed": 3, "rules": [LOST]}) == bitten({"seed": 3, "rules": [LOST]})
    assert bitten({"seed": 3, "rules": [LOST]}) != bitten({"seed": 4, "rules": [LOST]})


def test_what_fired_is_a_script_that_does_the_same_and_nothing_else() -> None:
    fired = sorted(bitten({"seed": 3, "rules": [LOST, FULL]}))
    assert bitten({"script": fired}) == set(fired)
    assert bitten({"script": fired[:1]}) == set(fired[:1])


def test_a_rule_says_how_many_pass_first_and_how_often_it_bites() -> None:
    plan = FaultPlan()
    plan.add(Rule(Fault.REFUSED, after=2, times=2))
    assert [message(plan) for _ in range(6)] == [
        *(None, None, Fault.REFUSED, Fault.REFUSED, None, None),
    ]
    assert plan.counts == {"refused": 2}


def test_the_first_rule_that_bites_decides() -> None:
    plan = FaultPlan()
    plan.add(Rule(Fault.REFUSED, times=1))
    plan.add(Rule(Fault.ANSWER_LOST))
    found = [message(plan) for _ in range(3)]
    assert found == [Fault.REFUSED, Fault.ANSWER_LOST, Fault.ANSWER_LOST]
    plan.clear()
    assert message(plan) is None


@pytest.mark.parametrize(
    ("given", "fits"),
    [
        ({"source": "machine", "target": "ledger"}, True),
        ({"source": "wallet"}, False),
        ({"target": "wallet"}, False),
        ({"match": "POST /v1/intents/*/capture"}, True),
        ({"match": "GET /v1/intents/*/capture"}, False),
        ({"match": "/v1/intents/*"}, True),
        ({"match": "* /v1/intents/in_1/capture"}, True),
        ({"match": "POST /v1/intents"}, False),
        ({"probability": 0}, False),
    ],
)
def test_a_rule_says_between_whom_and_which_message(given: dict[str, Any], fits: bool) -> None:
    plan = FaultPlan()
    plan.add(Rule(Fault.REFUSED, **given))
    assert (message(plan, "/v1/intents/in_1/capture?x=1") is not None) == fits


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/v1/intents", "/v1/intents"),
        ("/v1/intents/in_7kq2m/capture", "/v1/intents/*/capture"),
        (
            "/v3/pay/transactions/out-trade-no/ord_1/close",
            "/v3/pay/transactions/out-trade-no/*/close",
        ),
        ("/machine/hooks/payments/lobby", "/machine/hooks/payments/*"),
        ("/machine/hooks/wechat/platform-9", "/machine/hooks/wechat/*"),
        ("/healthz", "/healthz"),
    ],
)
def test_ids_in_paths_are_stars(path: str, shape: str) -> None:
    assert shape_of(path) == shape


def test_sites_are_counted_by_where_and_from_the_loading_of_the_plan() -> None:
    plan = FaultPlan()
    for path in ("/v1/intents", "/v1/intents", "/v1/codes/resolve"):
        message(plan, path)
    assert plan.seen == [
        "machine>ledger POST /v1/intents#0",
        "machine>ledger POST /v1/intents#1",
        "machine>ledger POST /v1/codes/resolve#0",
    ]
    plan.load({})
    message(plan)
    assert plan.seen == ["machine>ledger POST /v1/intents#0"]


def test_what_is_remembered_of_sites_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vendor_sim.world.faults.sites.SITES_SEEN_MAX", 3)
    monkeypatch.setattr("vendor_sim.world.faults.sites.FAULT_WHERES_MAX", 2)
    sites = Sites()
    assert [sites.pass_by(where) for where in "abca"] == ["a#0", "b#0", "c#0", "a#0"]
    assert len(sites.seen) == 3
    assert limits.FAULT_WHERES_MAX < limits.SITES_SEEN_MAX


def test_the_same_seed_gives_the_same_story_byte_for_byte() -> None:
    journals = []
    for _ in range(2):
        trouble = Trouble(Rule(Fault.ANSWER_LOST, probability=0.3, times=5))
        trouble.buy()
        trouble.buy("yard")
        journals.append((trouble.world.journal.canonical(), trouble.faults.fired))
        trouble.world.close()
    assert journals[0] == journals[1]
    assert journals[0][1]
