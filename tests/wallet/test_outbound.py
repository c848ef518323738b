"""The wallet's turn: one yes, however often it must be sent, and the truth about the money."""

from __future__ import annotations

import pytest

from tests.wallet.fakes import BASE, CODE, PIN, PRICE, START_MS, TOKEN
from vendor_sim.kernel.limits import WALLET_GIVES_UP_MS
from vendor_sim.kernel.problems import Code


def test_opening_a_wallet_opens_an_account_and_tops_it_up(scene):
    scene.open()
    wallet = scene.service.wallet("pete")
    assert (wallet["state"], wallet["balance_minor"], wallet["held_minor"]) == ("ready", 10_000, 0)
    assert wallet["account"] == "acc_0"
    assert scene.wallet.outbound.next_due_ms() is None


def test_a_wallet_without_demo_money_needs_no_top_up(scene):
    scene.open(balance_minor=0)
    assert scene.service.wallet("pete")["state"] == "ready"
    assert scene.ledger.calls == ["POST /v1/accounts"]


@pytest.mark.parametrize("fault", ["lost", "answer_lost", Code.UNAVAILABLE])
def test_lost_messages_while_opening_top_up_once(scene, fault):
    scene.ledger.faults = [fault, None, fault, None]
    scene.service.open_wallet("pete", "Pete", "CNY", PIN, 500)
    scene.run(10_000)
    assert scene.service.wallet("pete")["balance_minor"] == 500
    assert len(scene.ledger.accounts) == 1


def test_a_scan_asks_what_the_code_is_for(pete):
    scan = pete.scan(pete.ask())
    assert scan["state"] == "asking"
    assert (scan["merchant_name"], scan["description"]) == ("Lobby machine", "Cola")
    assert (scan["amount_minor"], scan["currency"]) == (PRICE, "CNY")
    assert scan["money"] == "none"


def test_a_yes_is_sent_and_the_money_is_held(pete):
    scan = pete.scan(pete.pay())
    assert (scan["state"], scan["exact_state"], scan["money"]) == ("paid", "held", "held")
    wallet = pete.service.wallet("pete")
    assert (wallet["balance_minor"], wallet["held_minor"]) == (10_000, PRICE)


def test_at_once_takes_the_money(pete):
    pete.ledger.intents[TOKEN].takes = "at_once"
    scan = pete.scan(pete.pay())
    assert (scan["state"], scan["money"]) == ("paid", "taken")
    assert pete.service.wallet("pete")["balance_minor"] == 10_000 - PRICE


@pytest.mark.parametrize("fault", ["lost", "answer_lost", Code.UNAVAILABLE, Code.INTERNAL])
def test_a_yes_without_an_answer_is_the_same_yes_again(pete, fault):
    scan_id = pete.ask()
    pete.ledger.faults = [fault, fault]
    pete.service.approve(scan_id, PIN)
    pete.run(10_000)
    assert pete.scan(scan_id)["state"] == "paid"
    assert len(pete.ledger.authorisations) == 1


@pytest.mark.parametrize(
    ("state", "reason"),
    [("closed", "closed"), ("already_paid", "already_paid"), ("wrong_state", "closed")],
)
def test_a_code_that_cannot_be_paid_is_refused_with_the_reason(pete, state, reason):
    pete.ledger.intents[TOKEN].state = state
    scan = pete.scan(pete.ask())
    assert (scan["state"], scan["reason"]) == ("refused", reason)


def test_an_expired_code_is_refused_with_the_reason(pete):
    pete.ledger.intents[TOKEN].pay_until_ms = START_MS
    scan = pete.scan(pete.ask())
    assert (scan["state"], scan["reason"]) == ("refused", "expired")


def test_a_code_of_another_world_is_refused_and_says_where_it_is_from(pete):
    scan = pete.scan(pete.ask(text=f"http://elsewhere/wallet/p/{'b' * 24}"))
    assert (scan["reason"], scan["elsewhere"]) == ("unknown_code", "http://elsewhere")
    assert pete.scan(pete.ask(text=f"{BASE}/wallet/p/{'c' * 24}"))["elsewhere"] is None


def test_a_code_in_another_currency_is_refused_and_the_merchant_told(pete):
    pete.ledger.intents[TOKEN].currency = "JPY"
    scan = pete.scan(pete.ask())
    assert (scan["state"], scan["reason"]) == ("refused", "currency_mismatch")
    assert pete.ledger.declines == [TOKEN]


def test_too_little_money_is_refused_by_the_platform(scene):
    scene.open("broke", balance_minor=100)
    scan = scene.scan(scene.pay("broke"))
    assert (scan["state"], scan["reason"], scan["money"]) == (
        "refused",
        "insufficient_funds",
        "none",
    )


def test_a_platform_problem_that_is_on_no_list_is_unavailable(pete):
    scan_id = pete.ask()
    pete.ledger.faults = [Code.FORBIDDEN]
    pete.service.approve(scan_id, PIN)
    pete.run()
    assert pete.scan(scan_id)["reason"] == "unavailable"


def test_a_code_nobody_answers_about_is_unavailable_after_a_while(pete):
    pete.ledger.faults = ["lost"] * 20
    scan_id = pete.service.begin_scan("pete", CODE)
    pete.run(WALLET_GIVES_UP_MS - 1)
    assert pete.scan(scan_id)["state"] == "reading"
    pete.run(1)
    assert pete.scan(scan_id)["reason"] == "unavailable"
    assert pete.wallet.outbound.next_due_ms() is None


def test_a_scan_waits_for_a_wallet_that_is_still_being_opened(scene):
    scene.ledger.faults = ["lost", "lost"]
    scene.service.open_wallet("pete", "Pete", "CNY", PIN, 1_000)
    scan_id = scene.service.begin_scan("pete", CODE)
    scene.tick()
    assert scene.scan(scan_id)["state"] == "reading"
    scene.run(10_000)
    assert scene.scan(scan_id)["state"] == "asking"


def test_an_unanswered_question_expires_with_its_code(pete):
    scan_id = pete.ask()
    pete.run(120_000)
    assert (pete.scan(scan_id)["state"], pete.scan(scan_id)["reason"]) == ("refused", "expired")


def test_an_unreadable_instant_from_the_platform_is_no_answer(pete, monkeypatch):
    monkeypatch.setattr("tests.wallet.fakes.rfc3339", lambda _: "soon")
    scan_id = pete.service.begin_scan("pete", CODE)
    pete.run(WALLET_GIVES_UP_MS)
    assert pete.scan(scan_id)["reason"] == "unavailable"
