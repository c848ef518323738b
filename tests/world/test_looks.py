"""What people see, as the control plane tells it: screens, statements, notices, losses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.world.conftest import code_of
from vendor_sim.world import looks
from vendor_sim.world.control_portion import Portion

if TYPE_CHECKING:
    from tests.world.conftest import Control
    from vendor_sim.world.build import World


def scanned(control: Control, slot: str = "B4") -> tuple[str, str]:
    """An order of the lobby's machine, and its code."""
    order = control.post("/machines/lobby/press", {"slot": slot}, 202)["order"]
    return order, control.get(f"/orders/{order}?wait_for=awaiting_payment")["code"]


def test_a_screen_tells_what_it_says_sells_and_wants(control: Control) -> None:
    idle = control.get("/machines/lobby/screen")
    assert (idle["says"], idle["ready"], idle["order"], idle["code"]) == ("idle", True, None, None)
    assert {"slot": "B4", "product": "Cola", "price_minor": 350, "available": 5} in idle["slots"]
    order, code = scanned(control)
    asking = control.get("/machines/lobby/screen")
    assert (asking["says"], asking["ready"]) == ("scan", False)
    assert (asking["order"], asking["amount_minor"], asking["currency"]) == (order, 350, "CNY")
    assert asking["code"] == code


def test_a_screen_is_waited_for_and_says_so_where_it_does_not_come(control: Control) -> None:
    order, code = scanned(control)
    control.post("/wallets/pete/pay", {"code": code})
    told = control.get("/machines/lobby/screen?wait_for=released")
    assert (told["says"], "timed_out" in told) == ("released", False)
    told = control.get("/machines/lobby/screen?wait_for=jammed&timeout_ms=10")
    assert (told["says"], told["timed_out"]) == ("released", True)
    assert told["order"] == order


@pytest.mark.parametrize("query", ["wait_for=A%20B", "wait_for=idle&timeout_ms=x", "when=now"])
@pytest.mark.parametrize("path", ["/machines/lobby/screen", "/wallets/pete/screen"])
def test_a_screen_is_asked_for_in_words(control: Control, path: str, query: str) -> None:
    assert code_of(control.get(f"{path}?{query}", 422)) == "invalid"


@pytest.mark.parametrize(
    "path",
    [
        *("/machines/none/screen", "/machines/none/statement"),
        *("/wallets/none/screen", "/wallets/none/statement", "/notices?machine=none"),
    ],
)
def test_nobody_sees_what_is_not_there(control: Control, path: str) -> None:
    assert code_of(control.get(path, 404)) == "not_found"


@pytest.mark.parametrize(
    "path", ["/losses", "/notices", "/machines/lobby/statement", "/wallets/pete/statement"]
)
def test_what_is_only_looked_at_takes_no_question(control: Control, path: str) -> None:
    assert code_of(control.get(f"{path}?x=1", 422)) == "invalid"


def test_a_phone_asks_before_it_tells(control: Control) -> None:
    assert control.get("/wallets/pete/screen")["shows"] == "home"
    _, code = scanned(control)
    asked = control.post("/wallets/pete/scan", {"code": code})
    assert (asked["state"], asked["amount_minor"], asked["currency"]) == ("asking", 350, "CNY")
    shown = control.get("/wallets/pete/screen")
    assert (shown["shows"], shown["title"], shown["sentence"]) == ("asking", "", "")
    assert control.post("/wallets/pete/confirm", {}) == {"state": "paid", "reason": None}
    told = control.get("/wallets/pete/screen?wait_for=held")
    assert told["title"] == "Held, not yet taken"
    assert (told["balance_minor"], told["held_minor"], told["currency"]) == (10_000, 350, "CNY")


def test_a_scan_that_was_read_can_be_declined_without_its_code(control: Control) -> None:
    _, code = scanned(control)
    control.post("/wallets/pete/scan", {"code": code})
    assert control.post("/wallets/pete/decline", {}) == {"state": "declined"}
    assert control.get("/wallets/pete/screen")["shows"] == "declined"


def test_a_scan_of_something_else_asks_nothing(control: Control) -> None:
    asked = control.post("/wallets/pete/scan", {"code": "https://example.com"})
    assert (asked["state"], asked["reason"], asked["amount_minor"]) == (
        *("refused", "foreign_code", None),
    )
    assert code_of(control.post("/wallets/pete/scan", {"code": "x", "pin": "1"}, 422)) == "invalid"


def test_statements_of_both_sides_tell_the_same_story(control: Control) -> None:
    order = control.buy("lobby", "B4", "pete")
    control.get(f"/orders/{order}?wait_for=done")
    payer = control.get("/wallets/pete/statement")["lines"]
    merchant = control.get("/machines/lobby/statement")["lines"]
    assert [(one["code"], one["delta_minor"], one["balance_minor"]) for one in payer] == [
        ("top_up", 10_000, 10_000),
        ("sale", -350, 9_650),
    ]
    assert [(one["code"], one["delta_minor"]) for one in merchant] == [("sale", 350)]
    assert payer[-1]["reference"] == merchant[-1]["reference"]


def test_a_wallet_that_is_still_being_opened_has_no_statement(
    control: Control, world: World
) -> None:
    world.wallet.service.open_wallet("late", "Late", "CNY", "123456", 100)
    assert code_of(control.get("/wallets/late/statement", 409)) == "wrong_state"


def test_notices_are_told_with_each_attempt_and_sent_again_by_hand(control: Control) -> None:
    order = control.buy("lobby", "B4", "pete")
    control.get(f"/orders/{order}?wait_for=done")
    assert control.get("/audit?settle=1") == {"breaches": []}
    told = [one for one in control.get("/notices") if one["role"] == "merchant"]
    assert [(one["type"], one["state"], one["attempts"]) for one in told] == [
        ("payment.authorised", "delivered", 1),
        ("payment.captured", "delivered", 1),
    ]
    assert told[0]["tried"] == [
        {"number": 1, "at": told[0]["done_at"], "status": 204, "problem": None}
    ]
    assert "body" not in told[0]
    assert control.get("/notices?machine=lobby") == told
    assert control.get("/notices?machine=platform-9") == []
    notice = told[0]["id"]
    assert control.post(f"/notices/{notice}/resend", {}, 202) == {"notice": notice}
    assert control.get("/audit?settle=1") == {"breaches": []}
    again = next(one for one in control.get("/notices") if one["id"] == notice)
    assert (again["attempts"], [one["number"] for one in again["tried"]]) == (2, [1, 2])
    assert code_of(control.post("/notices/none/resend", {}, 404)) == "not_found"
    assert code_of(control.post(f"/notices/{notice}/resend", {"x": 1}, 422)) == "invalid"


def test_a_loss_is_told_with_its_reason(control: Control, world: World) -> None:
    assert control.get("/losses") == []
    control.post("/machines/lobby/dispenser", {"next": "unsure"})
    order = control.buy("lobby", "B4", "pete")
    control.get(f"/orders/{order}?wait_for=unsure")
    world.time.advance(16 * 60_000)
    assert control.get("/losses") == [
        {
            "order": order,
            "machine": "lobby",
            "amount_minor": 350,
            "currency": "CNY",
            "reason": "undecided",
        }
    ]


def test_a_part_of_a_world_does_not_pretend_to_see_the_rest(world: World) -> None:
    alone = Portion(world.clock, world.driver, world.keys)
    with pytest.raises(TypeError, match="no machine service"):
        looks.screen(alone, "lobby")
    with pytest.raises(TypeError, match="no wallet"):
        looks.phone(alone, "pete")
