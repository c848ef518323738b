"""How a refund stood when a bill was made, whatever has become of it since."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.payments.wechat.bills.history import refund_row
from vendor_sim.payments.domain import Refund, RefundEvent, RefundState
from vendor_sim.payments.wechat.bills.matters import Back
from vendor_sim.payments.wechat.bills.trade_bill import status_at

MADE_MS, TRANSIT_MS = 1_000_000, 2_000
REFUND = Refund("rf_1", "in_1", 100, None, RefundState.PENDING, MADE_MS - 10_000, None)
ARRIVE, FAIL, CLOSE = RefundEvent.ARRIVE, RefundEvent.FAIL, RefundEvent.CLOSE
PENDING, SUCCEEDED = RefundState.PENDING, RefundState.SUCCEEDED
ABNORMAL, CLOSED = RefundState.ABNORMAL, RefundState.CLOSED


@pytest.mark.parametrize(
    ("ends", "state", "done_at_ms", "applied", "status"),
    [
        (ARRIVE, PENDING, None, False, "PROCESSING"),
        (ARRIVE, SUCCEEDED, MADE_MS - 1, False, "SUCCESS"),
        (ARRIVE, SUCCEEDED, MADE_MS, False, "SUCCESS"),
        (ARRIVE, SUCCEEDED, MADE_MS + 1, False, "PROCESSING"),
        (CLOSE, PENDING, None, False, "PROCESSING"),
        (CLOSE, CLOSED, MADE_MS, False, "FAIL"),
        (CLOSE, CLOSED, MADE_MS + 1, False, "PROCESSING"),
        (FAIL, ABNORMAL, None, False, "CHANGE"),
        (ARRIVE, PENDING, None, True, "CHANGE"),
        (ARRIVE, SUCCEEDED, MADE_MS, True, "SUCCESS"),
        (ARRIVE, SUCCEEDED, MADE_MS + 1, True, "CHANGE"),
    ],
)
def test_how_a_refund_stood(ends, state, done_at_ms, applied, status):
    refund = replace(REFUND, ends=ends, state=state, done_at_ms=done_at_ms)
    record = replace(refund_row(refund, 1), applied="USER_BANK_CARD" if applied else None)
    assert status_at(Back(refund, record), MADE_MS, TRANSIT_MS) == status


@pytest.mark.parametrize(
    ("state", "applied"), [(PENDING, False), (ABNORMAL, False), (PENDING, True), (SUCCEEDED, True)]
)
@pytest.mark.parametrize(("early_ms", "status"), [(0, "CHANGE"), (1, "PROCESSING")])
def test_a_refund_shows_that_it_cannot_be_placed_after_its_transit(
    state, applied, early_ms, status
):
    ends = ARRIVE if applied else FAIL
    done_at_ms = MADE_MS + 1 if state is SUCCEEDED else None
    created_at_ms = MADE_MS - TRANSIT_MS + early_ms
    refund = replace(REFUND, ends=ends, state=state, created_at_ms=created_at_ms)
    refund = replace(refund, done_at_ms=done_at_ms)
    record = replace(refund_row(refund, 1), applied="USER_BANK_CARD" if applied else None)
    assert status_at(Back(refund, record), MADE_MS, TRANSIT_MS) == status


def test_a_refund_without_a_name_stands_as_any_other():
    assert status_at(Back(REFUND, None), MADE_MS, TRANSIT_MS) == "PROCESSING"
