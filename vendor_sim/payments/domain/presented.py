"""A payment code that a payer shows to a merchant's scanner: single use, and soon over."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from vendor_sim.kernel.problems import Code, Problem
from vendor_sim.payments.domain.lives import IntentState

if TYPE_CHECKING:
    from vendor_sim.payments.domain.intent import Intent

_PAID = frozenset({IntentState.AUTHORISED, IntentState.CAPTURED})


class PresentedState(StrEnum):
    """How far a code that was shown has come; derived, never stored."""

    READY = "ready"
    ASKING = "asking"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Presented:
    """A code that a wallet shows for its payer.

    Attributes:
        auth_code: 18 digits, the first two 10 to 15.
        account: The payer's account; whoever scans the code may take a little money from it.
        provider_id: The wallet provider that asked for the code.
        valid_until_ms: It must be used before this instant.
        intent_id: What it was used for; None where it was not.
        authorisation_id: The payer's standing consent to what was taken without asking; None
            where nothing was, or where the payer was asked.
    """

    auth_code: str
    account: str
    provider_id: str
    issued_at_ms: int
    valid_until_ms: int
    intent_id: str | None = None
    authorisation_id: str | None = None


def judge_presented(presented: Presented, now_ms: int) -> Problem | None:
    """Whether a code may be used now: it never was, and its time is not over."""
    if presented.intent_id is not None:
        return Problem(Code.WRONG_STATE, "this payment code was used already", "auth_code")
    if now_ms >= presented.valid_until_ms:
        return Problem(Code.EXPIRED, "the time of this payment code is over", "auth_code")
    return None


def state_of(
    presented: Presented, intent: Intent | None, now_ms: int
) -> tuple[PresentedState, str | None]:
    """How far a code has come, and why no further.

    Args:
        presented: The code.
        intent: What it was used for; None where it was not used.
        now_ms: The time.
    """
    if intent is None:
        ready = now_ms < presented.valid_until_ms
        return (PresentedState.READY, None) if ready else (PresentedState.EXPIRED, None)
    if intent.state in _PAID:
        return PresentedState.PAID, None
    if intent.attempt_state is not None:
        reason = intent.attempt_reason or intent.attempt_state.value
        return PresentedState.FAILED, reason
    if intent.state is not IntentState.OPEN:
        return PresentedState.FAILED, intent.state.value
    if now_ms >= intent.pay_until_ms:
        return PresentedState.FAILED, IntentState.EXPIRED.value
    return PresentedState.ASKING, None
