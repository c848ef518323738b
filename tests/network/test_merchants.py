"""A merchant of the WeChat Pay dialect over real sockets: raw targets, raw bytes, many at once."""

from __future__ import annotations

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from vendor_sim.wire import wechatpay

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.pytest_plugin.stage import Stage
    from vendor_sim.world.build import World

pytestmark = pytest.mark.network

PAYERS = 6
NOTHING_LISTENS = "http://127.0.0.1:9/told"
TEA = {"slot": "A1", "product": "茶", "price_minor": 350, "stock": 9}


class Shop:
    """Holds what was handed out, and the world's clock: scenarios of the same world moved it."""

    def __init__(self, credentials: dict[str, Any], now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self.about = credentials["merchant"]
        self.mchid = str(self.about["mchid"])
        self._address = self.about["base_url"].removeprefix("http://")
        files = credentials["files"]
        self._key = wechatpay.load_private_key(files["apiclient_key.pem"])
        self._platform = {
            self.about["public_key_id"]: wechatpay.load_public_key(files["pub_key.pem"])
        }

    def send(self, method: str, target: str, body: bytes = b"") -> tuple[int, Any]:
        """One request; an answer that says yes must be signed."""
        now_ms = self._now_ms()
        serial = self.about["merchant_serial"]
        signed = wechatpay.authorization(
            *(self._key, self.mchid, serial, method, target, body, now_ms, "n" * 32)
        )
        headers = {"Authorization": signed, "User-Agent": "shop/1", "Accept": "*/*"}
        line = http.client.HTTPConnection(self._address, timeout=20)
        try:
            line.request(method, target, body or None, headers)
            answer = line.getresponse()
            raw = answer.read()
            if answer.status < 300:
                named = dict(answer.getheaders())
                assert wechatpay.why_not(named, raw, self._platform, now_ms) is None
            return answer.status, json.loads(raw) if raw else None
        finally:
            line.close()

    def native(self, out_trade_no: str, ending: bytes = b"") -> str:
        """The code of a new order."""
        body = {
            "appid": self.about["appid"],
            "mchid": self.mchid,
            "description": "茉莉花茶",
            "out_trade_no": out_trade_no,
            "notify_url": NOTHING_LISTENS,
            "amount": {"total": 350},
        }
        raw = json.dumps(body, ensure_ascii=False, indent=1).encode() + ending
        status, told = self.send("POST", "/v3/pay/transactions/native", raw)
        assert status == 200, told
        return str(told["code_url"])

    def state(self, out_trade_no: str) -> str:
        """How an order stands."""
        number = quote(out_trade_no, safe="")
        target = f"/v3/pay/transactions/out-trade-no/{number}?mchid={self.mchid}"
        status, told = self.send("GET", target)
        assert (status, told["out_trade_no"]) == (200, out_trade_no), told
        return str(told["trade_state"])


@pytest.fixture
def shop(world: Stage, running: tuple[str, World]) -> Shop:
    """A merchant made for this test."""
    return Shop(world.ask("POST", "/merchants", {"name": "Tea shop"}), running[1].clock.now_ms)


def wallet(world: Stage, name: str) -> None:
    body = {"id": name, "balance_minor": 1_000, "currency": "CNY", "pin": "1234"}
    world.ask("POST", "/wallets", body)


def test_credentials_lead_to_where_they_were_asked_for(
    running: tuple[str, World], shop: Shop
) -> None:
    assert shop.about["base_url"] == running[0]


def test_targets_and_bodies_are_verified_as_they_were_on_the_wire(world: Stage, shop: Shop) -> None:
    wallet(world, "mei")
    code = shop.native("tea|2026*11", b"\n")
    assert shop.state("tea|2026*11") == "NOTPAY"
    assert world.ask("POST", "/wallets/mei/pay", {"code": code})["state"] == "paid"
    assert shop.state("tea|2026*11") == "SUCCESS"
    assert world.ask("GET", "/audit") == {"breaches": []}


def test_of_many_wallets_at_one_code_of_a_shop_one_pays(world: Stage, shop: Shop) -> None:
    names = [f"w{number}" for number in range(PAYERS)]
    for name in names:
        wallet(world, name)
    code = shop.native("one-for-all")

    def pays(name: str) -> str:
        told = world.ask("POST", f"/wallets/{name}/pay", {"code": code})
        return str(told["reason"] or told["state"])

    with ThreadPoolExecutor(PAYERS) as people:
        said = sorted(people.map(pays, names))
    assert said == ["already_paid"] * (PAYERS - 1) + ["paid"]
    assert world.ask("GET", "/audit") == {"breaches": []}


def test_orders_created_at_once_are_all_there(shop: Shop) -> None:
    numbers = [f"order-{number:04}" for number in range(24)]
    with ThreadPoolExecutor(8) as tills:
        codes = list(tills.map(shop.native, numbers))
    assert len(set(codes)) == len(numbers)
    assert {shop.state(number) for number in numbers} == {"NOTPAY"}


def test_a_machine_of_the_dialect_charges_a_payment_code(world: Stage) -> None:
    wallet(world, "mei")
    body = {"id": "front", "takes": "at_once", "currency": "CNY", "speaks": "wechat_v3"}
    made = world.ask("POST", "/machines", {**body, "slots": [TEA]})
    assert made["speaks"] == "wechat_v3"
    order = world.ask("POST", "/machines/front/press", {"slot": "A1"})["order"]
    world.order(order, "awaiting_payment")
    code = world.ask("GET", "/wallets/mei/payment-code")["auth_code"]
    assert world.ask("POST", "/machines/front/scan", {"auth_code": code}) == {"order": order}
    assert world.order(order, "done")["state"] == "released"
    assert world.ask("GET", "/wallets/mei")["balance_minor"] == 1_000 - 350
    assert world.ask("GET", "/audit?settle=1") == {"breaches": []}
