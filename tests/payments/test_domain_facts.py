"""What the domain says of fees, refunds, renewed codes, reservations and codes that are shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.payments.test_domain import BY_NAME, CAPTURED, NOW, OPEN
from vendor_sim.kernel.lifecycle import IllegalMoveError
from vendor_sim.kernel.limits import AMOUNT_MINOR_MAX
from vendor_sim.payments import domain
from vendor_sim.payments.domain import (
    REFUND,
    AttemptState,
    Offer,
    Presented,
    RefundEvent,
    RefundState,
    Takes,
    Yes,
)

REFUND_MOVES = """
pending    arrive  succeeded
pending    fail    abnormal
pending    close   closed
abnormal   apply   pending
"""


def test_a_refund_moves_as_the_table_says_and_in_no_other_way() -> None:
    listed = {
        (RefundState(state), RefundEvent(event)): RefundState(after)
        for state, event, after in (line.split() for line in REFUND_MOVES.strip().splitlines())
    }
    assert listed == REFUND.moves
    assert REFUND.final == {RefundState.SUCCEEDED, RefundState.CLOSED}
    with pytest.raises(IllegalMoveError):
        REFUND.next(RefundState.SUCCEEDED, RefundEvent.CLOSE)


def test_the_fee_is_part_of_what_the_capture_says() -> None:
    at_once = domain.authorised(
        replace(OPEN, takes=Takes.AT_ONCE), Yes("au", "acc", "w"), NOW, 5_000, 6_000
    )
    assert at_once.fee_minor == 2
    held = domain.authorised(OPEN, Yes("au", "acc", "w"), NOW, 5_000, 6_000)
    assert (held.fee_minor, domain.captured(held, 6_000).fee_minor) == (0, 2)
    assert CAPTURED.fee_minor == 0


def test_who_pays_no_fee_pays_none_however_much_it_is() -> None:
    most = replace(OPEN, amount_minor=AMOUNT_MINOR_MAX)
    held = domain.authorised(most, Yes("au", "acc", "w"), NOW, 5_000)
    assert domain.captured(held).fee_minor == 0
    at_once = replace(most, takes=Takes.AT_ONCE)
    assert domain.authorised(at_once, Yes("au", "acc", "w"), NOW, 5_000).fee_minor == 0


FEES_BACK = """
350  2  0  0    0    350  2
350  2  0  0    0    249  1
350  2  0  0    0    83   0
350  2  1  249  0    100  1
350  2  1  249  0    101  1
350  2  1  249  0    84   1
350  2  2  200  50   100  0
350  0  0  0    0    350  0
"""


@pytest.mark.parametrize("line", FEES_BACK.strip().splitlines())
def test_a_refund_brings_its_part_of_the_fee_back(line: str) -> None:
    captured, fee, back, pending, done, amount, expected = map(int, line.split())
    intent = replace(
        CAPTURED,
        captured_minor=captured,
        fee_minor=fee,
        fee_returned_minor=back,
        refund_pending_minor=pending,
        refunded_minor=done,
    )
    assert domain.fee_back(intent, amount, 6_000) == expected


def test_every_end_of_a_refund_counts_one_version_up() -> None:
    accepted = domain.refund_accepted(CAPTURED, 100, 1)
    assert (accepted.refund_pending_minor, accepted.fee_returned_minor) == (100, 1)
    closed = domain.refund_closed(accepted, 100)
    assert (closed.refund_pending_minor, closed.refunded_minor) == (0, 0)
    assert (closed.fee_returned_minor, closed.refundable_minor) == (1, 350)
    stuck = domain.refund_stuck(accepted, 100)
    assert stuck == replace(accepted, version=accepted.version + 1)
    assert closed.version == accepted.version + 1


@pytest.mark.parametrize("name", BY_NAME)
def test_only_what_is_open_gets_another_code(name: str) -> None:
    problem = domain.judge_renewal(BY_NAME[name])
    assert (problem is None) == (name == "open")


def test_an_open_intent_ends_when_it_closes_not_when_its_time_to_pay_is_over() -> None:
    intent = replace(OPEN, pay_until_ms=2_000, close_at_ms=9_000)
    assert [domain.expires_now(intent, now) for now in (2_000, 8_999, 9_000)] == (
        [False, False, True]
    )


@pytest.mark.parametrize(
    ("reserved_for", "attempt", "verdict"),
    [
        (None, None, "-"),
        (None, AttemptState.DECLINED, "-"),
        ("acc_1", None, "-"),
        ("acc_1", AttemptState.DECLINED, "closed"),
        ("acc_1", AttemptState.FAILED, "closed"),
    ],
)
def test_one_payer_is_asked_once(
    reserved_for: str | None, attempt: AttemptState | None, verdict: str
) -> None:
    intent = replace(OPEN, reserved_for=reserved_for, attempt_state=attempt)
    problem = domain.judge_offer(intent, Offer(350, "CNY", "CNY"), False, NOW)
    assert (problem.code if problem else "-") == verdict


SHOWN = Presented("130000000000000000", "acc_1", "wallet", 0, 2_000)
SHOWN_STATES = """
-         -         1999  ready    -
-         -         2000  expired  -
open      -         1999  asking   -
open      -         2000  failed   expired
open      declined  1000  failed   declined
open      failed    1000  failed   insufficient_funds
held      -         9999  paid     -
captured  -         9999  paid     -
captured  failed    9999  paid     -
closed    -         1000  failed   closed
closed    declined  1000  failed   declined
expired   -         1000  failed   expired
voided    -         1000  failed   voided
"""


@pytest.mark.parametrize("line", SHOWN_STATES.strip().splitlines())
def test_how_far_a_shown_code_has_come_is_derived(line: str) -> None:
    name, attempt, now, state, reason = line.split()
    intent = None
    if name != "-":
        tried = None if attempt == "-" else AttemptState(attempt)
        why = "insufficient_funds" if tried is AttemptState.FAILED else None
        intent = replace(BY_NAME[name], attempt_state=tried, attempt_reason=why)
    stands = domain.state_of(SHOWN, intent, int(now))
    assert (stands[0].value, stands[1] or "-") == (state, reason)


@pytest.mark.parametrize(
    ("intent_id", "now", "verdict"),
    [(None, 1_999, "-"), (None, 2_000, "expired"), ("in_1", 1_000, "wrong_state")],
)
def test_a_shown_code_is_good_once_and_for_its_time(
    intent_id: str | None, now: int, verdict: str
) -> None:
    problem = domain.judge_presented(replace(SHOWN, intent_id=intent_id), now)
    assert (problem.code if problem else "-") == verdict
