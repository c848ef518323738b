"""The platform's decisions: one line, one situation, one verdict."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vendor_sim.kernel.lifecycle import IllegalMoveError, Lifecycle
from vendor_sim.kernel.problems import STATUS, Code
from vendor_sim.payments import domain
from vendor_sim.payments.domain import (
    INTENT,
    NOTICE,
    REFUND,
    AttemptState,
    Intent,
    IntentEvent,
    IntentState,
    NoticeState,
    Offer,
    Party,
    RefundEvent,
    RefundState,
    Role,
    Takes,
    Yes,
)

NOW = 1_000
OPEN = Intent(
    id="in_1",
    merchant_id="m",
    order_ref="o",
    description="Cola",
    amount_minor=350,
    currency="CNY",
    takes=Takes.HOLD,
    state=IntentState.OPEN,
    token="t",
    code_until_ms=2_000,
    pay_until_ms=2_000,
    close_at_ms=2_000,
    created_at_ms=0,
)
HELD = domain.authorised(OPEN, Yes("au_1", "acc_1", "wallet"), NOW, 5_000)
CAPTURED = domain.captured(HELD)
VOIDED = domain.moved(HELD, IntentEvent.VOID)
LAPSED = domain.moved(HELD, IntentEvent.EXPIRE)
CLOSED = domain.moved(OPEN, IntentEvent.CLOSE)
EXPIRED = domain.moved(OPEN, IntentEvent.EXPIRE)
AT_ONCE = replace(OPEN, takes=Takes.AT_ONCE)
TAKEN = domain.authorised(AT_ONCE, Yes("au_1", "acc_1", "wallet"), NOW, 5_000)
BY_NAME = {
    "open": OPEN,
    "held": HELD,
    "captured": CAPTURED,
    "voided": VOIDED,
    "lapsed": LAPSED,
    "closed": CLOSED,
    "expired": EXPIRED,
    "taken": TAKEN,
}

MOVES = """
hold     open        authorise  authorised
hold     open        close      closed
hold     open        expire     expired
hold     authorised  capture    captured
hold     authorised  void       voided
hold     authorised  expire     expired
at_once  open        authorise  captured
at_once  open        close      closed
at_once  open        expire     expired
"""


def test_an_intent_moves_as_the_table_says_and_in_no_other_way() -> None:
    listed = {
        (Takes(takes), IntentState(state), IntentEvent(event)): IntentState(after)
        for takes, state, event, after in (line.split() for line in MOVES.strip().splitlines())
    }
    for takes in Takes:
        for state in IntentState:
            for event in IntentEvent:
                after = listed.get((takes, state, event))
                assert INTENT[takes].moves.get((state, event)) == after


@pytest.mark.parametrize("life", [*INTENT.values(), REFUND, NOTICE], ids=lambda life: life.name)
def test_every_state_is_named_and_can_be_reached(life: Lifecycle) -> None:
    every = {IntentState, RefundState, NoticeState} & {type(life.first)}
    unused = (
        {IntentState.AUTHORISED, IntentState.VOIDED} if life is INTENT[Takes.AT_ONCE] else set()
    )
    assert life.states == set(every.pop()) - unused


def test_an_illegal_move_raises() -> None:
    with pytest.raises(IllegalMoveError):
        domain.captured(CLOSED)
    with pytest.raises(IllegalMoveError):
        domain.authorised(HELD, Yes("au_2", "acc_2", "wallet"), NOW, 5_000)


def test_a_hold_is_until_its_time_and_captures_nothing_yet() -> None:
    assert (HELD.state, HELD.hold_until_ms, HELD.captured_minor) == ("authorised", 5_000, 0)
    assert (HELD.authorisation_id, HELD.payer, HELD.provider_id) == ("au_1", "acc_1", "wallet")
    assert CAPTURED.captured_minor == 350


def test_at_once_takes_everything_and_holds_nothing() -> None:
    assert (TAKEN.state, TAKEN.hold_until_ms, TAKEN.captured_minor) == ("captured", None, 350)


def test_every_change_counts_one_version_up() -> None:
    attempted = domain.attempted(OPEN, AttemptState.FAILED, "x", "acc_1", NOW)
    for change in (
        HELD,
        CLOSED,
        domain.scanned(OPEN, NOW),
        domain.fulfilled(OPEN, "jammed"),
        attempted,
    ):
        assert change.version == OPEN.version + 1
    assert CAPTURED.version == HELD.version + 1
    accepted = domain.refund_accepted(CAPTURED, 100)
    assert accepted.version == CAPTURED.version + 1
    assert domain.refund_arrived(accepted, 100).version == accepted.version + 1


SCANS = """
open      1999  no   -
open      2000  no   expired
open      1999  yes  merchant_refused
open      2000  yes  expired
held      1000  no   already_paid
captured  1000  no   already_paid
taken     9999  yes  already_paid
voided    1000  no   closed
closed    9999  yes  closed
expired   1000  no   expired
lapsed    1000  no   expired
"""


@pytest.mark.parametrize("line", SCANS.strip().splitlines())
def test_a_scan_is_judged(line: str) -> None:
    name, now, suspended, verdict = line.split()
    problem = domain.judge_scan(BY_NAME[name], suspended == "yes", int(now))
    assert (problem.code if problem else "-") == verdict


def test_a_code_may_die_before_its_intent() -> None:
    problem = domain.judge_scan(replace(OPEN, code_until_ms=1_000), False, 1_000)
    assert problem is not None
    assert problem.code is Code.EXPIRED


OFFERS = """
350  CNY  CNY  no   -                  -
351  CNY  CNY  no   amount_changed     amount_minor
349  CNY  CNY  yes  amount_changed     amount_minor
350  JPY  CNY  no   currency_mismatch  currency
350  CNY  JPY  no   currency_mismatch  account
1    JPY  JPY  yes  currency_mismatch  currency
350  CNY  CNY  yes  merchant_refused   -
"""


@pytest.mark.parametrize("line", OFFERS.strip().splitlines())
def test_a_yes_is_judged_with_the_first_problem_told(line: str) -> None:
    amount, currency, account_currency, suspended, verdict, where = line.split()
    offer = Offer(int(amount), currency, account_currency)
    problem = domain.judge_offer(OPEN, offer, suspended == "yes", NOW)
    assert (problem.code if problem else "-") == verdict
    assert ((problem and problem.where) or "-") == where


def test_a_yes_to_what_cannot_be_paid_any_more_is_refused_for_that() -> None:
    problem = domain.judge_offer(CLOSED, Offer(1, "JPY", "KWD"), True, NOW)
    assert problem is not None
    assert problem.code is Code.CLOSED


def test_precedence_follows_the_list_of_codes() -> None:
    order = list(Code)
    told = [
        *(Code.ALREADY_PAID, Code.CLOSED, Code.EXPIRED, Code.CURRENCY_MISMATCH),
        *(Code.AMOUNT_CHANGED, Code.MERCHANT_REFUSED, Code.INSUFFICIENT_FUNDS),
    ]
    assert [order.index(code) for code in told] == sorted(order.index(code) for code in told)
    assert all(STATUS[code] < 500 for code in domain.FAILURES)


ENDS = """
held      4999  -
held      5000  expired
lapsed    1000  expired
open      1000  wrong_state
captured  1000  wrong_state
taken     1000  wrong_state
voided    1000  wrong_state
closed    1000  wrong_state
expired   1000  wrong_state
"""


@pytest.mark.parametrize("line", ENDS.strip().splitlines())
@pytest.mark.parametrize("judge", [domain.judge_capture, domain.judge_void])
def test_a_capture_and_a_void_need_a_hold_that_holds(line: str, judge) -> None:
    name, now, verdict = line.split()
    problem = judge(BY_NAME[name], int(now))
    assert (problem.code if problem else "-") == verdict


@pytest.mark.parametrize("name", BY_NAME)
def test_only_what_was_paid_cannot_be_closed(name: str) -> None:
    problem = domain.judge_close(BY_NAME[name])
    assert (problem is None) == (name not in {"held", "captured", "taken"})


REFUNDS = """
captured  0    0    350  -
captured  0    0    351  over_refund
captured  100  200  50   -
captured  100  200  51   over_refund
taken     0    0    350  -
held      0    0    1    wrong_state
open      0    0    1    wrong_state
voided    0    0    999  wrong_state
"""


@pytest.mark.parametrize("line", REFUNDS.strip().splitlines())
def test_a_refund_gives_back_what_was_captured_and_no_more(line: str) -> None:
    name, pending, done, amount, verdict = line.split()
    intent = replace(BY_NAME[name], refund_pending_minor=int(pending), refunded_minor=int(done))
    problem = domain.judge_refund(intent, int(amount))
    assert (problem.code if problem else "-") == verdict


def test_a_refund_goes_from_pending_to_refunded() -> None:
    accepted = domain.refund_accepted(CAPTURED, 100)
    assert (accepted.refund_pending_minor, accepted.refunded_minor) == (100, 0)
    assert accepted.refundable_minor == 250
    arrived = domain.refund_arrived(accepted, 100)
    assert (arrived.refund_pending_minor, arrived.refunded_minor) == (0, 100)
    assert arrived.refundable_minor == 250
    assert REFUND.next(REFUND.first, RefundEvent.ARRIVE) is RefundState.SUCCEEDED


@pytest.mark.parametrize("name", BY_NAME)
def test_the_goods_concern_whoever_paid(name: str) -> None:
    problem = domain.judge_fulfilment(BY_NAME[name])
    assert (problem is None) == (name not in {"open", "closed", "expired"})


TIMES = """
open      1999  no
open      2000  yes
held      2000  no
held      4999  no
held      5000  yes
captured  9999  no
taken     9999  no
closed    9999  no
lapsed    9999  no
"""


@pytest.mark.parametrize("line", TIMES.strip().splitlines())
def test_time_ends_what_is_open_or_held(line: str) -> None:
    name, now, over = line.split()
    assert domain.expires_now(BY_NAME[name], int(now)) == (over == "yes")


def test_a_suspended_merchant_is_refused() -> None:
    party = Party(Role.MERCHANT, "m", "M", "hash", None, (), 5)
    problem = domain.judge_merchant(party.suspended)
    assert problem is not None
    assert problem.code is Code.MERCHANT_REFUSED
    assert domain.judge_merchant(replace(party, suspended_at_ms=None).suspended) is None
    assert party.caller == "merchant:m"
