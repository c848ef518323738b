"""Shops and machines that sell by WeChat Pay, their codes, and the codes that wallets show."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.payments.wechat.shop import NOTIFY_URL, Shop
from tests.world.conftest import TOKEN, Control, code_of
from vendor_sim.kernel.limits import DAY_MS, MINUTE_MS
from vendor_sim.world.control import Portion, create_control
from vendor_sim.world.faults import Fault, Rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.world.build import World


# -- selling ----------------------------------------------------------------------------------
class Hook:
    """Where a shop is told: it keeps what came, and says yes."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        length = int(environ["CONTENT_LENGTH"])
        self.bodies.append(json.loads(environ["wsgi.input"].read(length)))
        start("204 No Content", [])
        return []


@pytest.fixture
def hook(world: World) -> Hook:
    """A shop's server inside the world."""
    made = Hook()
    world.network.attach(NOTIFY_URL.split("/")[2], "shop", made)
    return made


@pytest.fixture
def shop(world: World, hook: Hook) -> Shop:
    """The corner shop, open."""
    assert hook.bodies == []
    held = world.payments.wechat
    secrets = world.keys.dialect.merchants["1900000001"]
    return Shop(world.payments.app, secrets.mchid, secrets, world.clock, held.platform)


def test_a_code_of_a_shop_is_paid_as_any_code_is_and_the_shop_is_told(
    control: Control, shop: Shop, hook: Hook
) -> None:
    code_url = shop.native().document["code_url"]
    assert code_url.startswith("weixin://wxpay/bizpayurl?pr=")
    paid = control.post("/wallets/pete/pay", {"code": code_url})
    assert paid == {"state": "paid", "reason": None}
    assert shop.query().document["trade_state"] == "SUCCESS"
    assert control.get("/audit?settle=1") == {"breaches": []}
    assert [body["event_type"] for body in hook.bodies] == ["TRANSACTION.SUCCESS"]
    shop.refund("refund-1", refund=100)
    assert control.get("/audit?settle=1") == {"breaches": []}
    assert [body["event_type"] for body in hook.bodies][1:] == ["REFUND.SUCCESS"]
    assert control.get("/wallets/pete")["balance_minor"] == 10_000 - 350 + 100


def test_an_order_that_nobody_pays_keeps_no_world_from_coming_to_rest(
    control: Control, shop: Shop, world: World
) -> None:
    assert shop.native().status == 200
    before_ms = world.clock.now_ms()
    assert control.get("/audit?settle=1") == {"breaches": []}
    assert world.clock.now_ms() < before_ms + 60_000
    assert shop.query().document["trade_state"] == "NOTPAY"


@pytest.mark.parametrize("ends", ["abnormal", "closed"])
def test_refunds_that_go_wrong_break_no_rule(
    control: Control, shop: Shop, world: World, ends: str
) -> None:
    control.post("/merchants/1900000001/behaviour", {"refund": ends})
    control.post("/wallets/pete/pay", {"code": shop.native().document["code_url"]})
    assert shop.refund("refund-1", refund=100).status == 200
    assert shop.refund("refund-2", refund=250).status == 200
    before_ms = world.clock.now_ms()
    assert control.get("/audit?settle=1") == {"breaches": []}
    assert world.clock.now_ms() < before_ms + 60_000
    held = shop.get("/v3/refund/domestic/refunds/refund-1").document
    assert held["status"] == ends.upper()
    if ends == "abnormal":
        path = f"/v3/refund/domestic/refunds/{held['refund_id']}/apply-abnormal-refund"
        asked = {"out_refund_no": "refund-1", "type": "MERCHANT_BANK_CARD"}
        named = {"Wechatpay-Serial": shop.secrets.public_key_id}
        assert shop.post(path, asked, headers=named).status == 200
        assert control.get("/audit?settle=1") == {"breaches": []}
        ended = shop.get("/v3/refund/domestic/refunds/refund-1").document
        assert ended["status"] == "SUCCESS"
    assert control.get("/audit?settle=1") == {"breaches": []}
    [scan] = world.wallet.service.history("pete")
    wanted = {"abnormal": ("returning", 100), "closed": ("taken", 0)}
    assert (scan["money"], scan["refunded_minor"]) == wanted[ends]


@pytest.mark.parametrize("ends", ["abnormal", "closed"])
def test_a_refund_that_goes_wrong_leaves_the_machine_a_duty_and_the_world_at_rest(
    control: Control, world: World, ends: str
) -> None:
    control.post("/merchants/1900000009/behaviour", {"refund": ends})
    control.post("/machines/platform-9/dispenser", {"next": "jammed"})
    order = control.buy("platform-9", "B1", "pete")
    before_ms = world.clock.now_ms()
    assert control.get("/audit?settle=1") == {"breaches": []}
    assert world.clock.now_ms() < before_ms + 60_000
    stands = control.get(f"/orders/{order}")
    assert (stands["state"], stands["money"]) == ("not_released", "returning")
    assert not stands["done"]
    world.driver.until(lambda: None, DAY_MS)
    assert control.get("/audit") == {"breaches": []}, "a person must act, or the machine asks again"
    control.post("/merchants/1900000009/behaviour", {})
    if ends == "closed":
        world.driver.until(lambda: None, DAY_MS + MINUTE_MS)
        assert control.get(f"/orders/{order}")["money"] == "returned"
        assert control.get("/wallets/pete")["balance_minor"] == 10_000
    assert control.get("/audit?settle=1") == {"breaches": []}


