"""After a yes: silence is not an answer, and the money is followed to its end."""

from __future__ import annotations

import pytest

from tests.wallet.fakes import PIN, PRICE, START_MS, TOKEN, Asked
from vendor_sim.kernel.limits import WALLET_FOLLOWS_MS, WALLET_GIVES_UP_MS
from vendor_sim.kernel.problems import Code
from vendor_sim.storage import outbox
from vendor_sim.wire.schemas import AuthorisationView
from wallet.service.told import receipt_of


# -- nobody answers a yes ---------------------------------------------------------------------
def unanswered(scene, fault="lost"):
    scan_id = scene.ask()
    scene.ledger.faults = [fault, *["lost"] * 40]
    scene.service.approve(scan_id, PIN)
    scene.run(WALLET_GIVES_UP_MS)
    return scan_id


def test_a_yes_nobody_answers_is_unanswered_and_its_money_unknown(pete):
    scan = pete.scan(unanswered(pete))
    assert (scan["state"], scan["reason"], scan["money"]) == (
        "unanswered",
        "unavailable",
        "unknown",
    )


def test_after_giving_up_the_yes_is_never_sent_again_only_asked_about(pete):
    unanswered(pete)
    sent = pete.ledger.calls.count("POST /v1/authorisations")
    pete.run(60_000)
    assert pete.ledger.calls.count("POST /v1/authorisations") == sent
    assert pete.ledger.calls[-1].startswith("GET /v1/authorisations/au_")


def test_a_yes_that_arrived_after_all_is_found_paid(pete):
    scan_id = unanswered(pete, "answer_lost")
    pete.ledger.faults = []
    pete.run(60_000)
    scan = pete.scan(scan_id)
    assert (scan["state"], scan["reason"], scan["money"]) == ("paid", None, "held")
    assert pete.service.wallet("pete")["held_minor"] == PRICE


def test_a_yes_that_arrives_late_is_found_paid(pete):
    scan_id = unanswered(pete, "late")
    pete.ledger.faults = []
    pete.run(5_000)
    assert pete.scan(scan_id)["state"] == "unanswered"
    pete.ledger.deliver_late()
    pete.run(120_000)
    assert pete.scan(scan_id)["state"] == "paid"


def test_a_yes_that_never_arrived_is_refused_once_it_cannot_be_paid_any_more(pete):
    scan_id = unanswered(pete)
    pete.ledger.faults = []
    pete.run(60_000)
    assert pete.scan(scan_id)["state"] == "unanswered"
    pete.run(120_000)
    scan = pete.scan(scan_id)
    assert (scan["state"], scan["reason"], scan["money"]) == ("refused", "unavailable", "none")
    assert pete.wallet.outbound.next_due_ms() is None


@pytest.mark.parametrize("fault", [Code.UNAVAILABLE, Code.FORBIDDEN, "lost"])
def test_following_goes_on_until_somebody_knows(pete, fault):
    scan_id = unanswered(pete, "answer_lost")
    pete.ledger.faults = [fault] * 3
    pete.run(600_000)
    assert pete.scan(scan_id)["state"] == "paid"


def test_a_refusal_after_a_lost_answer_may_be_our_own_yes(pete):
    """already_paid by whom? The wallet asks before it says that nothing was taken."""
    scan_id = pete.ask()
    pete.ledger.faults = ["answer_lost", Code.ALREADY_PAID]
    pete.service.approve(scan_id, PIN)
    pete.run(2_000)
    assert pete.scan(scan_id)["state"] == "paid"


@pytest.mark.parametrize(
    ("faults", "state"),
    [
        (["lost", Code.ALREADY_PAID], "refused"),
        (["lost", Code.ALREADY_PAID, Code.FORBIDDEN], "paid"),
        (["lost", Code.ALREADY_PAID, "lost"], "paid"),
        (["lost", Code.UNAVAILABLE], "paid"),
    ],
)
def test_a_refusal_after_a_lost_request_is_checked_first(pete, faults, state):
    scan_id = pete.ask()
    pete.ledger.faults = faults
    pete.service.approve(scan_id, PIN)
    pete.run(9_000)
    assert pete.scan(scan_id)["state"] == state


