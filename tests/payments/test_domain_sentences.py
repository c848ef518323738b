"""What a caller reads when the platform refuses: the field, and what would be right."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.payments.test_domain import BY_NAME, OPEN
from tests.payments.test_domain_facts import SHOWN
from vendor_sim.payments import domain
from vendor_sim.payments.domain import AttemptState, Offer

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.kernel.problems import Problem

RIGHT = Offer(350, "CNY", "CNY")
ASKED = replace(OPEN, reserved_for="acc_1", attempt_state=AttemptState.DECLINED)


def scan(name: str, *, suspended: bool = False) -> Problem | None:
    return domain.judge_scan(BY_NAME[name], suspended, 1_000)


def offer(right: Offer, **wrong: int | str) -> Problem | None:
    return domain.judge_offer(OPEN, replace(right, **wrong), False, 1_000)


SENTENCES: dict[str, Callable[[], Problem | None]] = {
    "merchant_refused - the platform does not collect for this merchant now": (
        lambda: scan("open", suspended=True)
    ),
    "already_paid code somebody has paid this already": lambda: scan("held"),
    "closed code the merchant no longer asks for this payment": lambda: scan("voided"),
    "expired code the time to pay this is over": lambda: scan("expired"),
    "closed code the payer was asked once, and it came to nothing": (
        lambda: domain.judge_offer(ASKED, RIGHT, False, 1_000)
    ),
    "currency_mismatch currency this is to be paid in CNY": lambda: offer(RIGHT, currency="JPY"),
    "currency_mismatch account the account does not hold CNY": (
        lambda: offer(RIGHT, account_currency="JPY")
    ),
    "amount_changed amount_minor the amount is 350 minor units": (
        lambda: offer(RIGHT, amount_minor=349)
    ),
    "expired - the hold let go of the money by itself": (
        lambda: domain.judge_capture(BY_NAME["lapsed"], 1_000)
    ),
    "wrong_state - only a hold is captured; this is voided": (
        lambda: domain.judge_capture(BY_NAME["voided"], 1_000)
    ),
    "wrong_state - only a hold is voided; this is open": (
        lambda: domain.judge_void(BY_NAME["open"], 1_000)
    ),
    "wrong_state - only what is open has a code; this is closed": (
        lambda: domain.judge_renewal(BY_NAME["closed"])
    ),
    "already_paid - it was paid: void the hold, or refund the capture": (
        lambda: domain.judge_close(BY_NAME["held"])
    ),
    "wrong_state - only a capture is refunded; this is authorised": (
        lambda: domain.judge_refund(BY_NAME["held"], 1)
    ),
    "over_refund amount_minor 250 minor units can still be given back": (
        lambda: domain.judge_refund(replace(BY_NAME["captured"], refunded_minor=100), 251)
    ),
    "wrong_state - nobody has paid this; it is open": (
        lambda: domain.judge_fulfilment(BY_NAME["open"])
    ),
    "wrong_state auth_code this payment code was used already": (
        lambda: domain.judge_presented(replace(SHOWN, intent_id="in_1"), 1_000)
    ),
    "expired auth_code the time of this payment code is over": (
        lambda: domain.judge_presented(SHOWN, SHOWN.valid_until_ms)
    ),
}


@pytest.mark.parametrize("told", SENTENCES)
def test_a_refusal_says_which_field_and_what_would_be_right(told: str) -> None:
    problem = SENTENCES[told]()
    assert problem is not None
    assert f"{problem.code} {problem.where or '-'} {problem.detail}" == told
