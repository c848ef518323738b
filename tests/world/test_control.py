"""The control plane, call by call as other tools rely on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.world.conftest import code_of
from vendor_sim.kernel.problems import Code, Problem

if TYPE_CHECKING:
    from tests.world.conftest import Control
    from vendor_sim.world.build import World

ORDER = {
    *("id", "machine", "slot", "product", "amount_minor", "currency", "state", "code", "drop"),
    *("money", "done", "opened_at", "ended_at"),
}


# -- machines ---------------------------------------------------------------------------------
def test_machines_are_listed_with_their_slots(control: Control) -> None:
    lobby, platform = control.get("/machines")
    assert (lobby["id"], lobby["speaks"], lobby["takes"]) == ("lobby", "v1", "hold")
    assert (platform["id"], platform["speaks"], platform["takes"]) == (
        *("platform-9", "wechat_v3", "at_once"),
    )
    assert lobby["slots"][7] == {
        "slot": "B4",
        "product": "Cola",
        "price_minor": 350,
        "currency": "CNY",
        "stock": 5,
    }


def test_a_machine_that_was_added_sells(control: Control) -> None:
    slot = {"slot": "A1", "product": "Tea", "price_minor": 160, "stock": 2}
    body = {"id": "tokyo_1", "takes": "at_once", "currency": "JPY", "slots": [slot]}
    made = control.post("/machines", body, 201)
    assert made["slots"] == [{**slot, "currency": "JPY"}]
    wallet = {"id": "akiko", "balance_minor": 500, "currency": "JPY", "pin": "9876"}
    assert control.post("/wallets", wallet, 201) == {
        "id": "akiko",
        "balance_minor": 500,
        "held_minor": 0,
        "currency": "JPY",
    }
    order = control.buy("tokyo_1", "A1", "akiko")
    assert control.get(f"/orders/{order}?wait_for=done")["state"] == "released"
    assert code_of(control.post("/machines", body, 409)) == "exists"
    assert code_of(control.post("/wallets", wallet, 409)) == "exists"


def test_stock_and_price_are_set(control: Control) -> None:
    slot = control.post("/machines/lobby/stock", {"slot": "C4", "stock": 3, "price_minor": 250})
    assert (slot["stock"], slot["price_minor"]) == (3, 250)
    slot = control.post("/machines/lobby/stock", {"slot": "C4", "stock": 1})
    assert (slot["stock"], slot["price_minor"]) == (1, 250)


@pytest.mark.parametrize(
    ("slot", "status", "code"), [("C4", 409, "sold_out"), ("Z9", 404, "unknown_slot")]
)
def test_a_slot_that_cannot_be_sold_is_refused(
    control: Control, slot: str, status: int, code: str
) -> None:
    assert code_of(control.post("/machines/lobby/press", {"slot": slot}, status)) == code


def test_a_second_press_while_one_order_runs_is_busy(control: Control) -> None:
    control.post("/machines/lobby/press", {"slot": "B4"}, 202)
    assert code_of(control.post("/machines/lobby/press", {"slot": "B4"}, 409)) == "busy"


def test_an_order_is_cancelled_and_then_there_is_nothing_to_cancel(control: Control) -> None:
    order = control.post("/machines/lobby/press", {"slot": "B4"}, 202)["order"]
    assert control.post("/machines/lobby/cancel", {}, 202) == {"order": order}
    assert control.get(f"/orders/{order}?wait_for=done")["state"] == "cancelled"
    control.post("/machines/lobby/cancel", {}, 409)


# -- orders -----------------------------------------------------------------------------------
def test_an_order_has_exactly_these_fields_from_its_opening_to_its_end(control: Control) -> None:
    order = control.post("/machines/lobby/press", {"slot": "B4"}, 202)["order"]
    opening = control.get(f"/orders/{order}")
    assert set(opening) == ORDER
    assert (opening["state"], opening["code"], opening["ended_at"]) == ("opening", None, None)
    waiting = control.get(f"/orders/{order}?wait_for=awaiting_payment&timeout_ms=5000")
    assert set(waiting) == ORDER
    control.post("/wallets/pete/pay", {"code": waiting["code"]})
    ended = control.get(f"/orders/{order}?wait_for=done")
    assert set(ended) == ORDER
    assert (ended["state"], ended["drop"], ended["money"], ended["done"]) == (
        *("released", "dropped", "taken", True),
    )
    assert ended["ended_at"].endswith("Z")


def test_a_state_that_was_passed_counts_as_reached(control: Control) -> None:
    order = control.buy()
    for state in ("released", "opening", "awaiting_payment", "paid", "releasing"):
        told = control.get(f"/orders/{order}?wait_for={state}")
        assert "timed_out" not in told, state


def test_a_wait_that_is_in_vain_takes_its_time_and_says_what_holds(
    control: Control, world: World
) -> None:
    order = control.post("/machines/lobby/press", {"slot": "B4"}, 202)["order"]
    before_ms = world.clock.now_ms()
    told = control.get(f"/orders/{order}?wait_for=released&timeout_ms=3000")
    assert (told["timed_out"], told["state"]) == (True, "awaiting_payment")
    assert world.clock.now_ms() == before_ms + 3_000


@pytest.mark.parametrize(
    "query",
    [
        *("?wait_for=nothing", "?wait_for=done&timeout_ms=-1", "?timeout_ms=1.5", "?timeout_ms="),
        *("?timeout_ms=60001", "?wait_four=done", "?wait_for=done&wait_for=paid"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(control: Control, query: str) -> None:
    order = control.post("/machines/lobby/press", {"slot": "B4"}, 202)["order"]
    assert code_of(control.get(f"/orders/{order}{query}", 422)) == "invalid"


def test_what_is_not_there_is_not_found(control: Control) -> None:
    for path in ("/orders/ord_x", "/wallets/nobody", "/nothing"):
        assert code_of(control.get(path, 404)) == "not_found"
    for path, body in (
        ("/machines/none/press", {"slot": "B4"}),
        ("/machines/none/cancel", {}),
        ("/machines/none/dispenser", {"next": "jammed"}),
        ("/machines/none/stock", {"slot": "B4", "stock": 1}),
        ("/orders/ord_x/settle-unsure", {"released": True}),
        ("/wallets/nobody/pay", {"code": "x"}),
        ("/wallets/nobody/decline", {"code": "x"}),
        ("/refunds", {"order": "ord_x", "amount_minor": 1}),
    ):
        assert code_of(control.post(path, body, 404)) == "not_found", path


def test_the_desk_settles_an_unsure_order_once(control: Control) -> None:
    assert control.post("/machines/lobby/dispenser", {"next": "unsure"}) == {"next": "unsure"}
    order = control.buy()
    unsure = control.get(f"/orders/{order}?wait_for=unsure")
    assert (unsure["state"], unsure["drop"], unsure["done"]) == ("unsure", "unsure", False)
    told = control.post(f"/orders/{order}/settle-unsure", {"released": False})
    assert set(told) == ORDER
    assert control.get(f"/orders/{order}?wait_for=done")["money"] == "returned"
    control.post(f"/orders/{order}/settle-unsure", {"released": True}, 409)


def test_a_planned_drop_holds_for_the_next_release_only(control: Control) -> None:
    control.post("/machines/lobby/dispenser", {"next": "jammed"})
    states = [control.get(f"/orders/{control.buy()}?wait_for=done")["state"] for _ in range(2)]
    assert states == ["not_released", "released"]


# -- wallets ----------------------------------------------------------------------------------
def test_a_wallet_shows_what_the_books_hold(control: Control) -> None:
    control.post("/machines/lobby/dispenser", {"next": "unsure"})
    order = control.buy()
    assert control.get("/wallets/pete") == {
        "id": "pete",
        "balance_minor": 10_000,
        "held_minor": 350,
        "currency": "CNY",
    }
    control.get(f"/orders/{order}?wait_for=unsure")
    control.post(f"/orders/{order}/settle-unsure", {"released": True})
    control.get(f"/orders/{order}?wait_for=done")
    assert control.get("/wallets")[1] == {
        "id": "pete",
        "balance_minor": 9_650,
        "held_minor": 0,
        "currency": "CNY",
    }


def test_refused_payments_give_their_reason(control: Control) -> None:
    order = control.post("/machines/lobby/press", {"slot": "B4"}, 202)["order"]
    code = control.get(f"/orders/{order}?wait_for=awaiting_payment")["code"]
    for wallet, body, reason in (
        ("broke", {"code": code}, "insufficient_funds"),
        ("pete", {"code": code, "pin": "000000"}, "wrong_pin"),
        ("pete", {"code": "https://example.com"}, "foreign_code"),
        ("pete", {"code": ""}, "foreign_code"),
        ("pete", {"code": "z" * 24}, "unknown_code"),
    ):
        told = control.post(f"/wallets/{wallet}/pay", body)
        assert told == {"state": "refused", "reason": reason}
    assert control.post("/wallets/pete/decline", {"code": code}) == {"state": "declined"}
    assert control.post("/wallets/pete/decline", {"code": "nonsense"})["reason"] == "foreign_code"
    control.post("/wallets/pete/pay", {"code": code})
    told = control.post("/wallets/sandrine/pay", {"code": code})
    assert told == {"state": "refused", "reason": "already_paid"}


def test_a_code_that_dies_between_the_look_and_the_yes_has_expired(
    control: Control, world: World
) -> None:
    order = control.post("/machines/lobby/press", {"slot": "B4"}, 202)["order"]
    code = control.get(f"/orders/{order}?wait_for=awaiting_payment")["code"]
    scan = world.wallet.service.begin_scan("pete", code)
    world.driver.until(lambda: None, 121_000)
    told = control.post("/wallets/pete/pay", {"code": code})
    assert told == {"state": "refused", "reason": "expired"}
    assert world.wallet.service.scan(scan)["state"] == "refused"


def test_a_pin_that_only_its_owner_knows_must_be_given(control: Control, world: World) -> None:
    world.wallet.service.open_wallet("mei", "Mei", "CNY", "4711", 1_000)
    told = control.post("/wallets/mei/pay", {"code": "x"}, 422)
    assert (code_of(told), told["error"]["where"]) == ("invalid", "pin")
    assert control.get("/wallets/mei")["balance_minor"] == 0
    assert control.post("/wallets/mei/pay", {"code": "x", "pin": "4711"})["state"] == "refused"


def test_a_refund_is_accepted_up_to_what_was_paid(control: Control) -> None:
    order = control.buy()
    control.get(f"/orders/{order}?wait_for=done")
    refund = control.post("/refunds", {"order": order, "amount_minor": 100}, 202)["refund"]
    assert refund.startswith("rf_")
    told = control.post("/refunds", {"order": order, "amount_minor": 251}, 409)
    assert code_of(told) == "over_refund"
    assert control.get("/audit?settle=1") == {"breaches": []}
    assert control.get("/wallets/pete")["balance_minor"] == 9_750


# -- the whole world --------------------------------------------------------------------------
def test_the_journal_goes_on_after_a_number(control: Control) -> None:
    control.buy()
    entries = control.get("/journal")
    needed = {"n", "at_ms", "source", "target", "method", "path", "status", "fault"}
    assert needed <= set(entries[0])
    last = entries[-1]["n"]
    assert control.get(f"/journal?since={last - 2}") == entries[-2:]
    assert control.get(f"/journal?since={last}") == []


def test_a_reset_brings_the_start_back_with_the_same_credentials(
    control: Control, world: World
) -> None:
    keys = world.keys
    order = control.buy()
    world.driver.settle(10**9)
    body = {"id": "extra", "takes": "hold", "currency": "CNY", "slots": []}
    body["slots"] = [{"slot": "A1", "product": "Tea", "price_minor": 1, "stock": 1}]
    control.post("/machines", body, 201)
    assert control.post("/reset", {}) == {}
    assert [one["id"] for one in control.get("/machines")] == ["lobby", "platform-9"]
    assert control.get("/wallets/pete")["balance_minor"] == 10_000
    control.get(f"/orders/{order}", 404)
    assert world.keys.merchants["m_lobby"] == keys.merchants["m_lobby"]
    assert control.get("/audit?settle=1") == {"breaches": []}
    control.post("/machines", body, 201)
    control.buy("extra", "A1")
    control.buy()
    assert control.get("/audit?settle=1") == {"breaches": []}


def test_an_audit_that_settles_says_where_there_was_no_rest(control: Control, world: World) -> None:
    world.tuning = type(world.tuning)(patience_ms=1)
    control.post("/machines/lobby/press", {"slot": "B4"}, 202)
    assert control.get("/audit?settle=1") == {"breaches": [], "timed_out": True}
    assert control.get("/audit?settle=0") == {"breaches": []}
    control.get("/audit?settle=2", 422)


def test_a_wallet_that_changed_its_mind_in_between_is_said_so(
    control: Control, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = control.post("/machines/lobby/press", {"slot": "B4"}, 202)["order"]
    code = control.get(f"/orders/{order}?wait_for=awaiting_payment")["code"]
    problem = Problem(Code.WRONG_STATE, "a declined scan cannot be approved")
    monkeypatch.setattr(world.wallet.service, "approve", lambda *_: problem)
    assert code_of(control.post("/wallets/pete/pay", {"code": code}, 409)) == "wrong_state"
