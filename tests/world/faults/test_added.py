"""One rule more, while a story is under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.world.conftest import code_of
from vendor_sim.kernel.limits import FAULT_RULES_MAX

if TYPE_CHECKING:
    from tests.world.conftest import Control

LOST = {"fault": "request_lost", "from": "ledger", "to": "machine", "times": 1}
JAM = {"fault": "jam", "times": 1}


def test_a_rule_that_is_added_leaves_alone_what_has_bitten(control: Control) -> None:
    control.post("/faults", {"rules": [JAM]})
    assert control.get(f"/orders/{control.buy('lobby', 'B4', 'pete')}?wait_for=done")["drop"] == (
        "jammed"
    )
    told = control.post("/faults/rules", LOST)
    assert (told["rules"], told["fired"]) == ([JAM, LOST], {"jam": 1})
    order = control.buy("lobby", "B4", "pete")
    assert control.get(f"/orders/{order}?wait_for=done")["drop"] == "dropped"
    assert control.get("/audit?settle=1") == {"breaches": []}
    assert control.get("/faults")["fired"] == {"jam": 1, "request_lost": 1}


def test_a_rule_that_makes_no_sense_is_refused_and_the_plan_stays(control: Control) -> None:
    assert code_of(control.post("/faults/rules", {"fault": "jma"}, 422)) == "invalid"
    assert code_of(control.post("/faults/rules?x=1", LOST, 422)) == "invalid"
    assert control.get("/faults")["rules"] == []


def test_a_plan_has_its_fill_of_rules(control: Control) -> None:
    control.post("/faults", {"rules": [JAM] * FAULT_RULES_MAX})
    told = control.post("/faults/rules", JAM, 422)
    assert (code_of(told), told["error"]["where"]) == ("invalid", "rules")
