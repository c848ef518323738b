"""A code that the customer presents: when it may be, what it makes of the order, whose news."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.machine.facts import BASE, FACTS, NOW, S, report
from vendor_sim.kernel.limits import DAY_MS, MACHINE_CHECKS_MAX_MS, MINUTE_MS
from vendor_sim.kernel.problems import Code
from vendor_sim.machine import domain
from vendor_sim.machine.domain import (
    PAYER_CHECKS_MS,
    Abilities,
    Charge,
    Duty,
    RefundReport,
    Standing,
    charge_of,
    judge_presented,
    known_charge,
    present,
)

SCANS = Abilities(holds=False, scanner="1[0-5][0-9]{16}", currencies=frozenset({"CNY"}))
BLIND = replace(SCANS, scanner=None)
TEXT = "130000000000000001"
WAITING = replace(
    BASE,
    state=S.AWAITING_PAYMENT,
    standing=Standing.OPEN,
    intent_id="in_1",
    intent_version=1,
    code="weixin://wxpay/bizpayurl?pr=x",
    pay_until_ms=NOW + 60_000,
)
SENT = present(WAITING, TEXT, NOW)
OF_CHARGE = {"intent_id": "in_1_1", "charge": 1, "version": 11, "code": None, "pay_until_ms": None}
ASKED = domain.learn(SENT, report(Standing.OPEN, **OF_CHARGE), NOW)
FAILED = replace(ASKED, attempt_state="failed", attempt_reason="insufficient_funds")


def test_how_a_charge_stands():
    assert [charge_of(one) for one in (WAITING, SENT, ASKED, FAILED)] == [
        *(None, Charge.SENDING),
        *(Charge.ASKED, Charge.FAILED),
    ]
    assert [known_charge(one) for one in (WAITING, SENT, ASKED)] == [0, 0, 1]
    again = present(FAILED, TEXT, NOW)
    assert (again.charges, known_charge(again), charge_of(again)) == (2, 1, Charge.SENDING)


def test_from_the_moment_a_code_is_presented_the_one_on_the_screen_is_gone():
    noted = replace(WAITING, scanned=True, attempt_state="declined", attempt_reason="x")
    after = present(noted, TEXT, NOW)
    assert (after.presented, after.presented_at_ms, after.charges) == (TEXT, NOW, 1)
    assert (after.code, after.scanned, after.attempt_state, after.attempt_reason) == (
        *(None, False),
        *(None, None),
    )
    assert (after.intent_id, after.standing) == ("in_1", Standing.OPEN)


JUDGED = [
    (WAITING, TEXT, SCANS, 0, None),
    (FAILED, TEXT, SCANS, 0, None),
    (replace(WAITING, pay_until_ms=None), TEXT, SCANS, 0, None),
    (WAITING, TEXT, BLIND, 0, Code.WRONG_STATE),
    (WAITING, TEXT[:-1], SCANS, 0, Code.INVALID),
    (WAITING, "16" + TEXT[2:], SCANS, 0, Code.INVALID),
    (WAITING, TEXT + "\n", SCANS, 0, Code.INVALID),
    (None, TEXT, SCANS, 0, Code.WRONG_STATE),
    (BASE, TEXT, SCANS, 0, Code.WRONG_STATE),
    (WAITING, TEXT, SCANS, 60_000, Code.WRONG_STATE),
    (SENT, TEXT, SCANS, 0, Code.WRONG_STATE),
    (ASKED, TEXT, SCANS, 0, Code.WRONG_STATE),
]


@pytest.mark.parametrize(("order", "text", "able", "later_ms", "code"), JUDGED)
def test_when_a_code_may_be_presented(order, text, able, later_ms, code):
    problem = judge_presented(order, text, able, NOW + later_ms)
    assert (problem and problem.code) == code


def test_a_presented_code_is_the_duty_while_the_customer_waits_and_only_then():
    for order in FACTS:
        with_code = replace(order, presented=TEXT, charges=1)
        duty = domain.duty_of(with_code)
        if order.state is S.AWAITING_PAYMENT:
            assert duty is Duty.CHARGE
        else:
            assert duty is domain.duty_of(order)


# -- whose news it is ---------------------------------------------------------------------------


def test_the_answer_to_a_charge_makes_its_number_the_order_s():
    assert (ASKED.intent_id, ASKED.presented, ASKED.charges) == ("in_1_1", None, 1)
    assert ASKED.state is S.AWAITING_PAYMENT
    news = report(Standing.TAKEN, intent_id="in_1_1", version=13, charge=1)
    assert domain.learn(SENT, news, NOW).state is S.PAID


@pytest.mark.parametrize(
    "standing", [one for one in Standing if one not in {Standing.HELD, Standing.TAKEN}]
)
def test_that_the_code_on_the_screen_came_to_nothing_for_the_charge_is_no_news(standing):
    assert domain.learn(SENT, report(standing, version=4), NOW) == SENT


@pytest.mark.parametrize("standing", [Standing.HELD, Standing.TAKEN])
def test_somebody_who_paid_the_code_on_the_screen_is_news_and_no_charge_is_left(standing):
    paid = domain.learn(SENT, report(standing, version=3), NOW)
    assert (paid.state, paid.intent_id) == (S.PAID, "in_1")
    assert (paid.presented, paid.charges, charge_of(paid)) == (None, 0, None)


MISMATCHES = [
    (SENT, {"intent_id": "in_1"}, None),
    (SENT, {"intent_id": "in_2"}, Code.WRONG_STATE),
    (SENT, {"intent_id": "in_1_1", "charge": 1}, None),
    (SENT, {"intent_id": "in_1_2", "charge": 2}, Code.WRONG_STATE),
    (SENT, {"intent_id": "in_1_1", "charge": 1, "amount_minor": 1}, Code.AMOUNT_CHANGED),
    (ASKED, {"intent_id": "in_1_1", "charge": 1}, None),
    (ASKED, {"intent_id": "in_9", "charge": 1}, Code.WRONG_STATE),
    (ASKED, {"intent_id": "in_1"}, Code.WRONG_STATE),
    (WAITING, {"intent_id": "in_1_1", "charge": 1}, Code.WRONG_STATE),
]


@pytest.mark.parametrize(("order", "changes", "code"), MISMATCHES)
def test_a_report_is_about_the_payment_known_or_the_charge_just_made(order, changes, code):
    problem = domain.mismatch(order, report(Standing.TAKEN, **changes))
    assert (problem and problem.code) == code


# -- time ---------------------------------------------------------------------------------------


def test_when_a_charge_is_attended_to():
    assert domain.first_due_ms(SENT, NOW, 1_800) == NOW
    assert domain.again_due_ms(SENT, 1, NOW) == NOW + 1_000
    assert domain.first_due_ms(ASKED, NOW, 1_800) == NOW + PAYER_CHECKS_MS
    assert domain.again_due_ms(ASKED, 7, NOW) == NOW + PAYER_CHECKS_MS
    assert domain.first_due_ms(FAILED, NOW, 1_800) == FAILED.pay_until_ms
    no_end = replace(FAILED, pay_until_ms=None)
    assert domain.again_due_ms(no_end, 1, NOW) == NOW + MACHINE_CHECKS_MAX_MS
    assert domain.again_due_ms(SENT, 30, NOW) == SENT.pay_until_ms


def test_time_runs_out_for_a_charge_as_for_a_code():
    for order in (SENT, ASKED, FAILED):
        late = domain.run_out(order, NOW + 60_000)
        assert (late.state, domain.duty_of(late)) == (S.EXPIRED, Duty.CLOSE_INTENT)


def test_a_refund_that_failed_is_asked_again_later_and_later():
    jammed = replace(BASE, state=S.NOT_RELEASED, standing=Standing.TAKEN)
    pauses = [
        domain.first_due_ms(replace(jammed, refunds_failed=tries), NOW, 0) - NOW
        for tries in (0, 1, 2, 99)
    ]
    assert pauses == [0, 2 * MINUTE_MS, 4 * MINUTE_MS, DAY_MS]
    duties = {domain.duty_of(replace(jammed, refunds_failed=tries)) for tries in (1, 99)}
    assert duties == {Duty.REFUND_AGAIN}
    assert not RefundReport("rf_1", "in_1", 350, "CNY", done=False).failed
