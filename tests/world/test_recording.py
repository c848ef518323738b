"""What is recorded: each act as a step, and what no sentence can say as a comment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.world.conftest import code_of
from vendor_sim.world.recording import recorder as recorders
from vendor_sim.world.recording import words

if TYPE_CHECKING:
    from tests.world.conftest import Control

UNSAID = "# no sentence says this: "


def begin(control: Control) -> None:
    assert control.post("/record", {"on": True}) == {"on": True}


def end(control: Control) -> list[str]:
    """The steps of what was recorded, without their keywords' indent."""
    told = control.post("/record", {"on": False})
    assert told["on"] is False
    return [line.strip() for line in told["feature"].splitlines()]


def shown(control: Control, machine: str = "lobby", slot: str = "B4") -> tuple[str, str]:
    """Somebody presses; the order and the code."""
    order = str(control.post(f"/machines/{machine}/press", {"slot": slot}, 202)["order"])
    return order, str(control.get(f"/orders/{order}?wait_for=awaiting_payment")["code"])


def test_it_is_on_or_off(control: Control) -> None:
    assert control.get("/record") == {"on": False, "steps": 0}
    assert code_of(control.post("/record", {"on": False}, 409)) == "wrong_state"
    begin(control)
    assert code_of(control.post("/record", {"on": True}, 409)) == "wrong_state"
    control.buy()
    assert control.get("/record")["steps"] > 5
    assert "Scenario: What people did" in end(control)
    assert control.get("/record")["on"] is False


@pytest.mark.parametrize("body", [{}, {"on": 1}, {"on": True, "name": "x"}])
def test_a_wish_is_on_or_off_and_nothing_else(control: Control, body: dict[str, object]) -> None:
    assert code_of(control.post("/record", body, 422)) == "invalid"


def test_nothing_done_is_a_story_too(control: Control) -> None:
    begin(control)
    assert end(control)[-4:] == [
        *("Given the story begins", ""),
        *("Scenario: What people did", "Then the books balance"),
    ]


def test_a_wrong_pin_to_sign_in_cannot_be_said(control: Control) -> None:
    begin(control)
    problem = control.world.wallet.service.sign_in("pete", "000001")
    assert problem is not None
    assert f"{UNSAID}Pete typed a wrong PIN to sign in" in end(control)


def test_three_wrong_pins_lock(control: Control) -> None:
    begin(control)
    _, code = shown(control)
    for _ in range(3):
        control.post("/wallets/pete/pay", {"code": code, "pin": "999999"})
    lines = end(control)
    assert lines.count("Then Pete is told that the PIN is wrong") == 2
    assert "Then Pete is told that the PIN is locked for a while" in lines
    assert not [line for line in lines if "999999" in line]


def test_an_order_from_before_is_left_out_with_what_was_done_to_it(control: Control) -> None:
    _, code = shown(control)
    begin(control)
    control.post("/wallets/pete/pay", {"code": code})
    control.post("/machines/lobby/stock", {"slot": "B4", "stock": 7})
    lines = end(control)
    assert f"{UNSAID}Pete confirmed: a code from before, or from elsewhere" in lines
    assert (
        "# what wallets and slots hold is left out: not all of it comes from these steps" in lines
    )
    assert "# lobby was serving somebody then; that order is left out" in lines


def test_an_order_that_another_one_followed_cannot_be_turned_to(control: Control) -> None:
    begin(control)
    first, code = shown(control)
    control.post("/wallets/pete/pay", {"code": code})
    control.get(f"/orders/{first}?wait_for=done&timeout_ms=60000")
    shown(control)
    control.post("/refunds", {"order": first, "amount_minor": 50}, 202)
    lines = end(control)
    late = "money was given back, for an order that was not the last one at its machine"
    assert UNSAID + late in lines
    assert "# the order at lobby was still awaiting_payment when this ended" in lines


def test_money_of_an_order_from_before_given_back_cannot_be_said(control: Control) -> None:
    order = control.buy()
    control.get(f"/orders/{order}?wait_for=done&timeout_ms=60000")
    begin(control)
    control.post("/refunds", {"order": order, "amount_minor": 50}, 202)
    assert f"{UNSAID}money of an order from before, or of a shop, was given back" in end(control)


def test_how_a_merchant_was_treated_cannot_be_said(control: Control) -> None:
    begin(control)
    control.post("/merchants/1900000009/behaviour", {"notify": "twice"})
    (line,) = [one for one in end(control) if one.startswith(UNSAID)]
    assert line.startswith(f"{UNSAID}merchant 1900000009 was treated as")


