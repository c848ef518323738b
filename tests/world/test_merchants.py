"""Merchants of the WeChat Pay dialect, as other tools make them and treat them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.world.conftest import TOKEN, Control, code_of
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.wire import wechatpay
from vendor_sim.world import merchants
from vendor_sim.world.control import Portion, create_control

if TYPE_CHECKING:
    from vendor_sim.world.build import World

MERCHANT = {
    *("base_url", "mchid", "appid", "merchant_serial", "apiv3_key", "public_key_id"),
    *("platform_serial", "key_mode"),
}
FILES = {
    *("apiclient_key.pem", "apiclient_cert.pem", "pub_key.pem", "platform_cert.pem"),
    "merchant.json",
}
NORMAL = {"notify": "once", "answer": "normal", "key": None, "refund": "normal", "times": None}


def machine(name: str, **more: Any) -> dict[str, Any]:
    """The body that sets up a machine which speaks WeChat Pay."""
    slot = {"slot": "A1", "product": "Tea", "price_minor": 160, "stock": 2}
    body = {"id": name, "takes": "at_once", "currency": "CNY", "speaks": "wechat_v3"}
    return {**body, "slots": [slot], **more}


# -- becoming one -----------------------------------------------------------------------------
def test_the_demo_has_a_merchant_in_either_key_mode_and_the_one_of_a_machine(
    control: Control,
) -> None:
    listed = control.get("/merchants")
    assert [(one["mchid"], one["name"], one["key_mode"]) for one in listed] == [
        ("1900000001", "Corner shop", "pubkey"),
        ("1900000002", "Tea house", "cert"),
        ("1900000009", "Platform 9", "pubkey"),
    ]
    assert set(listed[0]) == {"mchid", "name", "appid", "key_mode", "behaviour"}
    assert listed[0]["behaviour"] == NORMAL


def test_credentials_are_what_a_real_merchant_would_hold(control: Control) -> None:
    told = control.get("/merchants/1900000001/credentials")
    merchant, files = told["merchant"], told["files"]
    assert (set(merchant), set(files)) == (MERCHANT, FILES)
    assert json.loads(files["merchant.json"]) == merchant
    assert (merchant["mchid"], merchant["base_url"]) == ("1900000001", "http://ledger")
    key = wechatpay.load_private_key(files["apiclient_key.pem"])
    certificate = files["apiclient_cert.pem"]
    assert wechatpay.serial_of_certificate(certificate) == merchant["merchant_serial"]
    signature = wechatpay.sign(key, b"words")
    held = wechatpay.public_key_of_certificate(certificate)
    assert wechatpay.verify(held, b"words", signature)
    assert len(merchant["apiv3_key"]) == 32


def test_where_no_address_is_set_merchants_get_the_one_at_which_they_ask(world: World) -> None:
    portion = Portion(world.clock, world.driver, world.keys, payments=world.payments)
    client = create_control(portion, TOKEN, "ledger").test_client()
    told = client.get("/_world/merchants/1900000001/credentials", base_url="http://localhost:8123")
    assert told.get_json()["merchant"]["base_url"] == "http://localhost:8123"


def test_a_merchant_that_was_made_has_what_it_asked_for_or_what_was_free(
    control: Control, world: World
) -> None:
    asked = {"mchid": "1230000109", "name": "Book shop", "key_mode": "switching"}
    made = control.post("/merchants", asked, 201)["merchant"]
    assert (made["mchid"], made["key_mode"]) == ("1230000109", "switching")
    free = control.post("/merchants", {}, 201)
    assert set(free["files"]) == FILES
    assert free["merchant"]["key_mode"] == "pubkey"
    again = control.get(f"/merchants/{free['merchant']['mchid']}/credentials")
    assert again == free
    assert world.keys.dialect.merchants["1230000109"].apiv3_key == made["apiv3_key"]
    assert code_of(control.post("/merchants", asked, 409)) == "exists"


@pytest.mark.parametrize(
    "body", [{"mchid": "12"}, {"mchid": 1900000003}, {"name": ""}, {"key_mode": "none"}, {"x": 1}]
)
def test_a_merchant_that_makes_no_sense_is_refused(control: Control, body: Any) -> None:
    assert code_of(control.post("/merchants", body, 422)) == "invalid"
    assert len(control.get("/merchants")) == 3


def test_nobody_knows_a_merchant_that_is_not_there(control: Control) -> None:
    assert code_of(control.get("/merchants/1999999999/credentials", 404)) == "not_found"
    assert code_of(control.post("/merchants/1999999999/behaviour", {}, 404)) == "not_found"
    control.get("/merchants?all=1", 422)


# -- what is done to one ----------------------------------------------------------------------
def test_a_merchant_is_treated_as_asked_until_it_is_back_to_normal(control: Control) -> None:
    path = "/merchants/1900000002/behaviour"
    wish = {"notify": "twice", "times": 2, "answer": "SYSTEM_ERROR", "key": "rollover"}
    in_force = control.post(path, wish)
    assert in_force == {**NORMAL, **wish}
    assert control.get("/merchants")[1]["behaviour"] == in_force
    assert control.get("/merchants")[0]["behaviour"] == NORMAL
    assert control.post(path, {"answer": "accepted"}) == {**NORMAL, "answer": "accepted"}
    assert control.post(path, {}) == NORMAL


@pytest.mark.parametrize(
    "body", [{"notify": "thrice"}, {"times": 0, "notify": "twice"}, {"answer": 1}, {"more": "x"}]
)
def test_a_wish_that_makes_no_sense_is_refused(control: Control, body: Any) -> None:
    assert code_of(control.post("/merchants/1900000002/behaviour", body, 422)) == "invalid"


# -- machines ---------------------------------------------------------------------------------
def test_a_machine_that_was_added_sells_for_a_merchant_of_its_own(
    control: Control, world: World
) -> None:
    made = control.post("/machines", machine("tea"), 201)
    assert (made["speaks"], made["takes"]) == ("wechat_v3", "at_once")
    order = control.buy("tea", "A1")
    ended = control.get(f"/orders/{order}?wait_for=done")
    assert (ended["state"], ended["money"]) == ("released", "taken")
    mchid = world.merchant_of("tea")
    assert mchid not in {one.mchid for one in world.plan.merchants}
    assert mchid in {one["mchid"] for one in control.get("/merchants")}
    assert control.get("/audit?settle=1") == {"breaches": []}


def test_the_same_machine_has_the_same_merchant_again_after_a_reset(
    control: Control, world: World
) -> None:
    control.post("/machines", machine("tea"), 201)
    mchid = world.merchant_of("tea")
    before = control.get(f"/merchants/{mchid}/credentials")
    control.post("/reset", {})
    assert len(control.get("/merchants")) == 3
    control.post("/machines", machine("tea"), 201)
    assert control.get(f"/merchants/{mchid}/credentials") == before
    control.buy("tea", "A1")


def test_a_number_that_another_merchant_has_is_left_to_it(control: Control, world: World) -> None:
    control.post("/machines", machine("tea"), 201)
    mchid = world.merchant_of("tea")
    control.post("/reset", {})
    control.post("/merchants", {"mchid": mchid, "name": "First come"}, 201)
    control.post("/machines", machine("tea"), 201)
    assert world.merchant_of("tea") == str(int(mchid) + 1)


@pytest.mark.parametrize("more", [{"takes": "hold"}, {"currency": "JPY"}, {"speaks": "v2"}])
def test_a_machine_that_the_dialect_cannot_serve_is_refused_and_leaves_no_merchant(
    control: Control, more: dict[str, str]
) -> None:
    assert code_of(control.post("/machines", machine("tea", **more), 422)) == "invalid"
    assert len(control.get("/merchants")) == 3


def test_whose_a_machine_is_that_is_not_there_is_not_found(world: World) -> None:
    with pytest.raises(Refused) as refused:
        world.merchant_of("none")
    assert refused.value.problem.code is Code.NOT_FOUND


# -- secrets ----------------------------------------------------------------------------------
def test_nothing_that_a_merchant_holds_stands_in_the_journal(
    control: Control, world: World
) -> None:
    made = control.post("/merchants", {}, 201)
    control.get(f"/orders/{control.buy('platform-9', 'B1')}?wait_for=done")
    control.get(f"/orders/{control.charged()}?wait_for=done")
    text = json.dumps(control.get("/journal"))
    assert "/v3/pay/transactions/native" in text
    assert not [one for one in world.keys.secrets() if one in text or json.dumps(one)[1:-1] in text]
    assert made["merchant"]["apiv3_key"] not in text
    assert "PRIVATE KEY" not in text


# -- a part of a world ------------------------------------------------------------------------
def test_the_ledger_service_alone_makes_merchants_and_nothing_else(world: World) -> None:
    portion = Portion(world.clock, world.driver, world.keys, payments=world.payments)
    client = create_control(portion, TOKEN, "ledger").test_client()
    made = client.post("/_world/merchants", json={"name": "Alone"})
    assert (made.status_code, set(made.get_json()["files"])) == (201, FILES)
    mchid = made.get_json()["merchant"]["mchid"]
    path = f"/_world/merchants/{mchid}/behaviour"
    assert client.post(path, json={"notify": "lost"}).get_json()["notify"] == "lost"
    assert mchid in {one["mchid"] for one in client.get("/_world/merchants").get_json()}
    assert client.get("/_world/machines").status_code == 404


def test_a_part_without_the_ledger_service_has_no_merchants(world: World) -> None:
    portion = Portion(world.clock, world.driver, world.keys, machine=world.machine)
    with pytest.raises(TypeError, match="no ledger service"):
        merchants.of(portion)
    client = create_control(portion, TOKEN, "machine").test_client()
    assert client.get("/_world/merchants").status_code == 404
