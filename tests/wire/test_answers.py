"""The one error shape is written and read back; anything else is unavailable."""

from __future__ import annotations

import pytest

from vendor_sim.kernel.problems import STATUS, Code, Problem, Refused, refuse
from vendor_sim.wire.answers import error_body, problem_of
from vendor_sim.wire.schemas import CreateIntent, read


@pytest.mark.parametrize("code", list(Code))
def test_every_problem_survives_the_wire(code):
    problem = Problem(code, "what was wrong", "field")
    assert problem_of(error_body(problem), problem.status) == problem
    assert STATUS[code] >= 400


@pytest.mark.parametrize(
    "body", [None, [], {}, {"error": None}, {"error": {"code": "odd", "message": "", "where": ""}}]
)
def test_any_other_shape_is_unavailable(body):
    assert problem_of(body, 502).code is Code.UNAVAILABLE


def test_a_verdict_is_raised_only_if_there_is_one():
    refuse(None)
    with pytest.raises(Refused, match="why"):
        refuse(Problem(Code.BUSY, "why"))


GOOD = {"order_ref": "ord_1", "amount_minor": 350, "currency": "CNY", "description": "Cola"}


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"amount_minor": 0}, "amount_minor"),
        ({"amount_minor": -1}, "amount_minor"),
        ({"amount_minor": "350"}, "amount_minor"),
        ({"amount_minor": True}, "amount_minor"),
        ({"amount_minor": 10**15 + 1}, "amount_minor"),
        ({"currency": "cny"}, "currency"),
        ({"description": ""}, "description"),
        ({"order_ref": "a b"}, "order_ref"),
        ({"takes": "later"}, "takes"),
        ({"pay_within_ms": 1}, "pay_within_ms"),
        ({"tip": 1}, "tip"),
    ],
)
def test_a_wrong_field_is_named(change, where):
    assert read(CreateIntent, GOOD).takes == "hold"
    with pytest.raises(Refused) as refused:
        read(CreateIntent, GOOD | change)
    assert refused.value.problem.where == where