@pytest.mark.parametrize("code", [Code.KEY_REUSED, Code.FORBIDDEN, Code.INVALID])
def test_a_first_no_that_is_not_about_the_payment_is_checked_too(pete, code):
    """The yes was carried out, and the power gone before its answer was stored: it goes again."""
    scan_id = pete.ask()
    pete.service.approve(scan_id, PIN)
    yes = {"code": TOKEN, "account": "acc_0", "amount_minor": PRICE, "currency": "CNY"}
    pete.ledger._authorise(yes, authorisation_of(pete, scan_id))
    pete.ledger.faults = [code]
    pete.run()
    assert (pete.scan(scan_id)["state"], pete.scan(scan_id)["money"]) == ("paid", "held")


# -- following the money ----------------------------------------------------------------------
def authorisation_of(scene, scan_id):
    return scene.scan(scan_id)["authorisation"]


def test_a_hold_is_followed_to_its_capture_without_any_notice(pete):
    scan_id = pete.pay()
    pete.ledger.move(authorisation_of(pete, scan_id), state="captured", fulfilment="dropped")
    pete.run(WALLET_FOLLOWS_MS)
    scan = pete.scan(scan_id)
    assert (scan["exact_state"], scan["fulfilment"], scan["money"]) == (
        "captured",
        "dropped",
        "taken",
    )
    assert pete.service.wallet("pete")["balance_minor"] == 10_000 - PRICE
    assert pete.wallet.outbound.next_due_ms() is None


@pytest.mark.parametrize("end", ["voided", "expired"])
def test_a_hold_that_is_let_go_is_money_returned(pete, end):
    scan_id = pete.pay()
    pete.ledger.move(authorisation_of(pete, scan_id), state=end, fulfilment="jammed")
    pete.run(WALLET_FOLLOWS_MS)
    assert (pete.scan(scan_id)["state"], pete.scan(scan_id)["money"]) == ("returned", "returned")
    assert pete.service.wallet("pete")["held_minor"] == 0


def test_a_refund_is_followed_to_its_arrival(pete):
    pete.ledger.intents[TOKEN].takes = "at_once"
    scan_id = pete.pay()
    authorisation = authorisation_of(pete, scan_id)
    pete.ledger.move(authorisation, refund_pending_minor=PRICE, fulfilment="jammed")
    pete.run(WALLET_FOLLOWS_MS)
    assert pete.scan(scan_id)["money"] == "returning"
    pete.ledger.move(authorisation, refund_pending_minor=0, refunded_minor=PRICE)
    pete.run(WALLET_FOLLOWS_MS)
    assert (pete.scan(scan_id)["state"], pete.scan(scan_id)["money"]) == ("returned", "returned")
    assert pete.service.wallet("pete")["balance_minor"] == 10_000


def refunding(pete):
    """A scan whose refund is under way, all known to the wallet; its yes."""
    pete.ledger.intents[TOKEN].takes = "at_once"
    scan_id = pete.pay()
    authorisation = authorisation_of(pete, scan_id)
    pete.ledger.move(authorisation, refund_pending_minor=PRICE, fulfilment="dropped")
    pete.run(WALLET_FOLLOWS_MS)
    assert pete.scan(scan_id)["money"] == "returning"
    return scan_id, authorisation


def test_a_refund_that_is_closed_leaves_the_money_with_the_merchant(pete):
    scan_id, authorisation = refunding(pete)
    pete.ledger.move(authorisation, refund_pending_minor=0)
    pete.run(WALLET_FOLLOWS_MS)
    assert (pete.scan(scan_id)["state"], pete.scan(scan_id)["money"]) == ("paid", "taken")
    assert pete.wallet.outbound.next_due_ms() is None


def test_a_notice_that_takes_a_refund_back_makes_the_wallet_ask_at_once(pete):
    scan_id, authorisation = refunding(pete)
    pete.notice(pete.ledger.move(authorisation, refund_pending_minor=0))
    assert pete.scan(scan_id)["money"] == "returning"
    assert pete.wallet.outbound.next_due_ms(resting=True) == pete.clock.now_ms()
    pete.run()
    assert pete.scan(scan_id)["money"] == "taken"
    assert pete.wallet.outbound.next_due_ms() is None


