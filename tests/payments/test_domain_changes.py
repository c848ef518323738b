"""What each event changes about an intent: these facts, and no other."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.payments.test_domain import AT_ONCE, OPEN
from vendor_sim.payments import domain
from vendor_sim.payments.domain import AttemptState, Intent, IntentEvent, IntentState, Yes

if TYPE_CHECKING:
    from collections.abc import Callable

YES = Yes("au_1", "acc_1", "wallet")
SAID_YES = {"authorisation_id": "au_1", "payer": "acc_1", "provider_id": "wallet"}
HELD = replace(
    OPEN, state=IntentState.AUTHORISED, hold_until_ms=5_000, authorised_at_ms=1_000, **SAID_YES
)
CAPTURED = replace(HELD, state=IntentState.CAPTURED, captured_minor=350, fee_minor=2)
RETURNING = replace(CAPTURED, refund_pending_minor=100, fee_returned_minor=1)

CHANGES: dict[str, tuple[Intent, Callable[[Intent], Intent], dict[str, Any]]] = {
    "closed": (
        OPEN,
        lambda intent: domain.moved(intent, IntentEvent.CLOSE),
        {"state": "closed"},
    ),
    "a yes to a hold": (
        OPEN,
        lambda intent: domain.authorised(intent, YES, 1_000, 5_000),
        {"state": "authorised", **SAID_YES, "authorised_at_ms": 1_000, "hold_until_ms": 5_000},
    ),
    "a yes to what is taken at once": (
        AT_ONCE,
        lambda intent: domain.authorised(intent, YES, 1_000, 5_000),
        {"state": "captured", **SAID_YES, "authorised_at_ms": 1_000, "captured_minor": 350},
    ),
    "a yes to what is taken at once for a fee of 0.6 %": (
        AT_ONCE,
        lambda intent: domain.authorised(intent, YES, 1_000, 5_000, 6_000),
        {
            **SAID_YES,
            "state": "captured",
            "authorised_at_ms": 1_000,
            "captured_minor": 350,
            "fee_minor": 2,
        },
    ),
    "captured": (HELD, domain.captured, {"state": "captured", "captured_minor": 350}),
    "captured for a fee of 0.6 %": (
        HELD,
        lambda intent: domain.captured(intent, 6_000),
        {"state": "captured", "captured_minor": 350, "fee_minor": 2},
    ),
    "another code": (
        OPEN,
        lambda intent: domain.renewed(intent, "t2", 3_000),
        {"token": "t2", "code_until_ms": 3_000},
    ),
    "looked at": (OPEN, lambda intent: domain.scanned(intent, 1_000), {"scanned_at_ms": 1_000}),
    "paid in vain": (
        OPEN,
        lambda intent: domain.attempted(
            intent, AttemptState.FAILED, "insufficient_funds", "acc_2", 1_000
        ),
        {
            "attempt_state": "failed",
            "attempt_reason": "insufficient_funds",
            "attempt_account": "acc_2",
            "attempt_at_ms": 1_000,
        },
    ),
    "declined": (
        OPEN,
        lambda intent: domain.attempted(intent, AttemptState.DECLINED, None, "acc_2", 1_000),
        {"attempt_state": "declined", "attempt_account": "acc_2", "attempt_at_ms": 1_000},
    ),
    "the goods jammed": (
        CAPTURED,
        lambda intent: domain.fulfilled(intent, "jammed"),
        {"fulfilment": "jammed"},
    ),
    "more on its way back": (
        RETURNING,
        lambda intent: domain.refund_accepted(intent, 50),
        {"refund_pending_minor": 150},
    ),
    "more on its way back, with its part of the fee": (
        RETURNING,
        lambda intent: domain.refund_accepted(intent, 50, 1),
        {"refund_pending_minor": 150, "fee_returned_minor": 2},
    ),
    "money back that could not be placed": (
        RETURNING,
        lambda intent: domain.refund_stuck(intent, 100),
        {},
    ),
    "money that went back to the merchant": (
        RETURNING,
        lambda intent: domain.refund_closed(intent, 100),
        {"refund_pending_minor": 0},
    ),
    "money that reached the payer": (
        replace(RETURNING, refunded_minor=50),
        lambda intent: domain.refund_arrived(intent, 100),
        {"refund_pending_minor": 0, "refunded_minor": 150},
    ),
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("version", [1, 7])
def test_an_event_changes_what_it_is_about_and_counts_one_version_up(
    name: str, version: int
) -> None:
    before, change, expected = CHANGES[name]
    before = replace(before, version=version)
    after = asdict(change(before))
    changed = {key: after[key] for key, was in asdict(before).items() if after[key] != was}
    assert changed == {**expected, "version": version + 1}
