"""A fault plan as data: what is read comes out again, and what makes no sense is told where."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.world.conftest import Control, code_of
from vendor_sim.kernel.limits import FAULT_FILE_BYTES_MAX, FAULT_RULES_MAX
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.world.faults import Fault, FaultPlan, faults_of_site, load_file
from vendor_sim.world.faults.document import fields_of

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = {
    "seed": 7,
    "rules": [
        {
            "fault": "answer_lost",
            "probability": 0.1,
            "times": 2,
            "after": 3,
            "from": "machine",
            "to": "ledger",
            "match": "POST /v1/intents",
        },
        {"fault": "slow", "delay_ms": 250},
        {"fault": "server_error", "status": 500},
        {"fault": "empty", "match": "/v3/*", "side": "request", "status": 204},
        {"fault": "killed", "service": "ledger", "at": "before_commit", "down_ms": 9},
        {"fault": "power_cut", "at": "after_motor"},
        {"fault": "database_locked", "service": "wallet"},
        {"fault": "jam", "machine": "lobby", "slot": "B4"},
    ],
    "script": [
        "answer_lost|machine>ledger POST /v1/intents/*/capture#0",
        "killed|machine@after_motor#12",
        "jam|lobby/B4#0",
    ],
}
SITE = "machine>ledger POST /v1/intents#0"


def loaded(document: Any) -> FaultPlan:
    plan = FaultPlan()
    plan.load(document)
    return plan


def test_what_was_read_comes_out_again() -> None:
    assert loaded(WHOLE).document() == WHOLE
    assert loaded({}).document() == {"seed": 0, "rules": [], "script": []}


def test_as_usual_may_be_said_and_is_left_out() -> None:
    rule = {"fault": "jam", "times": None, "after": 0, "probability": 1}
    assert loaded({"rules": [rule]}).document()["rules"] == [{"fault": "jam"}]


@pytest.mark.parametrize("fault", list(Fault))
def test_every_fault_can_be_told_by_its_name_alone(fault: Fault) -> None:
    assert loaded({"rules": [{"fault": fault.value}]}).document()["rules"] == [
        {"fault": fault.value}
    ]
    assert fields_of(fault)[:4] == ("fault", "probability", "times", "after")


def rules(**rule: Any) -> dict[str, Any]:
    return {"rules": [{"fault": "answer_lost", **rule}]}


@pytest.mark.parametrize(
    ("document", "where", "words"),
    [
        ([], None, "an object with seed, rules, script"),
        ({"rule": []}, "rule", "unknown field 'rule'; .* did you mean 'rules'"),
        ({"seed": "1"}, "seed", "a whole number from 0 to .*, not '1'"),
        ({"seed": True}, "seed", "not True"),
        ({"seed": -1}, "seed", "not -1"),
        ({"rules": {}}, "rules", "it is a list, not {}"),
        ({"rules": [{}] * (FAULT_RULES_MAX + 1)}, "rules", f"{FAULT_RULES_MAX} are taken"),
        ({"rules": ["jam"]}, "rules[0]", "a rule is an object"),
        ({"rules": [{}]}, "rules[0].fault", "it is missing; it is one of answer_lost, "),
        ({"rules": [{"fault": "answer_lots"}]}, "rules[0].fault", "did you mean 'answer_lost'"),
        ({"rules": [{"fault": ["jam"]}]}, "rules[0].fault", "it is one of"),
        (rules(form="machine"), "rules[0].form", "takes no 'form'; .* did you mean 'from'"),
        (rules(machine="lobby"), "rules[0].machine", "it takes fault, probability, times, after"),
        (rules(probability=1.5), "rules[0].probability", "a number from 0 to 1, not 1.5"),
        (rules(probability="1"), "rules[0].probability", "not '1'"),
        (rules(probability=True), "rules[0].probability", "not True"),
        (rules(times=0), "rules[0].times", "from 1 to"),
        (rules(after=-1), "rules[0].after", "from 0 to"),
        (rules(**{"from": ""}), "rules[0].from", "1 to 120 visible"),
        (rules(to="the ledger"), "rules[0].to", "not 'the ledger'"),
        (rules(match="v1/intents"), "rules[0].match", "like 'POST /v1/intents/.*/capture'"),
        (rules(match="post /v1"), "rules[0].match", "not 'post /v1'"),
        ({"rules": [{"fault": "slow", "delay_ms": 0}]}, "rules[0].delay_ms", "from 1 to"),
        ({"rules": [{"fault": "server_error", "status": 200}]}, "rules[0].status", "500 to 599"),
        ({"rules": [{"fault": "empty", "status": 500}]}, "rules[0].status", "200 to 299"),
        ({"rules": [{"fault": "empty", "side": "both"}]}, "rules[0].side", "request, answer"),
        ({"rules": [{"fault": "killed", "service": "shop"}]}, "rules[0].service", "ledger, "),
        ({"rules": [{"fault": "killed", "at": "begin"}]}, "rules[0].at", "not at 'begin'"),
        (
            {"rules": [{"fault": "killed", "service": "wallet", "at": "after_motor"}]},
            *("rules[0].at", "killed of wallet bites at before_commit"),
        ),
        ({"rules": [{"fault": "disk_full", "at": "send"}]}, "rules[0].at", "bites at before_c"),
        ({"rules": [{"fault": "power_cut", "service": "ledger"}]}, "rules[0].service", "takes no"),
        ({"script": ["jam"]}, "script[0]", 'a decision is a text like "answer_lost'),
        ({"script": [7]}, "script[0]", "not 7"),
        ({"script": [f"answer_lots|{SITE}"]}, "script[0]", "did you mean 'answer_lost'"),
        ({"script": ["jam|lobby"]}, "script[0]", "'lobby' names no site"),
        ({"script": [f"jam|{SITE}"]}, "script[0]", "jam cannot happen at"),
        ({"script": ["killed|wallet@after_motor#0"]}, "script[0]", "names no site"),
    ],
)
def test_what_makes_no_sense_is_told_where_and_what_would_be_right(
    document: Any, where: str | None, words: str
) -> None:
    plan = loaded(WHOLE)
    with pytest.raises(Refused, match=words) as refused:
        plan.load(document)
    assert (refused.value.problem.code, refused.value.problem.where) == (Code.INVALID, where)
    assert plan.document() == WHOLE


@pytest.mark.parametrize(
    ("site", "count"),
    [(SITE, 16), ("lobby/B4#0", 4), ("machine@after_motor#3", 2), ("ledger@begin#0", 1)],
)
def test_a_site_says_what_can_happen_at_it(site: str, count: int) -> None:
    assert len(faults_of_site(site)) == count


# -- files ------------------------------------------------------------------------------------
TOML = """
seed = 7
script = ["jam|lobby/B4#0"]
[[rules]]
fault = "answer_lost"
from = "machine"
probability = 0.25
"""


def test_a_plan_in_toml_or_json_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(TOML)
    read = load_file(tmp_path / "plan.toml")
    (tmp_path / "plan.json").write_text(json.dumps(read))
    assert load_file(tmp_path / "plan.json") == read
    assert loaded(read).document()["rules"][0]["probability"] == 0.25


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("plan.yaml", "seed: 1", "plan.yaml: a fault plan ends in .toml or .json"),
        ("plan.toml", "seed = ", "plan.toml: it is no TOML"),
        ("plan.json", "{", "plan.json: it is no JSON"),
        ("plan.json", '{"seed":1,"seed":2}', "plan.json: .*'seed' stands twice"),
        ("plan.json", "[" * 100_000, "plan.json: it is no JSON"),
        ("plan.json", '{"rules":[{"fault":"jma"}]}', r"plan.json: rules\[0\].fault: .*'jam'"),
        ("plan.json", " " * (FAULT_FILE_BYTES_MAX + 1), "more than"),
    ],
)
def test_a_file_that_is_no_plan_is_told_so(
    tmp_path: Path, name: str, text: str, words: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(Refused, match=words):
        load_file(tmp_path / name)


# -- at the control plane ---------------------------------------------------------------------
def test_the_plan_is_read_set_and_cleared_by_http(control: Control) -> None:
    empty = {"seed": 0, "rules": [], "script": [], "fired": {}}
    assert control.get("/faults") == empty
    assert control.post("/faults", WHOLE) == {**WHOLE, "fired": {}}
    lost = {"rules": [{"fault": "request_lost", "from": "machine", "times": 1}]}
    control.post("/faults", lost)
    control.buy()
    assert control.get("/faults")["fired"] == {"request_lost": 1}
    assert control.client.delete("/_world/faults").get_json() == empty
    assert control.get("/faults") == empty


def test_a_wrong_plan_is_refused_by_http(control: Control) -> None:
    told = control.post("/faults", {"rules": [{"fault": "jma"}]}, 422)
    assert (code_of(told), told["error"]["where"]) == ("invalid", "rules[0].fault")
    raw = control.client.post("/_world/faults", data=b"[]", content_type="application/json")
    assert raw.status_code == 400


@pytest.mark.parametrize(
    ("service", "body", "status"),
    [
        ("shop", {"power": "off"}, 404),
        ("ledger", {"power": "dim"}, 422),
        ("ledger", {}, 422),
        ("ledger", {"power": "off", "down_ms": 0}, 422),
        ("ledger", {"power": "on", "down_ms": 5}, 422),
        ("ledger", {"power": "off", "why": "x"}, 422),
    ],
)
def test_a_switch_that_makes_no_sense_is_refused(
    control: Control, service: str, body: Any, status: int
) -> None:
    control.post(f"/services/{service}", body, status)
    assert {one["power"] for one in control.get("/services")} == {"on"}
