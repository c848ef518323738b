"""Who may do what, when: each function gives the first problem, in the order of ``Code``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_sim.kernel.problems import Code, Problem
from vendor_sim.payments.domain.lives import IntentState

if TYPE_CHECKING:
    from vendor_sim.payments.domain.intent import Intent


@dataclass(frozen=True, slots=True)
class Offer:
    """What a payer agreed to pay, from an account in which currency."""

    amount_minor: int
    currency: str
    account_currency: str


def judge_merchant(suspended: bool) -> Problem | None:
    """Whether a merchant may collect."""
    if suspended:
        return Problem(Code.MERCHANT_REFUSED, "the platform does not collect for this merchant now")
    return None


def judge_scan(intent: Intent, suspended: bool, now_ms: int) -> Problem | None:
    """Whether somebody may still pay this."""
    if intent.state in {IntentState.AUTHORISED, IntentState.CAPTURED}:
        return Problem(Code.ALREADY_PAID, "somebody has paid this already", "code")
    if intent.state in {IntentState.CLOSED, IntentState.VOIDED}:
        return Problem(Code.CLOSED, "the merchant no longer asks for this payment", "code")
    if intent.state is IntentState.EXPIRED or now_ms >= _last_ms(intent):
        return Problem(Code.EXPIRED, "the time to pay this is over", "code")
    return judge_merchant(suspended)


def judge_offer(intent: Intent, offer: Offer, suspended: bool, now_ms: int) -> Problem | None:
    """Whether this yes may become a payment, as far as the intent says; the books judge the rest.

    The order is that of :class:`~vendor_sim.kernel.problems.Code`.
    """
    problem = judge_scan(intent, False, now_ms)
    if problem is not None:
        return problem
    if intent.reserved_for is not None and intent.attempt_state is not None:
        # The merchant that asked this one payer was told that it came to nothing.
        return Problem(Code.CLOSED, "the payer was asked once, and it came to nothing", "code")
    if offer.currency != intent.currency:
        return Problem(
            Code.CURRENCY_MISMATCH, f"this is to be paid in {intent.currency}", "currency"
        )
    if offer.account_currency != intent.currency:
        return Problem(
            Code.CURRENCY_MISMATCH, f"the account does not hold {intent.currency}", "account"
        )
    if offer.amount_minor != intent.amount_minor:
        return Problem(
            Code.AMOUNT_CHANGED, f"the amount is {intent.amount_minor} minor units", "amount_minor"
        )
    return judge_merchant(suspended)


FAILURES = frozenset(
    {
        Code.CURRENCY_MISMATCH,
        Code.AMOUNT_CHANGED,
        Code.MERCHANT_REFUSED,
        Code.INSUFFICIENT_FUNDS,
    }
)
"""Refusals of a yes that the merchant hears of, as a failed attempt at an intent still open."""


def judge_capture(intent: Intent, now_ms: int) -> Problem | None:
    """Whether the hold may be posted."""
    return _judge_hold(intent, now_ms, "captured")


def judge_void(intent: Intent, now_ms: int) -> Problem | None:
    """Whether the hold may be dropped."""
    return _judge_hold(intent, now_ms, "voided")


def judge_renewal(intent: Intent) -> Problem | None:
    """Whether an intent may have another code."""
    if intent.state is not IntentState.OPEN:
        return Problem(Code.WRONG_STATE, f"only what is open has a code; this is {intent.state}")
    return None


def judge_close(intent: Intent) -> Problem | None:
    """Whether collecting may stop. An intent that ended unpaid is closed enough already."""
    if intent.state in {IntentState.AUTHORISED, IntentState.CAPTURED}:
        return Problem(Code.ALREADY_PAID, "it was paid: void the hold, or refund the capture")
    return None


def judge_refund(intent: Intent, amount_minor: int) -> Problem | None:
    """Whether so much may be given back."""
    if intent.state is not IntentState.CAPTURED:
        return Problem(Code.WRONG_STATE, f"only a capture is refunded; this is {intent.state}")
    if amount_minor > intent.refundable_minor:
        return Problem(
            Code.OVER_REFUND,
            f"{intent.refundable_minor} minor units can still be given back",
            "amount_minor",
        )
    return None


def judge_fulfilment(intent: Intent) -> Problem | None:
    """Whether there is a payer to tell what became of the goods."""
    if intent.payer is None:
        return Problem(Code.WRONG_STATE, f"nobody has paid this; it is {intent.state}")
    return None


def expires_now(intent: Intent, now_ms: int) -> bool:
    """Whether time has ended this: nobody paid in time, or nobody captured in time."""
    if intent.state is IntentState.OPEN:
        return now_ms >= intent.close_at_ms
    return intent.state is IntentState.AUTHORISED and _hold_is_over(intent, now_ms)


def _last_ms(intent: Intent) -> int:
    return min(intent.code_until_ms, intent.pay_until_ms)


def _hold_is_over(intent: Intent, now_ms: int) -> bool:
    return intent.hold_until_ms is not None and now_ms >= intent.hold_until_ms


def _judge_hold(intent: Intent, now_ms: int, verb: str) -> Problem | None:
    lapsed = intent.state is IntentState.EXPIRED and intent.hold_until_ms is not None
    if lapsed or (intent.state is IntentState.AUTHORISED and _hold_is_over(intent, now_ms)):
        return Problem(Code.EXPIRED, "the hold let go of the money by itself")
    if intent.state is not IntentState.AUTHORISED:
        return Problem(Code.WRONG_STATE, f"only a hold is {verb}; this is {intent.state}")
    return None
