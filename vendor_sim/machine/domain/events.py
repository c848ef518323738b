"""What happens to an order: each function takes the facts and gives the facts afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vendor_sim.kernel.limits import (
    DAY_MS,
    HOLD_MARGIN_MS,
    MACHINE_CHECKS_MAX_MS,
    MACHINE_CHECKS_MS,
    MINUTE_MS,
    OPENING_MS,
    RETRY_MAX_MS,
    RETRY_MS,
    UNSURE_MS,
)
from vendor_sim.kernel.problems import Code, Problem
from vendor_sim.machine.domain.charging import PAYER_CHECKS_MS, Charge, charge_of, known_charge
from vendor_sim.machine.domain.duties import Duty, duty_of
from vendor_sim.machine.domain.order import (
    DROP_EVENT,
    FORWARD,
    ORDER,
    Desk,
    Drop,
    Order,
    OrderEvent,
    OrderState,
    Standing,
)


@dataclass(frozen=True, slots=True)
class Report:
    """What the platform says about a payment, in no dialect.

    Attributes:
        intent_id: The platform's own id.
        order_id: Which order it says it collects for.
        version: Grows with every change at the platform.
        code: The text to show as a QR code.
        pay_until_ms: When the code dies.
        hold_until_ms: When a hold lets go by itself, None where nothing was held.
        attempt_state: ``declined`` or ``failed``, of the last attempt that came to nothing.
        attempt_reason: Why it failed, from the closed list of reasons.
        scanned: Some wallet has read the code, or a payer is asked for a word.
        charge: Which presented code of the order it is about; 0 is the code on the screen.
    """

    intent_id: str
    order_id: str
    standing: Standing
    amount_minor: int
    currency: str
    version: int
    code: str | None = None
    pay_until_ms: int | None = None
    hold_until_ms: int | None = None
    attempt_state: str | None = None
    attempt_reason: str | None = None
    scanned: bool = False
    charge: int = 0


@dataclass(frozen=True, slots=True)
class RefundReport:
    """What the platform says about a refund.

    Attributes:
        done: The payer has the money.
        failed: The platform gave up: the money is the merchant's again.
        stuck: The payer cannot be reached: it stays so until the merchant says where else the
            money is to go.
    """

    refund_id: str
    intent_id: str
    amount_minor: int
    currency: str
    done: bool
    failed: bool = False
    stuck: bool = False


_S, _E = OrderState, OrderEvent
_LOOKS = frozenset({Duty.AWAIT_PAYMENT, Duty.AWAIT_REFUND, Duty.AWAIT_STUCK_REFUND})
ON_REPORT = {
    (_S.OPENING, Standing.NEVER): _E.PLATFORM_REFUSED,
    (_S.OPENING, Standing.OPEN): _E.CODE_CAME,
    (_S.OPENING, Standing.HELD): _E.PAYMENT_CAME,
    (_S.OPENING, Standing.TAKEN): _E.PAYMENT_CAME,
    (_S.OPENING, Standing.VOIDED): _E.TIME_RAN_OUT,
    (_S.OPENING, Standing.CLOSED): _E.CANCELLED,
    (_S.OPENING, Standing.EXPIRED): _E.TIME_RAN_OUT,
    (_S.AWAITING_PAYMENT, Standing.HELD): _E.PAYMENT_CAME,
    (_S.AWAITING_PAYMENT, Standing.TAKEN): _E.PAYMENT_CAME,
    (_S.AWAITING_PAYMENT, Standing.VOIDED): _E.TIME_RAN_OUT,
    (_S.AWAITING_PAYMENT, Standing.CLOSED): _E.CANCELLED,
    (_S.AWAITING_PAYMENT, Standing.EXPIRED): _E.TIME_RAN_OUT,
    (_S.PAID, Standing.VOIDED): _E.HOLD_LAPSED,
}
"""What news of the payment means to the order; in any other pair it means nothing to its state."""
_PAID = frozenset({Standing.HELD, Standing.TAKEN})


def happen(order: Order, event: OrderEvent, now_ms: int) -> Order:
    """The order after an event.

    Raises:
        IllegalMoveError: The event cannot happen now.
    """
    state = ORDER.next(order.state, event)
    ended_at_ms = now_ms if state in ORDER.final else None
    return replace(order, state=state, ended_at_ms=ended_at_ms)


def mismatch(order: Order, report: Report) -> Problem | None:
    """Why a report, however well signed, is not about this order; None where it is."""
    if report.order_id != order.id or not _is_our_payment(order, report):
        return Problem(Code.WRONG_STATE, "the message is about another order", "order_ref")
    if report.currency != order.currency:
        wanted = f"the order is in {order.currency}, the message says {report.currency}"
        return Problem(Code.CURRENCY_MISMATCH, wanted, "currency")
    if report.amount_minor != order.amount_minor:
        wanted = f"the order is {order.amount_minor} minor units, not {report.amount_minor}"
        return Problem(Code.AMOUNT_CHANGED, wanted, "amount_minor")
    return None


def _is_our_payment(order: Order, report: Report) -> bool:
    if report.charge == known_charge(order):
        return order.intent_id in {None, report.intent_id}
    return report.charge == order.charges


def learn(order: Order, report: Report, now_ms: int) -> Order:
    """The order after the platform said how its payment stands. Old news changes nothing."""
    if report.charge < order.charges and report.standing not in _PAID:
        # The code on the screen is closed so that the presented one can be charged.
        return order
    order = _note(order, report)
    known = order.standing
    if known is not None and (known, report.standing) not in FORWARD:
        return order
    order = replace(order, standing=report.standing)
    event = ON_REPORT.get((order.state, report.standing))
    if event is not None:
        return happen(order, event, now_ms)
    if order.state is _S.UNSURE and order.desk is None and report.standing is Standing.VOIDED:
        return replace(order, desk=Desk.UNDECIDED)
    return order


def _note(order: Order, report: Report) -> Order:
    if report.version < order.intent_version:
        return order
    return replace(
        order,
        intent_id=report.intent_id,
        intent_version=report.version,
        code=report.code or order.code,
        pay_until_ms=report.pay_until_ms or order.pay_until_ms,
        hold_until_ms=report.hold_until_ms or order.hold_until_ms,
        attempt_state=report.attempt_state,
        attempt_reason=report.attempt_reason,
        scanned=report.scanned,
        presented=None,
        charges=report.charge,
    )


def never_opened(order: Order, now_ms: int) -> Order:
    """The order after the platform refused, for good, to collect for it."""
    if order.standing is not None:
        return order
    order = replace(order, standing=Standing.NEVER)
    event = ON_REPORT.get((order.state, Standing.NEVER))
    return order if event is None else happen(order, event, now_ms)


def start(order: Order, command_id: str, now_ms: int) -> Order:
    """The order once its one motor command is decided, or once it is too late to let goods go."""
    until_ms = order.hold_until_ms if order.standing is Standing.HELD else None
    if until_ms is not None and now_ms + HOLD_MARGIN_MS > until_ms:
        return happen(order, _E.HOLD_LAPSED, now_ms)
    return replace(happen(order, _E.MOTOR_STARTED, now_ms), command_id=command_id)


def see(order: Order, drop: Drop, now_ms: int) -> Order:
    """The order after the sensor had its say."""
    order = replace(happen(order, DROP_EVENT[drop], now_ms), drop=drop)
    if order.state is _S.UNSURE and order.standing is Standing.VOIDED:
        return replace(order, desk=Desk.UNDECIDED)
    return order


def may_decide(order: Order) -> bool:
    """Whether the desk still has something to say."""
    return order.state is _S.UNSURE and order.desk is None


def run_out(order: Order, now_ms: int) -> Order:
    """The order when its time is looked at: opened too long, or not paid in time."""
    if order.state is _S.OPENING and now_ms >= order.opened_at_ms + OPENING_MS:
        return happen(order, _E.PLATFORM_REFUSED, now_ms)
    until_ms = order.pay_until_ms
    if order.state is _S.AWAITING_PAYMENT and until_ms is not None and now_ms >= until_ms:
        return happen(order, _E.TIME_RAN_OUT, now_ms)
    return order


def first_due_ms(order: Order, now_ms: int, motor_ms: int) -> int:
    """When the present duty should first be attended to."""
    duty = duty_of(order)
    if duty in _LOOKS:
        return again_due_ms(order, 0, now_ms)
    if duty is Duty.WATCH_DROP:
        return now_ms + motor_ms
    if duty is Duty.ASK_DESK:
        return desk_until_ms(order) or now_ms
    if duty is Duty.REFUND_AGAIN:
        # The merchant's account was empty, or the like: a person must see to it first.
        return now_ms + min(MINUTE_MS << min(order.refunds_failed, 30), DAY_MS)
    return now_ms


_CHARGE_PAUSES_MS = {
    Charge.ASKED: PAYER_CHECKS_MS,
    # Nothing can be paid until another code comes; the end of the time to pay is sooner.
    Charge.FAILED: MACHINE_CHECKS_MAX_MS,
}


def again_due_ms(order: Order, attempts: int, now_ms: int) -> int:
    """When to try again after so many attempts that settled nothing: doubling, bounded."""
    duty, charge = duty_of(order), charge_of(order)
    if duty is Duty.AWAIT_PAYMENT and charge is not None:
        due_ms = now_ms + _CHARGE_PAUSES_MS[charge]
    elif duty in _LOOKS:
        due_ms = now_ms + min(MACHINE_CHECKS_MS << min(attempts, 30), MACHINE_CHECKS_MAX_MS)
    else:
        due_ms = now_ms + min(RETRY_MS << min(max(attempts - 1, 0), 30), RETRY_MAX_MS)
    if order.state is _S.OPENING:
        return max(now_ms, min(due_ms, order.opened_at_ms + OPENING_MS))
    if order.state is _S.AWAITING_PAYMENT and order.pay_until_ms is not None:
        return max(now_ms, min(due_ms, order.pay_until_ms))
    return due_ms


def desk_until_ms(order: Order) -> int | None:
    """How long the desk has to say whether the goods fell; None where that is not the question."""
    if not may_decide(order) or order.ended_at_ms is None:
        return None
    if order.standing is Standing.HELD and order.hold_until_ms is not None:
        return order.hold_until_ms
    return order.ended_at_ms + UNSURE_MS
