"""One closed list of what can go wrong."""

from __future__ import annotations

import pytest

from vendor_sim.kernel.problems import STATUS, TRANSIENT, Code, Problem, Refused, refuse


def test_every_code_has_a_status() -> None:
    assert list(STATUS) == list(Code)
    assert all(400 <= status < 600 for status in STATUS.values())


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
