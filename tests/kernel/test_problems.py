"""One closed list of what can go wrong."""

from __future__ import annotations

import pytest

from vendor_sim.kernel.problems import STATUS, TRANSIENT, Code, Problem, Refused, refuse

ANSWERED = """
400  malformed
401  unauthenticated bad_signature stale_timestamp
402  insufficient_funds
403  forbidden wrong_pin pin_locked merchant_refused
404  not_found unknown_slot unknown_code
405  method_not_allowed
409  idempotency_key_reused sold_out busy not_ready already_paid closed expired wrong_state
409  currency_mismatch amount_changed over_refund exists
413  too_large
422  invalid foreign_code
500  internal
503  unavailable
"""


def test_every_code_has_its_status() -> None:
    listed = {
        Code(code): int(status)
        for status, *codes in map(str.split, ANSWERED.strip().splitlines())
        for code in codes
    }
    assert listed == STATUS
    assert list(STATUS) == list(Code), "in order of precedence"


def test_what_may_go_well_when_it_is_tried_again() -> None:
    assert {Code(code) for code in ["busy", "not_ready", "pin_locked", "unavailable"]} == TRANSIENT


@pytest.mark.parametrize("code", Code)
def test_a_problem_knows_its_status_and_whether_to_try_again(code: Code) -> None:
    problem = Problem(code, "because")
    assert problem.status == STATUS[code]
    assert problem.transient == (code in TRANSIENT)


def test_a_verdict_is_raised_where_there_is_one() -> None:
    refuse(None)
    with pytest.raises(Refused, match="too late") as refused:
        refuse(Problem(Code.EXPIRED, "too late", "code"))
    assert refused.value.problem == Problem(Code.EXPIRED, "too late", "code")
