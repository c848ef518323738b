"""The stage itself with a machine that speaks WeChat Pay: phone held up, strangers, fees."""

from __future__ import annotations

import pytest

from tests.lab.fakes import AT_MS, FakeControls, FakeWorld
from tests.lab.v3_purchase import NATIVE, OUTSIDE, WRONG, asked
from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.lab.app import create_stage

STATE = "/stage/state.json?machine=platform-9&wallet=pete"
HELD = {"machine": "platform-9", "wallet": "pete"}


@pytest.fixture
def world():
    return FakeWorld()


@pytest.fixture
def client(world):
    app = create_stage(world, FakeControls(), VirtualClock(AT_MS), "s3cret", lambda: None)
    return app.test_client()


def hold(client, body=None):
    csrf = client.get(STATE).get_json()["csrf"]
    return client.post("/stage/hold", json=body or HELD, headers={"X-CSRF-Token": csrf})


@pytest.mark.parametrize(("machine", "there"), [("platform-9", True), ("lobby", False)])
def test_a_phone_can_be_held_only_where_there_is_a_scanner(client, machine, there) -> None:
    page = client.get(f"/?machine={machine}").text
    assert ('id="hold"' in page) is there
    assert "WeChat Pay v3" in page


@pytest.mark.parametrize("holds", [True, False])
def test_the_phone_is_held_before_the_scanner(client, world, holds) -> None:
    world.holds = holds
    answer = hold(client)
    assert (answer.status_code, answer.get_json()) == (202, {"held": holds})
    assert world.held == [("platform-9", "pete")]


def test_a_scanner_that_takes_nothing_says_so(client, world) -> None:
    world.holds = Refused(Code.WRONG_STATE, "nothing waits to be paid for")
    assert hold(client).status_code == 409


@pytest.mark.parametrize("where", ["machine", "wallet"])
def test_only_cast_members_hold_phones(client, world, where) -> None:
    answer = hold(client, {**HELD, where: "nobody"})
    assert (answer.status_code, answer.get_json()["error"]["where"]) == (404, where)
    assert world.held == []


def test_nobody_else_s_page_can_hold_a_phone(client, world) -> None:
    client.get(STATE)
    assert client.post("/stage/hold", json=HELD).status_code == 403
    assert world.held == []


def test_merchants_from_outside_can_be_chosen_newest_first(client, world) -> None:
    world.entries = [*NATIVE, *OUTSIDE]
    assert client.get(STATE).get_json()["merchants"] == [
        {"purchase": "1900000001/", "name": "1900000001"},
        {"purchase": "1900000001/order-77", "name": "1900000001 · order-77"},
    ]


def test_a_stranger_without_a_name_is_called_one(client, world) -> None:
    world.entries = [asked(1, "GET /v3/odd", "merchant", headers={})]
    assert client.get(STATE).get_json()["merchants"][0]["name"] == "unknown merchant"


def test_only_the_newest_orders_of_strangers_are_offered(client, world) -> None:
    world.entries = [
        asked(n, f"GET /v3/pay/transactions/out-trade-no/o{n}", "merchant") for n in range(1, 9)
    ]
    names = [one["name"] for one in client.get(STATE).get_json()["merchants"]]
    assert names == [f"1900000001 · o{n}" for n in (8, 7, 6, 5)]


def test_without_strangers_there_is_nothing_to_choose(client) -> None:
    assert client.get(STATE).get_json()["merchants"] == []


def test_fees_have_an_account_once_there_are_some(client, world) -> None:
    fee = {
        "id": "tr_5",
        "kind": "single",
        "code": "fee",
        "debit": "merchant:m_lobby:CNY",
        "credit": "fees:CNY",
        "amount_minor": 2,
        "currency": "CNY",
        "pending_id": None,
    }
    back = {**fee, "id": "tr_6", "code": "fee_returned", "debit": "fees:CNY", "credit": "x"}
    world.transfers = [fee, back]
    *_, fees = client.get(STATE).get_json()["accounts"]
    assert (fees["title"], fees["balance"]) == ("Platform · fees", None)
    lines = [(line["side"], line["label"], line["amount"]) for line in fees["lines"]]
    assert lines == [("right", "fee", "¥0.02"), ("left", "fee returned", "¥0.02")]


def test_a_failed_signature_opens_on_its_diagnosis(client, world) -> None:
    world.entries = [{**WRONG, "diagnosis": None}]
    first = client.get("/stage/messages/10.json").get_json()["parts"][0]
    assert first["tone"] == "problem"
