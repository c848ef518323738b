"""An intent with the facts beside its state, and what each event makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vendor_sim.payments.domain.lives import (
    INTENT,
    AttemptState,
    IntentEvent,
    IntentState,
    Takes,
)

_MILLION = 1_000_000
_HALF = _MILLION // 2


@dataclass(frozen=True, slots=True)
class Intent:
    """The platform's promise to collect for one order; facts beside its state included.

    Attributes:
        token: The payment code's secret part; good until ``code_until_ms``.
        pay_until_ms: Nobody can pay from this instant on.
        close_at_ms: An intent still open ends by itself at this instant.
        hold_until_ms: The hold lets go at this instant; None where there is or was no hold.
        authorisation_id: The payer's yes, made by the wallet; None before it.
        payer: Account the yes came from.
        provider_id: The wallet provider that sent it.
        refund_pending_minor, refunded_minor: On the way back, and arrived.
        dialect: In whose words the merchant asked, and is told.
        reserved_for: The only payer account that may look at it and pay; None for any.
        fee_minor: What the platform kept of the capture.
        fee_returned_minor: How much of that went back to the merchant with refunds.
        version: Goes up with each change.
    """

    id: str
    merchant_id: str
    order_ref: str
    description: str
    amount_minor: int
    currency: str
    takes: Takes
    state: IntentState
    token: str
    code_until_ms: int
    pay_until_ms: int
    close_at_ms: int
    created_at_ms: int
    hold_until_ms: int | None = None
    authorisation_id: str | None = None
    payer: str | None = None
    provider_id: str | None = None
    authorised_at_ms: int | None = None
    captured_minor: int = 0
    refund_pending_minor: int = 0
    refunded_minor: int = 0
    scanned_at_ms: int | None = None
    attempt_state: AttemptState | None = None
    attempt_reason: str | None = None
    attempt_account: str | None = None
    attempt_at_ms: int | None = None
    fulfilment: str | None = None
    dialect: str = "v1"
    reserved_for: str | None = None
    fee_minor: int = 0
    fee_returned_minor: int = 0
    version: int = 1

    @property
    def refundable_minor(self) -> int:
        """What could still be given back."""
        return self.captured_minor - self.refunded_minor - self.refund_pending_minor


@dataclass(frozen=True, slots=True)
class Yes:
    """A payer's yes: its id, the account it is given for, and the provider that sent it."""

    authorisation_id: str
    payer: str
    provider_id: str


def moved(intent: Intent, event: IntentEvent) -> Intent:
    """The intent after an event that changes nothing but its state.

    Raises:
        IllegalMoveError: The event cannot happen now.
    """
    return replace(intent, state=_after(intent, event), version=intent.version + 1)


def fee_of(amount_minor: int, ppm: int) -> int:
    """What the platform keeps of an amount, rounded half up; ``ppm`` are millionths."""
    return (amount_minor * ppm + _HALF) // _MILLION


def fee_back(intent: Intent, amount_minor: int, ppm: int) -> int:
    """The part of its fee that a merchant gets back with a refund of so much.

    Never more than what is left of it; the refund that completes the capture brings all of that.
    """
    left_minor = intent.fee_minor - intent.fee_returned_minor
    if amount_minor == intent.refundable_minor:
        return left_minor
    return min(fee_of(amount_minor, ppm), left_minor)


def authorised(
    intent: Intent, yes: Yes, now_ms: int, hold_until_ms: int, fee_ppm: int = 0
) -> Intent:
    """The intent with the payer's yes: held until the instant given, or taken at once.

    What is taken at once costs its fee at once, at so many millionths.

    Raises:
        IllegalMoveError: The event cannot happen now.
    """
    holds = intent.takes is Takes.HOLD
    return replace(
        intent,
        state=_after(intent, IntentEvent.AUTHORISE),
        authorisation_id=yes.authorisation_id,
        payer=yes.payer,
        provider_id=yes.provider_id,
        authorised_at_ms=now_ms,
        hold_until_ms=hold_until_ms if holds else None,
        captured_minor=0 if holds else intent.amount_minor,
        fee_minor=0 if holds else fee_of(intent.amount_minor, fee_ppm),
        version=intent.version + 1,
    )


def captured(intent: Intent, fee_ppm: int = 0) -> Intent:
    """The intent with its hold posted, and its fee taken at so many millionths.

    Raises:
        IllegalMoveError: There is no hold.
    """
    return replace(
        moved(intent, IntentEvent.CAPTURE),
        captured_minor=intent.amount_minor,
        fee_minor=fee_of(intent.amount_minor, fee_ppm),
    )


def renewed(intent: Intent, token: str, code_until_ms: int) -> Intent:
    """The intent with another code in place of the one it had."""
    return replace(intent, token=token, code_until_ms=code_until_ms, version=intent.version + 1)


def scanned(intent: Intent, now_ms: int) -> Intent:
    """The intent after somebody looked at its code."""
    return replace(intent, scanned_at_ms=now_ms, version=intent.version + 1)


def attempted(
    intent: Intent, state: AttemptState, reason: str | None, account: str, now_ms: int
) -> Intent:
    """The intent after an attempt to pay that came to nothing."""
    return replace(
        intent,
        attempt_state=state,
        attempt_reason=reason,
        attempt_account=account,
        attempt_at_ms=now_ms,
        version=intent.version + 1,
    )


def fulfilled(intent: Intent, drop: str) -> Intent:
    """The intent with the merchant's word on what became of the goods."""
    return replace(intent, fulfilment=drop, version=intent.version + 1)


def refund_accepted(intent: Intent, amount_minor: int, fee_minor: int = 0) -> Intent:
    """The intent with more money on its way back, and with it so much of the fee."""
    return replace(
        intent,
        refund_pending_minor=intent.refund_pending_minor + amount_minor,
        fee_returned_minor=intent.fee_returned_minor + fee_minor,
        version=intent.version + 1,
    )


def refund_stuck(intent: Intent, _amount_minor: int) -> Intent:
    """The intent after that money could not be placed: it is on its way back as before."""
    return replace(intent, version=intent.version + 1)


def refund_closed(intent: Intent, amount_minor: int) -> Intent:
    """The intent after that money went back to the merchant; its part of the fee stays there."""
    pending = intent.refund_pending_minor - amount_minor
    return replace(intent, refund_pending_minor=pending, version=intent.version + 1)


def refund_arrived(intent: Intent, amount_minor: int) -> Intent:
    """The intent after that money reached the payer."""
    return replace(
        intent,
        refund_pending_minor=intent.refund_pending_minor - amount_minor,
        refunded_minor=intent.refunded_minor + amount_minor,
        version=intent.version + 1,
    )


def _after(intent: Intent, event: IntentEvent) -> IntentState:
    return INTENT[intent.takes].next(intent.state, event)
