"""What a machine is and sells, and whether it may take an order now."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import (
    AMOUNT_MINOR_MAX,
    ID_CHARS_MAX,
    SLOTS_MAX,
    STOCK_MAX,
    TEXT_CHARS_MAX,
)
from vendor_sim.kernel.money import CURRENCIES
from vendor_sim.kernel.problems import Code, Problem
from vendor_sim.machine.domain.order import Takes

if TYPE_CHECKING:
    from collections.abc import Mapping

_ID = re.compile(rf"[A-Za-z0-9_.:-]{{1,{ID_CHARS_MAX}}}", re.ASCII)
_SLOT = re.compile(r"[A-Za-z0-9_-]{1,16}", re.ASCII)
RESERVED = frozenset({"operator", "hooks", "static", "look"})
"""Machine ids that are already other pages."""


@dataclass(frozen=True, slots=True)
class SlotSeed:
    """One slot of a machine as it is first loaded."""

    slot: str
    product: str
    price_minor: int
    stock: int


@dataclass(frozen=True, slots=True)
class MachineSeed:
    """A machine as it is first set up.

    Attributes:
        takes: ``hold`` (capture on release) or ``at_once`` (refund if nothing falls).
        merchant_id: Who it collects for.
        credentials: The merchant's keys at the platform, in the adapter's own form.
        hook_secrets: Any of them may have signed a notification.
        speaks: Which dialect its platform talks.
    """

    id: str
    name: str
    takes: str
    currency: str
    merchant_id: str
    credentials: str
    hook_secrets: tuple[str, ...]
    slots: tuple[SlotSeed, ...]
    speaks: str = "v1"


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a platform can do for a machine, whatever dialect it speaks.

    Attributes:
        holds: It can set money aside before it is taken.
        scanner: What a payer's code looks like that it can charge (a regular expression); None
            where it charges none.
        currencies: What it collects in.
    """

    holds: bool
    scanner: str | None
    currencies: frozenset[str]


NO_ABILITIES = Abilities(holds=True, scanner=None, currencies=frozenset(CURRENCIES))
"""Of a platform nobody knows: the dialect is what is refused then."""


def judge_machine(seed: MachineSeed, dialects: Mapping[str, Abilities]) -> Problem | None:
    """Why a machine cannot be set up like this; None where it can."""
    names = [slot.slot for slot in seed.slots]
    able = dialects.get(seed.speaks, NO_ABILITIES)
    collected = ", ".join(sorted(able.currencies))
    checks = (
        ("id", bool(_ID.fullmatch(seed.id)), "letters, digits, _.:-"),
        ("id", seed.id not in RESERVED, f"none of {', '.join(sorted(RESERVED))}"),
        ("name", 0 < len(seed.name) <= TEXT_CHARS_MAX, f"1 to {TEXT_CHARS_MAX} characters"),
        ("takes", seed.takes in set(Takes), "hold or at_once"),
        ("currency", seed.currency in CURRENCIES, f"one of {', '.join(CURRENCIES)}"),
        ("speaks", seed.speaks in dialects, f"one of {', '.join(sorted(dialects))}"),
        ("takes", able.holds or seed.takes != Takes.HOLD, f"at_once with {seed.speaks}"),
        ("currency", seed.currency in able.currencies, f"one of {collected}"),
        ("slots", 0 < len(names) <= SLOTS_MAX, f"1 to {SLOTS_MAX} slots"),
        ("slots", len(names) == len(set(names)), "each slot once"),
    )
    for where, good, wanted in checks:
        if not good:
            return Problem(Code.INVALID, f"{where} must be {wanted}", where)
    return next(filter(None, map(_judge_slot, seed.slots)), None)


def _judge_slot(slot: SlotSeed) -> Problem | None:
    if not _SLOT.fullmatch(slot.slot):
        return Problem(Code.INVALID, "a slot is 1 to 16 letters, digits, _ or -", "slots.slot")
    if not 0 < len(slot.product) <= TEXT_CHARS_MAX:
        wanted = f"a product has 1 to {TEXT_CHARS_MAX} characters"
        return Problem(Code.INVALID, wanted, "slots.product")
    return judge_stock(slot.stock) or judge_price(slot.price_minor)


def judge_stock(stock: int) -> Problem | None:
    """Why a slot cannot hold so many; None where it can."""
    if 0 <= stock <= STOCK_MAX:
        return None
    return Problem(Code.INVALID, f"a slot holds 0 to {STOCK_MAX}", "stock")


def judge_price(price_minor: int) -> Problem | None:
    """Why a price cannot be so high or low; None where it can."""
    if 0 < price_minor <= AMOUNT_MINOR_MAX:
        return None
    return Problem(Code.INVALID, f"a price is 1 to {AMOUNT_MINOR_MAX} minor units", "price_minor")


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a press meets.

    Attributes:
        available: Items in the slot that no open order may still need; None: no such slot.
        busy: Another customer's order runs.
        reachable: The platform answered when last asked.
    """

    available: int | None
    busy: bool
    reachable: bool


def judge_press(slot: str, readiness: Readiness) -> Problem | None:
    """Why no order can be opened now; None where one can. No code is shown before this."""
    if readiness.available is None:
        return Problem(Code.UNKNOWN_SLOT, f"this machine has no slot {slot[:16]!r}", "slot")
    if readiness.available <= 0:
        return Problem(Code.SOLD_OUT, f"{slot} is sold out", "slot")
    if readiness.busy:
        return Problem(Code.BUSY, "another order runs; wait for it or cancel it")
    if not readiness.reachable:
        return Problem(Code.NOT_READY, "the payment platform cannot be reached")
    return None
