"""A wallet shows a payment code, a till scans it, and the wallet hears what came of it."""

from __future__ import annotations

import pytest

from tests.wallet.fakes import PIN, PRICE, START_MS, TOKEN
from vendor_sim.kernel.limits import WALLET_GIVES_UP_MS
from vendor_sim.kernel.problems import Code, Refused

SECOND = 1_000
VIEW = "GET /v1/payment-codes/"


def show(scene, wallet_id="pete"):
    """Show a code: its digits."""
    scene.service.payment_code(wallet_id)
    scene.run()
    return scene.service.payment_code_view(wallet_id)["auth_code"]


def page(scene):
    return scene.service.code_page("pete")


def last(scene):
    return scene.service.history("pete")[0]


# -- the code ---------------------------------------------------------------------------------
def test_nothing_is_shown_before_a_code_is_asked_for(pete):
    assert page(pete) == {"shown": "nothing", "code": None, "scan": None}
    assert pete.service.payment_code_view("pete") is None
    assert pete.service.waiting_confirmation("pete") is None


def test_a_code_is_shown_for_a_minute(pete):
    assert pete.service.payment_code("pete")["state"] == "wanted"
    assert (page(pete)["shown"], pete.service.payment_code_view("pete")) == ("wanted", None)
    pete.run()
    view = pete.service.payment_code_view("pete")
    assert view == {"auth_code": "130000000000000000", "valid_until": "2027-01-15T08:01:00.000Z"}
    assert page(pete)["shown"] == "ready"
    pete.run(60_000)
    assert (page(pete)["shown"], pete.service.payment_code_view("pete")) == ("nothing", None)


def test_asking_again_gives_the_same_code_while_it_lives(pete):
    code_id = pete.service.payment_code("pete")["id"]
    assert pete.service.payment_code("pete")["id"] == code_id
    pete.run(59_000)
    assert pete.service.payment_code("pete")["id"] == code_id
    pete.run(1_000)
    assert pete.service.payment_code("pete")["id"] != code_id
    assert len(pete.ledger.presented) == 1


def test_each_code_is_another(pete):
    first = show(pete)
    pete.run(60_000)
    assert show(pete) != first


@pytest.mark.parametrize("call", ["payment_code", "payment_code_view", "waiting_confirmation"])
def test_a_wallet_that_is_not_there_has_no_code(scene, call):
    with pytest.raises(Refused) as refused:
        getattr(scene.service, call)("nobody")
    assert refused.value.problem.code is Code.NOT_FOUND


@pytest.mark.parametrize("fault", ["lost", "answer_lost", Code.UNAVAILABLE])
def test_a_lost_wish_is_the_same_wish_again(pete, fault):
    pete.ledger.faults = [fault]
    pete.service.payment_code("pete")
    pete.run(2_000)
    assert page(pete)["shown"] == "ready"
    assert len(pete.ledger.presented) == 1


def test_a_code_waits_for_a_wallet_that_is_still_being_opened(scene):
    scene.ledger.faults = ["lost"]
    scene.service.open_wallet("pete", "Pete", "CNY", PIN, 1_000)
    scene.service.payment_code("pete")
    scene.tick()
    assert page(scene)["shown"] == "wanted"
    scene.run(3_000)
    assert page(scene)["shown"] == "ready"


def test_a_code_nobody_gives_is_refused_after_a_while(pete):
    pete.ledger.faults = ["lost"] * 20
    pete.service.payment_code("pete")
    pete.run(WALLET_GIVES_UP_MS - 1)
    assert page(pete)["shown"] == "wanted"
    pete.run(1)
    assert (page(pete)["shown"], page(pete)["code"]["reason"]) == ("refused", "unavailable")
    assert pete.wallet.outbound.next_due_ms() is None
    pete.ledger.faults = []
    show(pete)
    assert page(pete)["shown"] == "ready"


def test_a_code_the_platform_does_not_give_is_refused_with_the_reason(pete):
    pete.ledger.faults = [Code.MERCHANT_REFUSED]
    pete.service.payment_code("pete")
    pete.run()
    assert page(pete)["code"]["reason"] == "merchant_refused"


def test_an_unreadable_instant_is_no_answer(pete, monkeypatch):
    monkeypatch.setattr("tests.wallet.tills.rfc3339", lambda _: "soon")
    pete.service.payment_code("pete")
    pete.run(WALLET_GIVES_UP_MS)
    assert page(pete)["shown"] == "refused"


# -- watching ---------------------------------------------------------------------------------
def test_a_code_is_watched_every_second_until_it_is_over(pete):
    show(pete)
    asked = len(pete.ledger.calls)
    pete.run(30_000)
    assert pete.ledger.calls[asked:] == [f"{VIEW}130000000000000000"] * 30
    pete.run(3_600_000)
    assert len(pete.ledger.calls) == asked + 60
    assert pete.wallet.outbound.next_due_ms() is None


