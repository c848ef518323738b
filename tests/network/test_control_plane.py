"""The control plane as a stranger finds it: over a socket, by its table alone."""

from __future__ import annotations

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from vendor_sim.kernel.limits import BODY_BYTES_MAX

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vendor_sim.pytest_plugin.stage import Stage
    from vendor_sim.world.build import World

pytestmark = pytest.mark.network

ORDER = {
    *("id", "machine", "slot", "product", "amount_minor", "currency", "state", "code", "drop"),
    *("money", "done", "opened_at", "ended_at"),
}
WALLET = {"id", "balance_minor", "held_minor", "currency"}
SLOT = {"slot", "product", "price_minor", "currency", "stock"}
Told = tuple[int, Any]


class Stranger:
    """Knows an address and the table."""

    def __init__(self, base_url: str) -> None:
        self._address = base_url.removeprefix("http://")

    def send(self, method: str, path: str, raw: bytes | None = None, **headers: str) -> Told:
        """One request on a connection of its own; the status and the JSON."""
        line = http.client.HTTPConnection(self._address, timeout=70)
        try:
            line.request(method, path, raw, headers)
            answer = line.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            line.close()

    def get(self, path: str) -> Any:
        status, told = self.send("GET", f"/_world{path}")
        assert status == 200, told
        return told

    def post(self, path: str, body: Any) -> Told:
        return self.send("POST", f"/_world{path}", json.dumps(body).encode())

    def machine(self, name: str, takes: str = "hold", currency: str = "CNY") -> Any:
        slots = [
            {"slot": "A1", "product": "Cola", "price_minor": 350, "stock": 9},
            {"slot": "A2", "product": "Tea", "price_minor": 200, "stock": 0},
        ]
        body = {"id": name, "takes": takes, "currency": currency, "slots": slots}
        status, told = self.post("/machines", body)
        assert status == 201, told
        return told

    def wallet(self, name: str, balance_minor: int = 1_000, currency: str = "CNY") -> Any:
        body = {"id": name, "balance_minor": balance_minor, "currency": currency, "pin": "1234"}
        status, told = self.post("/wallets", body)
        assert status == 201, told
        return told

    def press(self, machine: str) -> str:
        status, told = self.post(f"/machines/{machine}/press", {"slot": "A1"})
        assert (status, set(told)) == (202, {"order"}), told
        return str(told["order"])

    def wait(self, order: str, state: str) -> Any:
        told = self.get(f"/orders/{order}?wait_for={state}&timeout_ms=30000")
        assert set(told) == ORDER, told
        return told

    def code(self, order: str) -> str:
        return str(self.wait(order, "awaiting_payment")["code"])

    def pay(self, wallet: str, code: str, **pin: str) -> Any:
        status, told = self.post(f"/wallets/{wallet}/pay", {"code": code, **pin})
        assert (status, set(told)) == (200, {"state", "reason"}), told
        return told["reason"] or told["state"]


@pytest.fixture
def stranger(running: tuple[str, World], world: Stage) -> Stranger:
    """Somebody who was told where the world is; it is empty."""
    return Stranger(running[0])


def code_of(told: Told) -> tuple[int, str]:
    """The status and the problem of an answer in the one error shape."""
    status, body = told
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "where", "transient"}
    return status, body["error"]["code"]


def at_once(act: Any, each: Iterable[Any]) -> list[Any]:
    every = list(each)
    with ThreadPoolExecutor(len(every)) as people:
        return list(people.map(act, every))


