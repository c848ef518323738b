"""Orders in every state they can be in."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from vendor_sim.machine.domain import (
    Desk,
    Order,
    OrderEvent,
    OrderState,
    Report,
    Standing,
    Takes,
)

S, E = OrderState, OrderEvent
NOW = 1_000_000
BASE = Order("ord_1", "lobby", "B4", "Cola", 350, "CNY", Takes.HOLD, NOW)
PAID = {S.PAID, S.RELEASING, S.RELEASED, S.NOT_RELEASED, S.UNSURE}
MONEY = {Standing.HELD, Standing.TAKEN, Standing.VOIDED}
FACTS = [
    replace(BASE, state=state, standing=standing, desk=desk, refund_asked_minor=a, refunded_minor=r)
    for state, standing, desk, (a, r) in product(
        S, [None, *Standing], [None, *Desk], [(0, 0), (100, 100), (350, 0), (350, 350)]
    )
    if (desk is None or state is S.UNSURE) and (state not in PAID or standing in MONEY)
]
FINAL = {S.RELEASED, S.NOT_RELEASED, S.UNSURE, S.CANCELLED, S.EXPIRED, S.REFUSED}


def report(standing, **changes):
    made = Report("in_1", "ord_1", standing, 350, "CNY", version=1, code="code", pay_until_ms=NOW)
    return replace(made, **changes)
