"""A code that the customer holds in front of the machine's scanner, instead of reading ours."""

from __future__ import annotations

import re
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import SECOND_MS
from vendor_sim.kernel.problems import Code, Problem
from vendor_sim.machine.domain.order import Order, OrderState

if TYPE_CHECKING:
    from vendor_sim.machine.domain.planogram import Abilities

PAYER_CHECKS_MS = 5 * SECOND_MS
"""While the payer is asked for a word, the machine looks this often: somebody stands there."""
_BETWEEN_DIGITS = re.compile("[\\s\u200b\u2060\ufeff\\-\u2010-\u2015\u2212]+")


class Charge(StrEnum):
    """How the charge of a presented code stands."""

    SENDING = "sending"
    """Nobody knows yet what the platform says to it."""
    ASKED = "asked"
    """The platform asks the payer for a word."""
    FAILED = "failed"
    """It came to nothing; another code may be presented."""


def charge_of(order: Order) -> Charge | None:
    """How the charge of a presented code stands; None where none was presented."""
    if order.presented is not None:
        return Charge.SENDING
    if not order.charges:
        return None
    return Charge.FAILED if order.attempt_state else Charge.ASKED


def known_charge(order: Order) -> int:
    """Which charge the known intent belongs to; 0 is the code on the screen."""
    return order.charges - (order.presented is not None)


def read_code(text: str) -> str:
    """The code that a scanner, or a person at its keys, means: blanks and dashes are no part of it.

    People write the digits in groups, and what they copy may part them by any blank there is.
    """
    return _BETWEEN_DIGITS.sub("", text)


def judge_presented(
    order: Order | None, text: str, abilities: Abilities, now_ms: int
) -> Problem | None:
    """Why a code cannot be charged for this order now; None where it can.

    Args:
        order: The machine's newest order.
        text: The code that the scanner read.
        abilities: What the machine's platform can do.
        now_ms: When it was read.
    """
    if abilities.scanner is None:
        return Problem(Code.WRONG_STATE, "no scanner: this machine's platform takes no codes")
    if not re.fullmatch(abilities.scanner, text, re.ASCII):
        return Problem(Code.INVALID, "that is no payment code", "auth_code")
    if order is None or order.state is not OrderState.AWAITING_PAYMENT:
        return Problem(Code.WRONG_STATE, "nothing waits to be paid for")
    if order.pay_until_ms is not None and now_ms >= order.pay_until_ms:
        return Problem(Code.WRONG_STATE, "the time to pay is over")
    if charge_of(order) in {Charge.SENDING, Charge.ASKED}:
        return Problem(Code.WRONG_STATE, "a code was presented already; the payer has the word")
    return None


def present(order: Order, text: str, now_ms: int) -> Order:
    """The order with a code to charge; the one on the screen is gone from now on."""
    return replace(
        order,
        presented=text,
        presented_at_ms=now_ms,
        charges=order.charges + 1,
        code=None,
        scanned=False,
        attempt_state=None,
        attempt_reason=None,
    )