@pytest.mark.parametrize("takes", ["hold", "at_once"])
@pytest.mark.parametrize("currency", ["CNY", "JPY", "KWD"])
def test_a_purchase_ends_as_the_dispenser_was_told(
    stranger: Stranger, takes: str, currency: str
) -> None:
    machine = stranger.machine("front", takes, currency)
    assert (set(machine), set(machine["slots"][0])) == ({"id", "speaks", "takes", "slots"}, SLOT)
    assert set(stranger.wallet("mei", 1_000, currency)) == WALLET
    balance = 1_000
    for drop, state, money in (
        ("dropped", "released", "taken"),
        ("jammed", "not_released", "returned"),
        ("empty", "not_released", "returned"),
        (None, "released", "taken"),
    ):
        if drop is not None:
            assert stranger.post("/machines/front/dispenser", {"next": drop})[0] == 200
        order = stranger.press("front")
        assert stranger.pay("mei", stranger.code(order)) == "paid"
        ended = stranger.wait(order, "done")
        assert (ended["state"], ended["money"], ended["drop"]) == (state, money, drop or "dropped")
        balance -= 350 if money == "taken" else 0
        mei = stranger.get("/wallets/mei")
        assert (mei["balance_minor"], mei["held_minor"]) == (balance, 0)
    assert stranger.get("/audit?settle=1") == {"breaches": []}


@pytest.mark.parametrize("takes", ["hold", "at_once"])
@pytest.mark.parametrize(("released", "money"), [(True, "taken"), (False, "returned")])
def test_the_desk_settles_what_nobody_saw(
    stranger: Stranger, takes: str, released: bool, money: str
) -> None:
    stranger.machine("front", takes)
    stranger.wallet("mei")
    stranger.post("/machines/front/dispenser", {"next": "unsure"})
    order = stranger.press("front")
    stranger.pay("mei", stranger.code(order))
    assert not stranger.wait(order, "unsure")["done"]
    status, told = stranger.post(f"/orders/{order}/settle-unsure", {"released": released})
    assert (status, set(told)) == (200, ORDER)
    assert stranger.wait(order, "done")["money"] == money
    again = stranger.post(f"/orders/{order}/settle-unsure", {"released": released})
    assert code_of(again) == (409, "wrong_state")
    assert stranger.get("/audit?settle=1") == {"breaches": []}


def test_everything_that_can_be_refused_at_a_machine_says_why(stranger: Stranger) -> None:
    stranger.machine("front")
    press = "/machines/front/press"
    assert code_of(stranger.post(press, {"slot": "A2"})) == (409, "sold_out")
    assert code_of(stranger.post(press, {"slot": "Z9"})) == (404, "unknown_slot")
    assert code_of(stranger.post("/machines/front/cancel", {})) == (409, "wrong_state")
    order = stranger.press("front")
    assert code_of(stranger.post(press, {"slot": "A1"})) == (409, "busy")
    assert stranger.post("/machines/front/cancel", {}) == (202, {"order": order})
    assert stranger.wait(order, "done")["state"] == "cancelled"
    assert code_of(stranger.send("GET", "/machine/front/qr.svg")) == (404, "not_found")


def test_everything_that_can_be_refused_in_a_wallet_says_why(stranger: Stranger) -> None:
    stranger.machine("front")
    for name, balance, currency in (
        *(("mei", 1_000, "CNY"), ("other", 1_000, "CNY")),
        *(("poor", 1, "CNY"), ("yen", 1_000, "JPY")),
    ):
        stranger.wallet(name, balance, currency)
    order = stranger.press("front")
    code = stranger.code(order)
    elsewhere = f"{code.rpartition('/')[0]}/{'a2' * 12}"
    assert stranger.pay("mei", "https://example.com/") == "foreign_code"
    assert stranger.pay("mei", elsewhere) == "unknown_code"
    assert stranger.pay("poor", code) == "insufficient_funds"
    assert stranger.pay("yen", code) == "currency_mismatch"
    wrong = [stranger.pay("other", code, pin="0000") for _ in range(3)]
    assert wrong == ["wrong_pin", "wrong_pin", "pin_locked"]
    assert stranger.pay("other", code) == "pin_locked"
    assert stranger.post("/wallets/mei/decline", {"code": code}) == (200, {"state": "declined"})
    assert stranger.pay("mei", code) == "paid"
    assert stranger.pay("poor", code) == "already_paid"
    stranger.wait(order, "done")
    closed = stranger.press("front")
    shown = stranger.code(closed)
    stranger.post("/machines/front/cancel", {})
    stranger.wait(closed, "done")
    assert stranger.pay("mei", shown) == "closed"


