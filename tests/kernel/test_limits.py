"""Limits fit each other."""

from __future__ import annotations

from vendor_sim.kernel import limits


def test_every_limit_is_a_positive_integer() -> None:
    values = {name: value for name, value in vars(limits).items() if name.isupper()}
    delays = values.pop("NOTICE_DELAYS_MS")
    assert all(type(value) is int and value > 0 for value in (*values.values(), *delays))


def test_notices_are_tried_for_three_days_with_growing_pauses() -> None:
    delays = limits.NOTICE_DELAYS_MS
    assert list(delays) == sorted(delays)
    assert len(delays) == 11
    assert 3 <= sum(delays) // limits.DAY_MS < 4


def test_shorter_fits_into_longer() -> None:
    assert limits.AMOUNT_MINOR_MAX * 1000 < limits.COUNTER_MINOR_MAX
    assert limits.PAY_WITHIN_MS <= limits.PAY_WITHIN_MAX_MS
    assert limits.OPENING_MS < limits.PAY_WITHIN_MS < limits.HOLD_MS
    assert limits.HOLD_MARGIN_MS < limits.HOLD_MS
    assert limits.HOOK_ANSWER_BYTES_MAX < limits.BODY_BYTES_MAX
    assert sum(limits.NOTICE_DELAYS_MS) < limits.SETTLE_MAX_MS
