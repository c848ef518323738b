"""What people and testers do in a world: they put a wish into a service and wait on the driver.

No call here holds a service's thread or its writer while it waits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.ids import new_id
from vendor_sim.kernel.limits import SECOND_MS, WAIT_MAX_MS
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.world.sales import sale_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.kernel.problems import Problem
    from vendor_sim.world.build import World
    from vendor_sim.world.control_portion import Portion

DONE = "done"
_ASKED_WITHIN_MS = 15 * SECOND_MS
"""A machine's question reaches a wallet that shows its code within seconds, or not at all."""
_PASSED: dict[str, frozenset[str]] = {
    "opening": frozenset(
        {
            *("opening", "awaiting_payment", "paid", "releasing", "released", "not_released"),
            *("unsure", "cancelled", "expired", "refused"),
        }
    ),
    "awaiting_payment": frozenset(
        {
            *("awaiting_payment", "paid", "releasing", "released", "not_released", "unsure"),
            *("cancelled", "expired"),
        }
    ),
    "paid": frozenset({"paid", "releasing", "released", "not_released", "unsure"}),
    "releasing": frozenset({"releasing", "released", "not_released", "unsure"}),
}
"""In which states another was reached or passed; of the others there is no way on."""
STATES = (*_PASSED, "released", "not_released", "unsure", "cancelled", "expired", "refused")
_READ = frozenset({"asking", "refused"})
_ANSWERED = frozenset({"paid", "returned", "refused", "unanswered"})


def order(
    world: World, order_id: str, wait_for: str | None = None, timeout_ms: int = 0
) -> dict[str, Any]:
    """An order; with ``wait_for`` once that state was reached or passed, or it is ``done``.

    Where the time ran out it says ``"timed_out": true`` and how the order stands.

    Raises:
        Refused: ``not_found``.
    """

    def now() -> dict[str, Any]:
        return world.machine.service.order(order_id)

    def there() -> dict[str, Any] | None:
        found = now()
        return found if wait_for is None or reached(found, wait_for) else None

    found = there() or world.driver.until(there, timeout_ms)
    return {**now(), "timed_out": True} if found is None else found


def reached(found: dict[str, Any], wanted: str) -> bool:
    """Whether an order reached or passed a state."""
    if wanted == DONE:
        return bool(found["done"])
    return found["state"] in _PASSED.get(wanted, {wanted})


def pay(world: World, wallet_id: str, code: str, pin: str | None = None) -> dict[str, Any]:
    """Scan a code, say yes, and wait for the platform's word, as a person would.

    Args:
        world: Where.
        wallet_id: Who pays.
        code: What the code says.
        pin: None takes the wallet's own.

    Raises:
        Refused: ``not_found``, or ``invalid`` where the wallet's own PIN is not known here.
    """
    pin = pin if pin is not None else _own_pin(world, wallet_id)
    scan_id, read = _scan(world, wallet_id, code)
    if read["state"] != "asking":
        return _no(read["reason"])
    return _approve(world, scan_id, pin)


def scan(world: World, wallet_id: str, code: str) -> dict[str, Any]:
    """Scan a code and look what it asks for; nothing is said to it yet.

    Raises:
        Refused: ``not_found``.
    """
    _, read = _scan(world, wallet_id, code)
    shown = ("state", "reason", "amount_minor", "currency", "merchant_name")
    return {name: read.get(name) for name in shown}


def decline(world: World, wallet_id: str, code: str | None = None) -> dict[str, Any]:
    """Scan a code and say no; without one, say no to the payment that waits for that word.

    Raises:
        Refused: ``not_found``; ``wrong_state`` where nothing came that waits for the payer's word.
    """
    if code is None:
        scan_id = _asked(world, wallet_id)
    else:
        scan_id, read = _scan(world, wallet_id, code)
        if read["state"] != "asking":
            return _no(read["reason"])
    world.wallet.service.decline(scan_id)
    world.driver.wake()
    return {"state": "declined"}


def payment_code(world: World, wallet_id: str) -> dict[str, Any]:
    """Have a wallet show its payment code, one that can be used, and wait until there is one.

    Raises:
        Refused: ``not_found``, or ``unavailable`` where the platform gave none.
    """
    shown = _shown(world, wallet_id, None)
    if _is_spent(world, shown["auth_code"]):  # the wallet hears of it within a second
        shown = _shown(world, wallet_id, shown["auth_code"])
    return shown


