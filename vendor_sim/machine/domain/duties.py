"""What follows from an order's facts: whose the money is, where it is, and what must be done next.

Nothing here is stored. A restart at any point finds the same duty in the same facts.
"""

from __future__ import annotations

from enum import StrEnum

from vendor_sim.machine.domain.order import Desk, Order, OrderState, Standing

_S = OrderState


class Claim(StrEnum):
    """Whom the money of an order belongs to, once somebody paid."""

    UNDECIDED = "undecided"
    KEEP = "keep"
    GIVE_BACK = "give_back"


class OrderMoney(StrEnum):
    """Where the money of an order is."""

    NONE = "none"
    HELD = "held"
    TAKEN = "taken"
    RETURNING = "returning"
    RETURNED = "returned"


class Duty(StrEnum):
    """What the machine must do next about an order; the value is the kind of its task."""

    ASK_PAYMENT = "ask_payment"
    AWAIT_PAYMENT = "check_intent"
    CHARGE = "charge"
    CLOSE_INTENT = "close_intent"
    RELEASE = "release"
    WATCH_DROP = "watch_drop"
    CAPTURE = "capture"
    VOID = "void"
    REFUND = "refund"
    REFUND_AGAIN = "refund_again"
    AWAIT_REFUND = "check_refund"
    AWAIT_STUCK_REFUND = "check_stuck_refund"
    ASK_DESK = "settle_unsure_by_time"
    NOTHING = "nothing"


_CLAIM = {
    _S.RELEASED: Claim.KEEP,
    _S.NOT_RELEASED: Claim.GIVE_BACK,
    _S.CANCELLED: Claim.GIVE_BACK,
    _S.EXPIRED: Claim.GIVE_BACK,
    _S.REFUSED: Claim.GIVE_BACK,
}
_DESK_CLAIM = {
    None: Claim.UNDECIDED,
    Desk.RELEASED: Claim.KEEP,
    Desk.NOT_RELEASED: Claim.GIVE_BACK,
    Desk.UNDECIDED: Claim.GIVE_BACK,
}


def claim_of(order: Order) -> Claim:
    """Whom the money belongs to."""
    if order.state is _S.UNSURE:
        return _DESK_CLAIM[order.desk]
    return _CLAIM.get(order.state, Claim.UNDECIDED)


_MONEY = {
    None: OrderMoney.NONE,
    Standing.NEVER: OrderMoney.NONE,
    Standing.OPEN: OrderMoney.NONE,
    Standing.HELD: OrderMoney.HELD,
    Standing.TAKEN: OrderMoney.TAKEN,
    Standing.VOIDED: OrderMoney.RETURNED,
    Standing.CLOSED: OrderMoney.NONE,
    Standing.EXPIRED: OrderMoney.NONE,
}


def money_of(order: Order) -> OrderMoney:
    """Where the money is."""
    money = _MONEY[order.standing]
    if money not in {OrderMoney.HELD, OrderMoney.TAKEN}:
        return money
    if money is OrderMoney.TAKEN and order.refunded_minor >= order.amount_minor:
        return OrderMoney.RETURNED
    return OrderMoney.RETURNING if claim_of(order) is Claim.GIVE_BACK else money


_DUTY = {
    _S.OPENING: Duty.ASK_PAYMENT,
    _S.AWAITING_PAYMENT: Duty.AWAIT_PAYMENT,
    _S.PAID: Duty.RELEASE,
    _S.RELEASING: Duty.WATCH_DROP,
}
_DUTY_TO_GIVE_BACK = {
    # Whether the platform made an intent is not known: asking again with the same key tells.
    None: Duty.ASK_PAYMENT,
    Standing.OPEN: Duty.CLOSE_INTENT,
    Standing.HELD: Duty.VOID,
}


def duty_of(order: Order) -> Duty:
    """What the machine must do next."""
    if order.state is _S.AWAITING_PAYMENT and order.presented is not None:
        return Duty.CHARGE
    if order.state in _DUTY:
        return _DUTY[order.state]
    claim = claim_of(order)
    if claim is Claim.UNDECIDED:
        return Duty.ASK_DESK
    if claim is Claim.KEEP:
        return Duty.CAPTURE if order.standing is Standing.HELD else Duty.NOTHING
    if order.standing is Standing.TAKEN:
        return _duty_to_refund(order)
    return _DUTY_TO_GIVE_BACK.get(order.standing, Duty.NOTHING)


def _duty_to_refund(order: Order) -> Duty:
    if order.refunded_minor >= order.amount_minor:
        return Duty.NOTHING
    if order.refund_asked_minor < order.amount_minor:
        return Duty.REFUND_AGAIN if order.refunds_failed else Duty.REFUND
    return Duty.AWAIT_STUCK_REFUND if order.refund_stuck else Duty.AWAIT_REFUND


def is_done(order: Order) -> bool:
    """Whether its state is final and its money where it belongs."""
    return duty_of(order) is Duty.NOTHING


class LossReason(StrEnum):
    """Why goods are gone, or may be, and nobody pays for them."""

    UNDECIDED = "undecided"
    HOLD_LAPSED = "hold_lapsed"


def loss_of(order: Order) -> LossReason | None:
    """Why this order is a loss of the operator's, if it is one."""
    if order.desk is Desk.UNDECIDED:
        return LossReason.UNDECIDED
    if claim_of(order) is Claim.KEEP and order.standing is Standing.VOIDED:
        return LossReason.HOLD_LAPSED
    return None
