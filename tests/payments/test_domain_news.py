"""Who is told what: news of an intent, attempts that failed, and the life of a notice."""

from __future__ import annotations

from itertools import product

from vendor_sim.kernel.problems import Code
from vendor_sim.payments.domain import (
    FAILURES,
    INTENT,
    NEWS,
    NOTICE,
    IntentState,
    NoticeEvent,
    NoticeState,
    NoticeType,
)

TOLD = """
open        authorised  payment.authorised
open        captured    payment.captured
authorised  captured    payment.captured
authorised  voided      payment.voided
authorised  expired     hold.expired
open        closed      intent.closed
open        expired     intent.expired
"""


def test_a_merchant_is_told_of_every_move_of_an_intent_and_of_nothing_else() -> None:
    listed = {
        (IntentState(before), IntentState(after)): NoticeType(kind)
        for before, after, kind in (line.split() for line in TOLD.strip().splitlines())
    }
    assert listed == NEWS
    moves = {(state, after) for life in INTENT.values() for (state, _), after in life.moves.items()}
    assert moves == set(NEWS)


def test_a_merchant_hears_of_a_yes_that_could_not_become_a_payment_of_this_intent() -> None:
    """Not of one that came too late, nor of a wrong PIN: nothing came of the intent by them."""
    told = "currency_mismatch amount_changed merchant_refused insufficient_funds"
    assert {Code(code) for code in told.split()} == FAILURES


SENT = """
waiting    deliver  delivered
waiting    fail     waiting
waiting    give_up  dead
waiting    resend   waiting
delivered  resend   waiting
dead       resend   waiting
"""


def test_a_notice_is_tried_until_it_is_delivered_or_dead_and_again_if_somebody_says_so() -> None:
    listed = {
        (NoticeState(state), NoticeEvent(event)): NoticeState(after)
        for state, event, after in (line.split() for line in SENT.strip().splitlines())
    }
    for state, event in product(NoticeState, NoticeEvent):
        assert NOTICE.moves.get((state, event)) == listed.get((state, event))