def test_a_no_to_a_payment_code_cannot_be_said(control: Control) -> None:
    control.post("/machines/platform-9/stock", {"slot": "B1", "stock": 5, "price_minor": 150_000})
    rich = {"id": "rich", "balance_minor": 900_000, "currency": "CNY", "pin": "123456"}
    control.post("/wallets", rich, 201)
    begin(control)
    control.charged("B1", "rich")
    control.post("/wallets/rich/decline", {})
    assert f"{UNSAID}Rich said no to a payment code that was charged" in end(control)


def test_a_yes_on_the_phone_and_the_same_code_again(control: Control) -> None:
    control.post("/machines/platform-9/stock", {"slot": "B1", "stock": 5, "price_minor": 150_000})
    rich = {"id": "rich", "balance_minor": 900_000, "currency": "CNY", "pin": "123456"}
    control.post("/wallets", rich, 201)
    begin(control)
    control.charged("B1", "rich")
    control.post("/wallets/rich/confirm", {"pin": "000001"})
    control.post("/wallets/rich/confirm", {})
    lines = end(control)
    assert 'And Rich confirms on the phone with the PIN "000000"' in lines
    assert "When Rich confirms on the phone" in lines


def test_a_payment_code_of_nobody_here_cannot_be_said(control: Control) -> None:
    begin(control)
    order, _ = shown(control, "platform-9", "B1")
    control.post("/machines/platform-9/scan", {"auth_code": "130000000000000000"}, 202)
    told = "somebody presented a payment code that no wallet here has shown"
    assert order
    assert UNSAID + told in end(control)


def test_a_new_machine_and_a_look_at_a_code(control: Control) -> None:
    begin(control)
    slots = [{"slot": "A1", "product": "Tea|x", "price_minor": 150, "stock": 2}]
    new = {"id": "hall", "takes": "at_once", "currency": "CNY", "slots": slots}
    control.post("/machines", new, 201)
    _, code = shown(control, "hall", "A1")
    control.world.wallet.service.begin_scan("pete", code)
    control.world.driver.settle(1_000)
    lines = end(control)
    assert 'Given a machine called "hall" that takes the money at once, with' in lines
    assert r"| A1   | Tea\|x | 1.50 CNY | 2     |" in lines
    assert "And Pete scans the code" in lines


def test_who_acts_at_the_last_moment_is_told_to_the_millisecond(control: Control) -> None:
    begin(control)
    control.post("/clock", {"advance_ms": 300})
    _, code = shown(control)
    control.post("/clock", {"advance_ms": 119_500})
    assert control.post("/wallets/pete/pay", {"code": code})["state"] == "paid"
    lines = end(control)
    assert "When 300 milliseconds have passed since the story began" in lines
    assert "And 119800 milliseconds have passed since the story began" in lines


def test_a_reset_begins_the_recording_anew(control: Control) -> None:
    begin(control)
    shown(control, slot="A1")
    control.post("/reset", {})
    shown(control, slot="B4")
    lines = end(control)
    assert "When a customer presses B4" in lines
    assert not [line for line in lines if "presses A1" in line]


def test_money_held_and_a_plan_in_force_at_the_beginning_are_told(control: Control) -> None:
    control.post("/machines/lobby/dispenser", {"next": "unsure"})
    order = control.buy()
    control.get(f"/orders/{order}?wait_for=unsure")
    control.post("/wallets/sandrine/pay", {"code": shown(control)[1], "pin": "000001"})
    control.post("/machines/lobby/cancel", {}, 202)
    control.post("/faults", {"rules": [{"fault": "duplicated", "to": "wallet"}]})
    begin(control)
    for wallet in ("pete", "sandrine"):
        code = shown(control)[1]
        control.post(f"/wallets/{wallet}/decline", {"code": code})
        control.post("/machines/lobby/cancel", {}, 202)
    lines = end(control)
    assert "# 3.50 CNY of it were held then" in lines
    assert "# Sandrine had typed a wrong PIN before" in lines
    assert "# a fault plan was in force already; how far it had come cannot be said" in lines


def test_a_recording_that_is_too_long_ends(
    control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorders, "RECORD_FRAMES_MAX", 2)
    monkeypatch.setattr("vendor_sim.world.recording.feature.RECORD_FRAMES_MAX", 2)
    begin(control)
    shown(control)
    assert "# recording ended here: more was done than is kept" in end(control)


def test_people_are_called_by_names_and_what_is_none_is_not_written() -> None:
    rows = [{"key": str(n), "name": name} for n, name in enumerate(("Pete", "pete", "x y", "Jo"))]
    assert list(words.people(rows).values()) == ["Pete", "Customer-B", "Customer-C", "Jo"]
    many = words.people([{"key": str(n), "name": "?"} for n in range(28)])
    assert list(many.values())[-2:] == ["Customer-Aa", "Customer-Ba"]
