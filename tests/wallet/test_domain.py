"""What the wallet decides before a yes: tables of one fact and its verdict."""

from __future__ import annotations

import pytest

from tests.wallet.lives import (
    ALL,
    APPROVED,
    ASKING,
    CAPTURED,
    DECLINED,
    HELD,
    NOW,
    QUOTE,
    READING,
    REFUSED,
    RETURNED,
    UNANSWERED,
    UNTIL,
)
from vendor_sim.kernel.lifecycle import IllegalMoveError
from vendor_sim.kernel.problems import Code
from vendor_sim.wire.qr import Foreign, PaymentCode
from wallet import domain
from wallet.domain import SCAN, ScanEvent, ScanState


# -- the table --------------------------------------------------------------------------------
def test_every_state_is_reached_and_named_here():
    assert SCAN.states == set(ScanState) == set(ALL)


def test_only_returned_declined_and_refused_are_ends():
    assert SCAN.final == {ScanState.RETURNED, ScanState.DECLINED, ScanState.REFUSED}


def test_money_moves_only_after_a_yes():
    """No way leads to money but through approved."""
    money = {ScanEvent.HOLD, ScanEvent.CAPTURE, ScanEvent.RETURN}
    before = {ScanState.READING, ScanState.ASKING, ScanState.DECLINED, ScanState.REFUSED}
    assert not [move for move in SCAN.moves if move[0] in before and move[1] in money]


def test_held_and_captured_are_published_as_paid():
    assert {state for state in ScanState if domain.PUBLISHED[state] == "paid"} == {
        ScanState.HELD,
        ScanState.CAPTURED,
    }


# -- before the yes ---------------------------------------------------------------------------
@pytest.mark.parametrize("kind", Foreign)
def test_a_foreign_code_is_refused_and_its_text_not_kept(kind):
    scan = domain.begin("sc_1", "pete", kind, "http://here", NOW)
    assert (scan.state, scan.reason, scan.foreign) == (ScanState.REFUSED, Code.FOREIGN_CODE, kind)
    assert scan.code == ""


@pytest.mark.parametrize(
    ("base", "elsewhere"),
    [(None, None), ("http://here", None), ("http://there", "http://there")],
)
def test_a_code_knows_whether_it_is_from_elsewhere(base, elsewhere):
    scan = domain.begin("sc_1", "pete", PaymentCode("token", base), "http://here/", NOW)
    assert (scan.state, scan.code, scan.elsewhere) == (ScanState.READING, "token", elsewhere)


@pytest.mark.parametrize(
    ("currency", "now_ms", "state", "reason"),
    [
        ("CNY", NOW, ScanState.ASKING, None),
        ("CNY", UNTIL - 1, ScanState.ASKING, None),
        ("CNY", UNTIL, ScanState.REFUSED, Code.EXPIRED),
        ("JPY", NOW, ScanState.REFUSED, Code.CURRENCY_MISMATCH),
        ("JPY", UNTIL, ScanState.REFUSED, Code.EXPIRED),
    ],
)
def test_a_quote_is_asked_about_unless_it_cannot_be_paid(currency, now_ms, state, reason):
    scan = domain.resolved(READING, QUOTE, currency, now_ms)
    assert (scan.state, scan.reason, scan.merchant_name) == (state, reason, "Lobby")


@pytest.mark.parametrize(
    ("scan", "now_ms", "code"),
    [
        (READING, NOW, Code.WRONG_STATE),
        (ASKING, NOW, None),
        (ASKING, UNTIL - 1, None),
        (ASKING, UNTIL, Code.EXPIRED),
        (DECLINED, NOW, Code.WRONG_STATE),
        (REFUSED, NOW, Code.CLOSED),
        *[(scan, UNTIL, None) for scan in (APPROVED, UNANSWERED, HELD, CAPTURED, RETURNED)],
    ],
)
def test_a_yes_is_judged(scan, now_ms, code):
    problem = domain.judge_approval(scan, now_ms)
    assert (problem and problem.code) == code


@pytest.mark.parametrize("scan", [APPROVED, UNANSWERED, HELD, CAPTURED, RETURNED])
def test_a_second_yes_changes_nothing(scan):
    assert domain.approved(scan, "au_2", NOW + 1) is scan


@pytest.mark.parametrize("scan", [READING, APPROVED, UNANSWERED, HELD, CAPTURED, DECLINED, REFUSED])
def test_only_a_question_can_be_declined(scan):
    with pytest.raises(IllegalMoveError):
        domain.declined(scan)


@pytest.mark.parametrize("code", Code)
def test_every_problem_of_the_platform_is_told_as_a_reason_of_the_closed_list(code):
    reason = domain.reason_of(code)
    assert reason in domain.REASONS
    assert reason is code or reason in {Code.CLOSED, Code.UNAVAILABLE}


def test_the_closed_list_of_reasons_is_this():
    listed = """
        insufficient_funds wrong_pin pin_locked expired closed already_paid unknown_code
        foreign_code amount_changed currency_mismatch merchant_refused unavailable
    """
    assert {reason.value for reason in domain.REASONS} == set(listed.split())


@pytest.mark.parametrize(
    ("code", "unclear"),
    [(Code.UNAVAILABLE, True), (Code.INTERNAL, True), (Code.BUSY, True), (Code.CLOSED, False)],
)
def test_some_answers_leave_unclear_what_was_done(code, unclear):
    assert domain.unclear(code) is unclear