def test_of_eight_wallets_at_one_code_one_pays(stranger: Stranger) -> None:
    stranger.machine("front")
    wallets = [stranger.wallet(f"w{number}")["id"] for number in range(8)]
    order = stranger.press("front")
    code = stranger.code(order)
    said = at_once(lambda wallet: stranger.pay(wallet, code), wallets)
    assert sorted(said) == ["already_paid"] * 7 + ["paid"]
    stranger.wait(order, "done")
    left = sum(stranger.get(f"/wallets/{wallet}")["balance_minor"] for wallet in wallets)
    assert left == 8_000 - 350


def test_refunds_asked_at_once_give_back_no_more_than_was_paid(stranger: Stranger) -> None:
    stranger.machine("front")
    stranger.wallet("mei")
    order = stranger.press("front")
    stranger.pay("mei", stranger.code(order))
    stranger.wait(order, "done")
    body = {"order": order, "amount_minor": 100}
    said = at_once(lambda _: stranger.post("/refunds", body), range(10))
    refused = [code_of(told) for told in said if told[0] != 202]
    assert refused == [(409, "over_refund")] * 7
    assert stranger.get("/audit?settle=1") == {"breaches": []}
    assert stranger.get("/wallets/mei")["balance_minor"] == 1_000 - 350 + 300


def test_many_wallets_and_machines_opened_at_once_all_work(stranger: Stranger) -> None:
    names = [f"n{number}" for number in range(12)]
    at_once(stranger.wallet, names)
    at_once(stranger.machine, names)
    assert code_of(stranger.post("/wallets", {"id": "n1"})) == (422, "invalid")

    def buys(name: str) -> str:
        order = stranger.press(name)
        assert stranger.pay(name, stranger.code(order)) == "paid"
        return str(stranger.wait(order, "done")["state"])

    assert at_once(buys, names) == ["released"] * len(names)


@pytest.mark.parametrize(
    "raw",
    [
        *(b"", b"no json", b"[]", b"null", b"\xff", b"[" * 10_000, b'{"slot":NaN}'),
        *(b'{"slot":"A1","slot":"A1"}', b'{"slot":"\\u0000"}', b'{"slot":"\\ud800"}'),
        *(b'{"slot":1}', b'{"slot":"A1","more":1}', b"{}", b" " * BODY_BYTES_MAX + b"{}"),
        b'{"slot":' + b"9" * 5_000 + b"}",
    ],
)
def test_a_body_that_makes_no_sense_opens_no_order(stranger: Stranger, raw: bytes) -> None:
    stranger.machine("front")
    status, _ = code_of(stranger.send("POST", "/_world/machines/front/press", raw))
    assert status in {400, 413, 422}
    assert code_of(stranger.post("/machines/front/cancel", {})) == (409, "wrong_state")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil@127.0.0.1", ""])
def test_a_name_that_was_rebound_to_this_computer_gets_nothing(
    stranger: Stranger, host: str
) -> None:
    told = stranger.send("GET", "/_world/machines", Host=host)
    assert code_of(told) == (401, "unauthenticated")
    origin = stranger.send("GET", "/_world/machines", Origin="http://evil.example")
    assert code_of(origin) == (403, "forbidden")


def test_a_reset_in_the_middle_of_purchases_leaves_the_start(stranger: Stranger) -> None:
    for name in ("m0", "m1", "m2"):
        stranger.machine(name)
        stranger.press(name)
    assert at_once(lambda _: stranger.post("/reset", {}), range(4)) == [(200, {})] * 4
    assert stranger.get("/machines") == []
    assert stranger.get("/wallets") == []
    assert stranger.get("/audit?settle=1") == {"breaches": []}
