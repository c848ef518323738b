"""Whoever is behind the counter: gives money back, settles what nobody saw, loads the machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import MINUTE_MS, SECOND_MS
from vendor_sim.kernel.problems import Code
from vendor_sim.world.simulate.choices import Choices
from vendor_sim.world.simulate.customers import GAP_MS
from vendor_sim.world.simulate.town import MACHINES, TRACK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_sim.world.simulate.agenda import Script
    from vendor_sim.world.simulate.customers import Customer
    from vendor_sim.world.simulate.hands import Hands

ROUND_EVERY = 5
"""A round of the machines for every so many customers."""
_WISHES = (
    *({"refund": "abnormal"}, {"refund": "closed"}, {"notify": "late"}, {"notify": "twice"}),
    *({"notify": "reordered"}, {"notify": "signtest"}, {"notify": "lost", "times": 2}),
    *({"answer": "SYSTEM_ERROR", "times": 2}, {"answer": "accepted", "times": 1}),
    *({"key": "rollover"}, {"key": "switching"}),
)
_NORMAL: dict[str, str] = {}


def aftermath(one: Customer, hands: Hands, order: str) -> Script:
    """What the staff does about an order: its desk, and refunds in parts."""
    yield one.pause_ms("served", 10 * SECOND_MS, 3 * MINUTE_MS)
    seen = hands.order(order)
    if isinstance(seen, Code):
        return
    if seen["state"] == "unsure":
        yield from _desk(one, hands, order)
    elif one.choices.happens("wants money back", 0.25):
        yield from _refunds(one, hands, order, int(seen["amount_minor"]))


def _desk(one: Customer, hands: Hands, order: str) -> Script:
    if one.choices.happens("never told", 0.4):
        return
    yield one.pause_ms("waits for the desk", SECOND_MS, 20 * MINUTE_MS)
    hands.settle(f"desk of {one.name}", order, released=one.choices.happens("it fell", 0.5))


def _refunds(one: Customer, hands: Hands, order: str, amount_minor: int) -> Script:
    """Some of it, then some more, which may be more than is left."""
    for number in range(one.choices.between("parts", 1, 3)):
        part_minor = one.choices.between(f"part {number}", 1, amount_minor)
        hands.refund(f"desk of {one.name}", order, part_minor)
        yield one.pause_ms(f"between parts {number}", 1, 30 * SECOND_MS)


def rounds(seed: int | str, last_customer: int) -> Iterator[Round]:
    """Every round up to the last customer's arrival, the same whoever else comes."""
    for number in range(last_customer // ROUND_EVERY + 1):
        yield Round(seed, number)


class Round:
    """One round of the machines: load a slot, price it, and sometimes vex the platform.

    Args:
        seed: Of the run.
        number: From 0; the name of every choice begins with it.
    """

    def __init__(self, seed: int | str, number: int) -> None:
        self.name = f"round {number}"
        self._choices = Choices(seed, self.name)
        self.begins_ms = ROUND_EVERY * GAP_MS * number + self._choices.between("begins", 0, GAP_MS)

    def script(self, hands: Hands) -> Script:
        """What happens on this round."""
        machine = self._choices.one_of("machine", MACHINES)
        slot = self._choices.one_of("slot", machine.slots)
        price_minor = slot.price_minor
        if self._choices.happens("reprices", 0.4):
            price_minor += self._choices.between("price", -9, 40)
        hands.load(
            self.name, machine.id, slot.slot, self._choices.between("stock", 0, 9), price_minor
        )
        if self._choices.happens("vexes", 0.4):
            hands.treat(self.name, TRACK.merchant_id, self._choices.one_of("wish", _WISHES))
            yield self._choices.between("for", 5 * SECOND_MS, 2 * MINUTE_MS)
            hands.treat(self.name, TRACK.merchant_id, dict(_NORMAL))