def test_an_overtaken_notice_costs_one_question_and_nothing_else(pete):
    pete.ledger.intents[TOKEN].takes = "at_once"
    scan_id = pete.pay()
    authorisation = authorisation_of(pete, scan_id)
    old = dict(pete.ledger.view(authorisation))
    pete.ledger.move(authorisation, refund_pending_minor=PRICE, fulfilment="dropped")
    pete.run(WALLET_FOLLOWS_MS)
    pete.notice(old)
    asked = len(pete.ledger.calls)
    pete.run()
    assert len(pete.ledger.calls) <= asked + 2
    assert pete.scan(scan_id)["money"] == "returning"
    assert pete.wallet.outbound.next_due_ms(resting=True) is None
    assert pete.wallet.outbound.next_due_ms() is not None


def test_a_notice_between_question_and_answer_is_not_undone_by_the_answer(pete):
    pete.ledger.intents[TOKEN].takes = "at_once"
    scan_id = pete.pay()
    authorisation = authorisation_of(pete, scan_id)
    service = pete.wallet.service
    [task] = service._door.read(lambda cx: outbox.due(cx, 10**15))
    asked, _ = service.work(task)
    answer = receipt_of(AuthorisationView(**pete.ledger.view(authorisation)))
    pete.notice(pete.ledger.move(authorisation, refund_pending_minor=PRICE))
    service.money_moved(task, asked, answer, pete.clock.now_ms())
    assert pete.scan(scan_id)["money"] == "returning"


def test_a_refund_that_does_not_arrive_keeps_no_world_from_coming_to_rest(pete):
    scan_id, _ = refunding(pete)
    assert pete.wallet.outbound.next_due_ms(resting=True) is None
    pete.run(600_000)
    assert pete.scan(scan_id)["money"] == "returning"
    assert pete.wallet.outbound.next_due_ms(resting=True) is None
    assert pete.wallet.outbound.next_due_ms() is not None


def test_a_wallet_asks_ever_less_often_while_there_is_no_news(pete):
    pete.pay()
    asked = len(pete.ledger.calls)
    pete.run(70_000)
    assert len(pete.ledger.calls) == asked + 3


def test_a_merchant_that_reports_nothing_is_not_followed_for_ever(pete):
    pete.ledger.intents[TOKEN].takes = "at_once"
    pete.pay()
    pete.run(2 * 3_600_000)
    assert pete.wallet.outbound.next_due_ms() is None


# -- saying no --------------------------------------------------------------------------------
def test_a_no_is_told_to_the_merchant(pete):
    scan_id = pete.ask()
    pete.service.decline(scan_id)
    pete.run()
    assert pete.scan(scan_id)["state"] == "declined"
    assert pete.ledger.declines == [TOKEN]


@pytest.mark.parametrize("fault", ["lost", Code.UNAVAILABLE])
def test_a_no_that_was_lost_is_told_again(pete, fault):
    scan_id = pete.ask()
    pete.ledger.faults = [fault]
    pete.service.decline(scan_id)
    pete.run(5_000)
    assert pete.ledger.declines == [TOKEN]


@pytest.mark.parametrize("fault", [Code.CLOSED, "lost"])
def test_a_no_nobody_needs_is_forgotten(pete, fault):
    scan_id = pete.ask()
    pete.ledger.faults = [fault] * 40
    pete.service.decline(scan_id)
    pete.run(300_000)
    assert pete.ledger.declines == []
    assert pete.wallet.outbound.next_due_ms() is None


# -- the balance ------------------------------------------------------------------------------
def test_a_balance_in_doubt_is_asked_for_until_it_is_answered(pete):
    scan_id = pete.pay()
    told = pete.ledger.move(authorisation_of(pete, scan_id), state="captured", fulfilment="dropped")
    pete.ledger.faults = ["lost"]
    pete.notice({**told, "balance_minor": 1}, told_at_ms=START_MS - 1)
    assert pete.service.wallet("pete")["balance_minor"] == 10_000
    pete.run(2_000)
    assert pete.service.wallet("pete")["balance_minor"] == 10_000 - PRICE


def test_a_tick_is_bounded_and_tells_how_much_it_did(pete):
    for number in range(70):
        pete.ledger.intents[f"{number:024d}".replace("0", "z").replace("1", "y")] = Asked()
        pete.service.begin_scan("pete", f"{number:024d}".replace("0", "z").replace("1", "y"))
    assert pete.tick() == 64
    assert pete.wallet.outbound.next_due_ms(resting=True) == START_MS