def test_a_code_that_was_renewed_breaks_no_rule(control: Control, shop: Shop) -> None:
    first, second = (shop.native().document["code_url"] for _ in range(2))
    assert first != second
    assert control.post("/wallets/pete/pay", {"code": first})["reason"] == "expired"
    assert control.post("/wallets/pete/pay", {"code": second})["state"] == "paid"
    assert control.get("/audit?settle=1") == {"breaches": []}


# -- payment codes ----------------------------------------------------------------------------
def test_a_payment_code_is_charged_and_cannot_be_charged_again(control: Control) -> None:
    shown = control.get("/wallets/pete/payment-code")
    assert set(shown) == {"auth_code", "valid_until"}
    assert len(shown["auth_code"]) == 18
    assert 10 <= int(shown["auth_code"][:2]) <= 15
    assert control.get("/wallets/pete/payment-code") == shown
    order = control.charged("B1", "pete")
    assert control.get(f"/orders/{order}?wait_for=done")["money"] == "taken"
    assert control.get("/wallets/pete")["balance_minor"] == 10_000 - 450
    assert control.get("/wallets/pete/payment-code")["auth_code"] != shown["auth_code"]
    assert control.get("/audit?settle=1") == {"breaches": []}


def test_a_code_that_was_just_used_is_not_shown_again(control: Control, shop: Shop) -> None:
    body: dict[str, Any] = {
        "appid": shop.appid,
        "mchid": shop.mchid,
        "description": "Tea",
        "amount": {"total": 100},
        "scene_info": {"store_info": {"id": "1"}},
    }
    for number in range(3):
        payer = {"auth_code": control.get("/wallets/pete/payment-code")["auth_code"]}
        charge = {**body, "out_trade_no": f"counter-{number}", "payer": payer}
        told = shop.post("/v3/pay/transactions/codepay", charge)
        assert told.document["trade_state"] == "SUCCESS"
    assert control.get("/audit?settle=1") == {"breaches": []}


def test_a_large_payment_waits_for_the_payers_word(control: Control) -> None:
    rich = {"id": "rich", "balance_minor": 500_000, "currency": "CNY", "pin": "9876"}
    control.post("/wallets", rich, 201)
    stock = {"slot": "A1", "stock": 1, "price_minor": 150_000}
    control.post("/machines/platform-9/stock", stock)
    order = control.charged("A1", "rich")
    wrong = control.post("/wallets/rich/confirm", {"pin": "0000"})
    assert wrong == {"state": "refused", "reason": "wrong_pin"}
    assert control.post("/wallets/rich/confirm", {}) == {"state": "paid", "reason": None}
    ended = control.get(f"/orders/{order}?wait_for=done&timeout_ms=20000")
    assert ended["state"] == "released"
    assert control.get("/audit?settle=1") == {"breaches": []}


def test_what_cannot_be_scanned_or_confirmed_says_why(control: Control) -> None:
    scan = "/machines/platform-9/scan"
    code = control.get("/wallets/pete/payment-code")["auth_code"]
    assert code_of(control.post(scan, {"auth_code": code}, 409)) == "wrong_state"
    assert code_of(control.post(scan, {"auth_code": ""}, 422)) == "invalid"
    assert code_of(control.post("/machines/none/scan", {"auth_code": code}, 404)) == "not_found"
    control.post("/machines/lobby/press", {"slot": "B4"}, 202)
    told = control.post("/machines/lobby/scan", {"auth_code": code}, 409)
    assert code_of(told) == "wrong_state"
    assert code_of(control.post("/wallets/pete/confirm", {}, 409)) == "wrong_state"
    assert code_of(control.post("/wallets/nobody/confirm", {}, 404)) == "not_found"
    assert code_of(control.get("/wallets/nobody/payment-code", 404)) == "not_found"


def test_a_wallet_that_gets_no_payment_code_says_so(control: Control, world: World) -> None:
    world.faults.add(Rule(Fault.REFUSED, source="wallet", times=None))
    assert code_of(control.get("/wallets/pete/payment-code", 503)) == "unavailable"


def test_a_refund_of_a_payment_by_code_goes_to_the_number_that_was_charged(
    control: Control,
) -> None:
    order = control.charged("B1", "pete")
    control.get(f"/orders/{order}?wait_for=done")
    control.post("/refunds", {"order": order, "amount_minor": 200}, 202)
    assert control.get("/audit?settle=1") == {"breaches": []}
    assert control.get("/wallets/pete")["balance_minor"] == 10_000 - 450 + 200


def test_a_wallet_alone_shows_its_payment_code_and_a_machine_alone_scans(world: World) -> None:
    wallet = Portion(world.clock, world.driver, world.keys, wallet=world.wallet)
    shows = create_control(wallet, TOKEN, "wallet").test_client()
    shown = shows.get("/_world/wallets/pete/payment-code").get_json()
    part = Portion(world.clock, world.driver, world.keys, machine=world.machine)
    scans = create_control(part, TOKEN, "machine").test_client()
    order = scans.post("/_world/machines/platform-9/press", json={"slot": "B1"}).get_json()
    scans.get(f"/_world/orders/{order['order']}?wait_for=awaiting_payment")
    body = {"auth_code": shown["auth_code"]}
    assert scans.post("/_world/machines/platform-9/scan", json=body).get_json() == order
    ended = scans.get(f"/_world/orders/{order['order']}?wait_for=done").get_json()
    assert ended["state"] == "released"
