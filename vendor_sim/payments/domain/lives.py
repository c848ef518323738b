"""The lives of intents, refunds and notices, as tables of moves."""

from __future__ import annotations

from enum import StrEnum

from vendor_sim.kernel.lifecycle import Lifecycle


class Takes(StrEnum):
    """How an intent takes money: a hold that is captured on release, or everything at once."""

    HOLD = "hold"
    AT_ONCE = "at_once"


class IntentState(StrEnum):
    """How far the platform's promise to collect has come."""

    OPEN = "open"
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    VOIDED = "voided"
    CLOSED = "closed"
    EXPIRED = "expired"


class IntentEvent(StrEnum):
    """What can happen to an intent."""

    AUTHORISE = "authorise"
    CAPTURE = "capture"
    VOID = "void"
    CLOSE = "close"
    EXPIRE = "expire"


_UNPAID = {
    (IntentState.OPEN, IntentEvent.CLOSE): IntentState.CLOSED,
    (IntentState.OPEN, IntentEvent.EXPIRE): IntentState.EXPIRED,
}
INTENT: dict[Takes, Lifecycle[IntentState, IntentEvent]] = {
    Takes.HOLD: Lifecycle(
        "intent (hold)",
        IntentState.OPEN,
        {
            (IntentState.OPEN, IntentEvent.AUTHORISE): IntentState.AUTHORISED,
            (IntentState.AUTHORISED, IntentEvent.CAPTURE): IntentState.CAPTURED,
            (IntentState.AUTHORISED, IntentEvent.VOID): IntentState.VOIDED,
            (IntentState.AUTHORISED, IntentEvent.EXPIRE): IntentState.EXPIRED,
            **_UNPAID,
        },
    ),
    Takes.AT_ONCE: Lifecycle(
        "intent (at once)",
        IntentState.OPEN,
        {(IntentState.OPEN, IntentEvent.AUTHORISE): IntentState.CAPTURED, **_UNPAID},
    ),
}
"""The life of an intent, by how it takes money."""


class RefundState(StrEnum):
    """Where money on its way back is."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    ABNORMAL = "abnormal"
    CLOSED = "closed"


class RefundEvent(StrEnum):
    """What can happen to a refund."""

    ARRIVE = "arrive"
    FAIL = "fail"
    CLOSE = "close"
    APPLY = "apply"


REFUND = Lifecycle(
    "refund",
    RefundState.PENDING,
    {
        (RefundState.PENDING, RefundEvent.ARRIVE): RefundState.SUCCEEDED,
        (RefundState.PENDING, RefundEvent.FAIL): RefundState.ABNORMAL,
        (RefundState.PENDING, RefundEvent.CLOSE): RefundState.CLOSED,
        (RefundState.ABNORMAL, RefundEvent.APPLY): RefundState.PENDING,
    },
)
"""Money in transit arrives, cannot be placed (until it is applied for again), or goes back."""


class NoticeState(StrEnum):
    """Whether a notice reached its receiver."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


class NoticeEvent(StrEnum):
    """What can happen to a notice."""

    DELIVER = "deliver"
    FAIL = "fail"
    GIVE_UP = "give_up"
    RESEND = "resend"


NOTICE = Lifecycle(
    "notice",
    NoticeState.WAITING,
    {
        (NoticeState.WAITING, NoticeEvent.DELIVER): NoticeState.DELIVERED,
        (NoticeState.WAITING, NoticeEvent.FAIL): NoticeState.WAITING,
        (NoticeState.WAITING, NoticeEvent.GIVE_UP): NoticeState.DEAD,
        (NoticeState.WAITING, NoticeEvent.RESEND): NoticeState.WAITING,
        (NoticeState.DELIVERED, NoticeEvent.RESEND): NoticeState.WAITING,
        (NoticeState.DEAD, NoticeEvent.RESEND): NoticeState.WAITING,
    },
)
"""Every attempt fails or delivers; the last failed one gives up; a person may start it again."""


class NoticeType(StrEnum):
    """What a notice tells."""

    PAYMENT_AUTHORISED = "payment.authorised"
    PAYMENT_CAPTURED = "payment.captured"
    PAYMENT_VOIDED = "payment.voided"
    PAYMENT_DECLINED = "payment.declined"
    PAYMENT_FAILED = "payment.failed"
    INTENT_CLOSED = "intent.closed"
    INTENT_EXPIRED = "intent.expired"
    HOLD_EXPIRED = "hold.expired"
    REFUND_SUCCEEDED = "refund.succeeded"
    AUTHORISATION_UPDATED = "authorisation.updated"


NEWS: dict[tuple[IntentState, IntentState], NoticeType] = {
    (IntentState.OPEN, IntentState.AUTHORISED): NoticeType.PAYMENT_AUTHORISED,
    (IntentState.OPEN, IntentState.CAPTURED): NoticeType.PAYMENT_CAPTURED,
    (IntentState.AUTHORISED, IntentState.CAPTURED): NoticeType.PAYMENT_CAPTURED,
    (IntentState.AUTHORISED, IntentState.VOIDED): NoticeType.PAYMENT_VOIDED,
    (IntentState.AUTHORISED, IntentState.EXPIRED): NoticeType.HOLD_EXPIRED,
    (IntentState.OPEN, IntentState.CLOSED): NoticeType.INTENT_CLOSED,
    (IntentState.OPEN, IntentState.EXPIRED): NoticeType.INTENT_EXPIRED,
}
"""What the merchant is told when an intent goes from one state to another."""


class AttemptState(StrEnum):
    """How an attempt to pay came to nothing."""

    DECLINED = "declined"
    FAILED = "failed"
