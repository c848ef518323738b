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


@dataclass(frozen=True, slots=True)
class Intent:
    """The platform's promise to collect for one order; facts beside its state included.

    Attributes:
        token: The payment code's secret part; good until ``code_until_ms``.
        pay_until_ms: Nobody can pay from this instant on.
        hold_until_ms: The hold lets go at this instant; None where there is or was no hold.
        authorisation_id: The payer's yes, made by the wallet; None before it.
        payer: Account the yes came from.
        provider_id: The wallet provider that sent it.
        refund_pending_minor, refunded_minor: On the way back, and arrived.
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


def authorised(intent: Intent, yes: Yes, now_ms: int, hold_until_ms: int) -> Intent:
    """The intent with the payer's yes: held until the instant given, or taken at once.

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
        version=intent.version + 1,
    )


def captured(intent: Intent) -> Intent:
    """The intent with its hold posted.

    Raises:
        IllegalMoveError: There is no hold.
    """
    return replace(moved(intent, IntentEvent.CAPTURE), captured_minor=intent.amount_minor)


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


def refund_accepted(intent: Intent, amount_minor: int) -> Intent:
    """The intent with more money on its way back."""
    pending = intent.refund_pending_minor + amount_minor
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
