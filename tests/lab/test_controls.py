"""The bar at the stage's foot steers the clock, the trouble, the power and the recording."""

from __future__ import annotations

import pytest

from tests.lab.fakes import AT_MS, FakeControls, FakeWorld
from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.kernel.problems import Refused
from vendor_sim.lab.app import create_stage
from vendor_sim.lab.troubles import SWITCHES, groups, told, turned
from vendor_sim.world.faults import FaultPlan

NOTHING = {"seed": 7, "rules": [], "script": []}
OWN = {"fault": "jam", "machine": "lobby"}


@pytest.fixture
def controls():
    return FakeControls()


@pytest.fixture
def client(controls):
    app = create_stage(FakeWorld(), controls, VirtualClock(AT_MS), "s3cret", lambda: None)
    return app.test_client()


def standing(client):
    return client.get("/stage/state.json?machine=lobby&wallet=pete").get_json()["controls"]


def ask(client, what, body):
    csrf = client.get("/stage/state.json?machine=lobby&wallet=pete").get_json()["csrf"]
    return client.post(f"/stage/{what}", json=body, headers={"X-CSRF-Token": csrf})


def test_the_state_tells_how_everything_stands(client, controls):
    controls.fired = {"jam": 2}
    found = standing(client)
    assert found["clock"] == {"now_ms": AT_MS, "rate": 1.0, "frozen": False, "speed": 1.0}
    assert found["trouble"]["on"] == []
    assert found["trouble"]["fired"] == {"jam": 2}
    assert "fired" not in found["trouble"]["plan"]
    assert {one["power"] for one in found["services"]} == {"on"}
    assert found["recording"] == {"on": False, "steps": 0}


@pytest.mark.parametrize(
    ("body", "steered"),
    [
        ({"advance_ms": 60_000}, ("advance_ms", 60_000)),
        ({"frozen": True}, ("frozen", True)),
        ({"speed": 2.5}, ("speed", 2.5)),
    ],
)
def test_the_clock_is_steered_by_one_thing_at_a_time(client, controls, body, steered):
    assert ask(client, "clock", body).status_code == 200
    assert controls.steered == [steered]


@pytest.mark.parametrize("body", [{}, {"frozen": True, "speed": 2}, {"frozen": None}])
def test_anything_else_is_refused_and_steers_nothing(client, controls, body):
    assert ask(client, "clock", body).get_json()["error"]["code"] == "invalid"
    assert controls.steered == []


def test_a_switch_puts_its_rules_into_the_plan_and_takes_them_out(client, controls):
    controls.document = {**NOTHING, "rules": [OWN]}
    on = ask(client, "trouble", {"switch": "cut_off", "on": True}).get_json()["trouble"]
    assert (on["on"], on["others"], len(on["plan"]["rules"])) == (["cut_off"], 1, 3)
    off = ask(client, "trouble", {"switch": "cut_off", "on": False}).get_json()["trouble"]
    assert (off["on"], off["plan"]["rules"]) == ([], [OWN])


def test_a_switch_that_is_not_there_is_refused(client):
    answer = ask(client, "trouble", {"switch": "gravity", "on": True})
    assert (answer.status_code, answer.get_json()["error"]["where"]) == (404, "switch")


@pytest.mark.parametrize("switch", SWITCHES, ids=lambda switch: switch.id)
def test_every_switch_is_a_plan_that_the_world_takes_and_shows_as_it_was(switch):
    plan = FaultPlan()
    plan.load(turned(NOTHING, switch.id, on=True))
    assert told(plan.document())["on"] == [switch.id]
    assert told(turned(plan.document(), switch.id, on=False))["on"] == []


def test_every_switch_has_its_sentence():
    shown = [one for _, switches in groups() for one, _ in switches]
    assert sorted(shown) == sorted(switch.id for switch in SWITCHES)


def test_a_whole_plan_is_taken_and_cleared(client, controls):
    ask(client, "plan", {"seed": 3, "rules": [OWN]})
    assert controls.document["rules"] == [OWN]
    assert ask(client, "plan", {}).get_json()["trouble"]["plan"]["rules"] == []


def test_the_power_of_a_service_is_switched(client, controls):
    found = ask(client, "power", {"service": "wallet", "power": "off"}).get_json()["services"]
    assert [one["service"] for one in found if one["power"] == "off"] == ["wallet"]
    ask(client, "power", {"service": "wallet", "power": "on"})
    assert controls.off == set()


def test_a_recording_ends_with_its_feature(client):
    assert ask(client, "record", {"on": True}).get_json()["recording"] == {"on": True, "steps": 3}
    ended = ask(client, "record", {"on": False}).get_json()
    assert ended["recorded"]["feature"] == "Feature: Recorded\n"
    assert ask(client, "record", {"on": False}).get_json()["error"]["code"] == "wrong_state"


@pytest.mark.parametrize("what", ["clock", "trouble", "plan", "power", "record"])
def test_another_sites_page_steers_nothing(client, controls, what):
    answer = client.post(f"/stage/{what}", json={"on": True})
    assert answer.status_code == 403
    assert (controls.steered, controls.document["rules"], controls.steps) == ([], [], None)


def test_unknown_fields_are_refused(client):
    answer = ask(client, "power", {"service": "wallet", "power": "off", "why": "fun"})
    assert answer.get_json()["error"]["code"] == "invalid"


def test_the_page_offers_every_switch(client):
    page = client.get("/", headers={"Accept": "text/html"}).text
    for switch in SWITCHES:
        assert f'data-switch="{switch.id}"' in page


def test_a_switch_of_no_name_is_named_in_the_refusal():
    with pytest.raises(Refused, match="no switch 'x'"):
        turned(NOTHING, "x", on=True)