def test_nothing_is_asked_while_no_code_is_shown(pete):
    asked = len(pete.ledger.calls)
    pete.run(3_600_000)
    assert len(pete.ledger.calls) == asked


def test_a_code_that_is_held_up_keeps_no_world_from_rest(pete):
    show(pete)
    assert pete.wallet.outbound.next_due_ms() is not None
    assert pete.wallet.outbound.next_due_ms(resting=True) is None


def test_waiting_for_word_of_the_goods_keeps_no_world_from_rest(pete):
    pete.ledger.intents[TOKEN].takes = "at_once"
    authorisation = pete.scan(pete.pay())["authorisation"]
    assert pete.wallet.outbound.next_due_ms(resting=True) is None
    assert pete.wallet.outbound.next_due_ms() == START_MS + 10_000
    pete.ledger.move(authorisation, fulfilment="dropped")
    pete.run(10_000)
    assert pete.wallet.outbound.next_due_ms() is None


def test_a_hold_does_keep_a_world_from_rest(pete):
    pete.pay()
    assert pete.wallet.outbound.next_due_ms(resting=True) is not None


# -- a till takes the money -------------------------------------------------------------------
def test_a_till_that_takes_the_money_is_a_paid_scan(pete):
    digits = show(pete)
    pete.ledger.charge(digits)
    pete.run(SECOND)
    scan = last(pete)
    assert (scan["state"], scan["exact_state"], scan["money"]) == ("paid", "captured", "taken")
    assert (scan["merchant_name"], scan["description"]) == ("Lobby machine", "Cola")
    assert (scan["amount_minor"], scan["currency"]) == (PRICE, "CNY")
    assert (scan["way"], scan["presented"]) == ("presented", digits)
    assert pete.service.wallet("pete")["balance_minor"] == 10_000 - PRICE
    found = page(pete)
    assert (found["shown"], found["code"]["state"], found["scan"]) == ("outcome", "used", scan)


def test_a_used_code_is_not_shown_again(pete):
    pete.ledger.charge(show(pete))
    pete.run(SECOND)
    assert pete.service.payment_code_view("pete") is None
    assert show(pete) == "130000000000000001"
    assert page(pete)["shown"] == "ready"


def test_a_refund_to_a_code_is_followed(pete):
    pete.ledger.charge(show(pete))
    pete.run(SECOND)
    pete.ledger.move(last(pete)["authorisation"], refunded_minor=PRICE)
    pete.run(20_000)
    assert (last(pete)["state"], last(pete)["money"]) == ("returned", "returned")


def test_what_was_taken_in_the_last_moment_is_shown_over_the_next_code(pete):
    first = show(pete)
    pete.run(59_900)
    pete.ledger.charge(first)
    pete.clock.advance_to(START_MS + 60_000)
    second = pete.service.payment_code("pete")["id"]
    pete.run(SECOND)
    found = page(pete)
    assert (found["shown"], found["code"]["id"]) == ("outcome", second)
    assert found["scan"]["presented"] == first
    assert pete.service.payment_code("pete")["id"] != second


def test_money_that_moved_while_nobody_answered_is_found(pete):
    digits = show(pete)
    pete.ledger.charge(digits)
    pete.ledger.faults = ["lost"] * 65
    pete.run(70_000)
    assert pete.service.history("pete") == []
    pete.run(3_600_000)
    assert last(pete)["exact_state"] == "captured"


@pytest.mark.parametrize("fault", ["lost", Code.UNAVAILABLE, Code.FORBIDDEN])
def test_a_question_about_a_code_that_was_lost_is_asked_again(pete, fault):
    pete.ledger.charge(show(pete))
    pete.ledger.faults = [fault]
    pete.run(2 * SECOND)
    assert last(pete)["money"] == "taken"


def test_a_code_the_platform_forgot_is_over(pete):
    show(pete)
    pete.ledger.presented.clear()
    pete.run(SECOND)
    assert page(pete)["code"]["state"] == "expired"
    assert pete.wallet.outbound.next_due_ms() is None


def test_a_till_that_gets_nothing_is_a_refused_scan(pete):
    digits = show(pete)
    pete.ledger.fail(digits, "insufficient_funds")
    pete.run(SECOND)
    scan = last(pete)
    assert (scan["state"], scan["reason"], scan["money"]) == (
        "refused",
        "insufficient_funds",
        "none",
    )
    assert (scan["presented"], page(pete)["shown"]) == (digits, "outcome")


def test_codes_that_have_ended_are_forgotten(pete):
    for _ in range(5):
        show(pete)
        pete.run(62_000)
    show(pete)
    with pete.door.begin() as cx:
        rows = cx.exec_driver_sql("SELECT number, state FROM payer_code ORDER BY number").all()
    assert [tuple(row) for row in rows] == [(6, "ready")]
