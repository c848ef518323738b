"""An order: its states, the moves between them, and the facts that are kept about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from vendor_sim.kernel.lifecycle import Lifecycle


class OrderState(StrEnum):
    """Where an order stands."""

    OPENING = "opening"
    AWAITING_PAYMENT = "awaiting_payment"
    PAID = "paid"
    RELEASING = "releasing"
    RELEASED = "released"
    NOT_RELEASED = "not_released"
    UNSURE = "unsure"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REFUSED = "refused"


class OrderEvent(StrEnum):
    """What can happen to an order."""

    CODE_CAME = "code_came"
    PAYMENT_CAME = "payment_came"
    CANCELLED = "cancelled"
    TIME_RAN_OUT = "time_ran_out"
    PLATFORM_REFUSED = "platform_refused"
    MOTOR_STARTED = "motor_started"
    HOLD_LAPSED = "hold_lapsed"
    ITEM_FELL = "item_fell"
    ITEM_STAYED = "item_stayed"
    SENSOR_SILENT = "sensor_silent"


_S, _E = OrderState, OrderEvent
ORDER: Lifecycle[OrderState, OrderEvent] = Lifecycle(
    "order",
    _S.OPENING,
    {
        (_S.OPENING, _E.CODE_CAME): _S.AWAITING_PAYMENT,
        # A notice may overtake the answer that brings the code.
        (_S.OPENING, _E.PAYMENT_CAME): _S.PAID,
        (_S.OPENING, _E.CANCELLED): _S.CANCELLED,
        (_S.OPENING, _E.TIME_RAN_OUT): _S.EXPIRED,
        (_S.OPENING, _E.PLATFORM_REFUSED): _S.REFUSED,
        (_S.AWAITING_PAYMENT, _E.PAYMENT_CAME): _S.PAID,
        (_S.AWAITING_PAYMENT, _E.CANCELLED): _S.CANCELLED,
        (_S.AWAITING_PAYMENT, _E.TIME_RAN_OUT): _S.EXPIRED,
        (_S.PAID, _E.MOTOR_STARTED): _S.RELEASING,
        # The machine was off for so long that the money is, or may be, no longer held.
        (_S.PAID, _E.HOLD_LAPSED): _S.NOT_RELEASED,
        (_S.RELEASING, _E.ITEM_FELL): _S.RELEASED,
        (_S.RELEASING, _E.ITEM_STAYED): _S.NOT_RELEASED,
        (_S.RELEASING, _E.SENSOR_SILENT): _S.UNSURE,
    },
)
ACTIVE = frozenset({_S.OPENING, _S.AWAITING_PAYMENT, _S.PAID, _S.RELEASING})
"""An order in one of these keeps the machine from the next customer."""
CANCELLABLE = frozenset({_S.OPENING, _S.AWAITING_PAYMENT})


class Takes(StrEnum):
    """How a machine takes money."""

    HOLD = "hold"
    AT_ONCE = "at_once"


class Drop(StrEnum):
    """What the sensor saw after the motor ran."""

    DROPPED = "dropped"
    JAMMED = "jammed"
    EMPTY = "empty"
    UNSURE = "unsure"


DROP_EVENT = {
    Drop.DROPPED: _E.ITEM_FELL,
    Drop.JAMMED: _E.ITEM_STAYED,
    Drop.EMPTY: _E.ITEM_STAYED,
    Drop.UNSURE: _E.SENSOR_SILENT,
}


class Desk(StrEnum):
    """What was decided about an order whose drop nobody saw."""

    RELEASED = "released"
    NOT_RELEASED = "not_released"
    UNDECIDED = "undecided"


class Standing(StrEnum):
    """How the platform says the payment stands, whatever dialect it says it in."""

    NEVER = "never"
    """The platform refused to collect; there is nothing to close."""
    OPEN = "open"
    HELD = "held"
    TAKEN = "taken"
    VOIDED = "voided"
    """A hold was let go: dropped, or lapsed by itself."""
    CLOSED = "closed"
    EXPIRED = "expired"


FORWARD = frozenset(
    {
        (Standing.OPEN, Standing.HELD),
        (Standing.OPEN, Standing.TAKEN),
        (Standing.OPEN, Standing.VOIDED),
        (Standing.OPEN, Standing.CLOSED),
        (Standing.OPEN, Standing.EXPIRED),
        (Standing.HELD, Standing.TAKEN),
        (Standing.HELD, Standing.VOIDED),
    }
)
"""Messages overtake each other: knowledge of a payment only ever moves along these."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a customer asked a machine for, and every fact known about it.

    Attributes:
        amount_minor: The price when the slot was pressed; a later price does not change it.
        standing: The platform's last word on the payment, None before its first.
        intent_version: Which of the platform's words that was; older ones are not news.
        pay_until_ms: When the code dies.
        hold_until_ms: When a hold lets go by itself.
        attempt_state: ``declined`` or ``failed``, of the last attempt that came to nothing.
        scanned: Some wallet has read the code.
        command_id: The one motor command this order ever gives.
        presented: The payer's code that is being charged; gone once the platform answered.
        presented_at_ms: When the last one was presented.
        charges: How many were presented; the last one's number.
        refund_asked_minor: Sum of the refunds accepted by the platform.
        refunded_minor: Sum of those that reached the payer.
        refunds_failed: How many the platform accepted and gave up; they are in neither sum.
        refund_stuck: What was asked back and did not arrive lies at the platform until a person
            sees to it: the payer could not be reached.
        ended_at_ms: When a final state was reached.
    """

    id: str
    machine: str
    slot: str
    product: str
    amount_minor: int
    currency: str
    takes: Takes
    opened_at_ms: int
    state: OrderState = ORDER.first
    standing: Standing | None = None
    intent_id: str | None = None
    intent_version: int = 0
    code: str | None = None
    pay_until_ms: int | None = None
    hold_until_ms: int | None = None
    attempt_state: str | None = None
    attempt_reason: str | None = None
    scanned: bool = False
    command_id: str | None = None
    drop: Drop | None = None
    desk: Desk | None = None
    refund_asked_minor: int = 0
    refunded_minor: int = 0
    ended_at_ms: int | None = None
    presented: str | None = None
    presented_at_ms: int | None = None
    charges: int = 0
    refunds_failed: int = 0
    refund_stuck: bool = False