def confirm(world: World, wallet_id: str, pin: str | None = None) -> dict[str, Any]:
    """Say yes to the payment that a machine asked for, once the wallet has fetched the question.

    Args:
        world: Where.
        wallet_id: Who is asked.
        pin: None takes the wallet's own.

    Raises:
        Refused: ``not_found``; ``wrong_state`` where nothing came that waits for the payer's word;
            ``invalid`` where the wallet's own PIN is not known here.
    """
    pin = pin if pin is not None else _own_pin(world, wallet_id)
    return _approve(world, _asked(world, wallet_id), pin)


def refund(world: World, order_id: str, amount_minor: int) -> str:
    """Have the merchant give money of an order back; returns the refund's id.

    Raises:
        Refused: ``not_found``, ``wrong_state`` where nothing was taken, or ``over_refund``.
    """
    sale = sale_of(world.doors.machine, order_id)
    key = new_id(world.ids, "idem")
    refund_id = world.payments.service.refund_for_order(
        sale.merchant_id, sale.order_ref, amount_minor, key
    )
    world.driver.wake()
    return refund_id


def _approve(world: World, scan_id: str, pin: str) -> dict[str, Any]:
    problem = world.wallet.service.approve(scan_id, pin)
    if problem is not None:
        return _no(_reason(problem))
    world.driver.wake()
    answered = _scan_in(world, scan_id, _ANSWERED)
    if answered["state"] in {"paid", "returned"}:
        return {"state": "paid", "reason": None}
    return _no(answered["reason"])


def _asked(world: World, wallet_id: str) -> str:
    def there() -> str | None:
        newest = world.wallet.service.history(wallet_id, limit=1)
        scanned = (one["id"] for one in newest if one["state"] == "asking")
        return world.wallet.service.waiting_confirmation(wallet_id) or next(scanned, None)

    scan_id = there() or world.driver.until(there, _ASKED_WITHIN_MS)
    if scan_id is None:
        raise Refused(Code.WRONG_STATE, "no payment waits for this wallet's word")
    return scan_id


def _own_pin(world: World, wallet_id: str) -> str:
    world.wallet.service.wallet(wallet_id)
    pin = world.keys.pins.get(wallet_id)
    if pin is None:
        raise Refused(Code.INVALID, "this wallet's PIN is known to its owner only; give it", "pin")
    return pin


def _scan(world: World, wallet_id: str, code: str) -> tuple[str, dict[str, Any]]:
    scan_id = world.wallet.service.begin_scan(wallet_id, code)
    world.driver.wake()
    return scan_id, _scan_in(world, scan_id, _READ)


def _scan_in(world: World, scan_id: str, states: frozenset[str]) -> dict[str, Any]:
    def there() -> dict[str, Any] | None:
        found = world.wallet.service.scan(scan_id)
        return found if found["state"] in states else None

    return wait(world, there) or {"state": "refused", "reason": Code.UNAVAILABLE.value}


def _shown(world: World, wallet_id: str, spent: str | None) -> dict[str, str]:
    service = world.wallet.service

    def there() -> dict[str, str] | None:
        # What came of the code before may be told while this one is on its way, and is shown then.
        if service.code_page(wallet_id)["shown"] == "outcome":
            ask()
        return service.payment_code_view(wallet_id)

    def ask() -> None:
        service.payment_code(wallet_id, spent=spent)
        world.driver.wake()

    ask()
    shown = wait(world, there)
    if shown is None:
        raise Refused(Code.UNAVAILABLE, "the payment service gave no payment code")
    return shown


def _is_spent(world: World | Portion, auth_code: str) -> bool:
    """Whether a payment code was used, as far as this part of a world can know."""
    return world.payments is not None and world.payments.service.presenting.is_used(auth_code)


def wait(world: World, there: Callable[[], dict[str, Any] | None]) -> dict[str, Any] | None:
    """Wait for something for as long as any call may."""
    return there() or world.driver.until(there, WAIT_MAX_MS)


def _no(reason: str | None) -> dict[str, Any]:
    return {"state": "refused", "reason": reason or Code.UNAVAILABLE.value}


def _reason(problem: Problem) -> str:
    if problem.code in {Code.WRONG_PIN, Code.PIN_LOCKED, Code.EXPIRED}:
        return problem.code.value
    raise Refused(problem.code, problem.detail, problem.where)
