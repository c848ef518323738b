"""What a wallet decides about PINs and about its copy of the balance."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vendor_sim.kernel.limits import PIN_ATTEMPTS_MAX, PIN_LOCK_MS, SECOND_MS
from vendor_sim.kernel.problems import Code, Problem


@dataclass(frozen=True, slots=True)
class Wallet:
    """One person's wallet. Amounts are minor units of its currency.

    Attributes:
        account: The payer account at the platform; None until it is open.
        account_key: The idempotency key of opening it, stored before anything was sent.
        opening_minor: Demo money it starts with.
        ready: Whether the account is open and holds the demo money.
        balance_minor, held_minor: A copy of what the platform said at ``balance_at_ms``.
        pin_hash: Never the PIN.
        pin_digits: How many dots its owner's PIN pad shows.
        wrong_pins: Wrong ones in a row.
    """

    id: str
    name: str
    currency: str
    account: str | None
    account_key: str
    opening_minor: int
    ready: bool
    balance_minor: int
    held_minor: int
    balance_at_ms: int
    pin_hash: str
    pin_digits: int
    wrong_pins: int
    locked_until_ms: int | None
    opened_at_ms: int


# -- the PIN ----------------------------------------------------------------------------------
def locked(wallet: Wallet, now_ms: int) -> Problem | None:
    """Whether too many wrong PINs were tried just now."""
    if wallet.locked_until_ms is None or now_ms >= wallet.locked_until_ms:
        return None
    seconds = -(-(wallet.locked_until_ms - now_ms) // SECOND_MS)
    return Problem(Code.PIN_LOCKED, f"too many wrong PINs; try again in {seconds} s", "pin")


def pin_tried(wallet: Wallet, now_ms: int, *, right: bool) -> tuple[Wallet, Problem | None]:
    """The wallet after a PIN was tried, and what to say. While locked, the right one is wrong."""
    problem = locked(wallet, now_ms)
    if problem is not None:
        return wallet, problem
    if right:
        return replace(wallet, wrong_pins=0, locked_until_ms=None), None
    wrong_pins = wallet.wrong_pins + 1
    if wrong_pins < PIN_ATTEMPTS_MAX:
        left = PIN_ATTEMPTS_MAX - wrong_pins
        problem = Problem(Code.WRONG_PIN, f"that is not the PIN; tries left: {left}", "pin")
        return replace(wallet, wrong_pins=wrong_pins), problem
    wallet = replace(wallet, wrong_pins=0, locked_until_ms=now_ms + PIN_LOCK_MS)
    return wallet, locked(wallet, now_ms)


# -- the balance ------------------------------------------------------------------------------
def balance_told(wallet: Wallet, balance_minor: int, held_minor: int, at_ms: int) -> Wallet:
    """The copy of the balance after the platform told it, as it stood at ``at_ms``."""
    if at_ms < wallet.balance_at_ms:
        return wallet
    return replace(wallet, balance_minor=balance_minor, held_minor=held_minor, balance_at_ms=at_ms)


def balance_in_doubt(wallet: Wallet, at_ms: int) -> bool:
    """Whether news of this instant may be older than what is known, so that it pays to ask."""
    return at_ms <= wallet.balance_at_ms
