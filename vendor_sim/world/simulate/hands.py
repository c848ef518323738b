"""What people do in a simulated world: straight into the services, and nobody waits.

Whoever is refused, or finds a service dark, is told so by a code. That is no failure of the run: it
is what the faults are for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.payments.domain import Role
from vendor_sim.world import acts
from vendor_sim.world.plan import merchant_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.world.build import World

    Tell = Callable[[str, str, str], None]

T = TypeVar("T")


class Hands:
    """Acts on the services of a world.

    Args:
        world: Whose services.
        tell: Gets who acted, on which service, and what came of it.
        refused: Gets the code of each refusal.
    """

    def __init__(self, world: World, tell: Tell, refused: Callable[[Code], None]) -> None:
        self._world = world
        self._tell = tell
        self._refused = refused

    def now_ms(self) -> int:
        """What time it is."""
        return self._world.clock.now_ms()

    # -- at the machine -----------------------------------------------------------------------
    def press(self, who: str, machine: str, slot: str) -> str | Code:
        """Press a slot; the order's id."""
        return self._act(
            *(who, "machine", f"presses {slot} of {machine}"),
            lambda: self._world.machine.service.press(machine, slot),
        )

    def cancel(self, who: str, machine: str) -> str | Code:
        """Press cancel; the id of the order that was called off."""
        return self._act(
            *(who, "machine", f"cancels at {machine}"),
            lambda: self._world.machine.service.cancel(machine),
        )

    def present(self, who: str, machine: str, auth_code: str) -> str | Code:
        """Hold a payment code in front of the scanner; the order's id."""
        return self._act(
            *(who, "machine", f"shows {machine} a payment code"),
            lambda: self._world.machine.service.present(machine, auth_code),
        )

    def order(self, order_id: str) -> dict[str, Any] | Code:
        """Look how an order stands."""
        return self._look(lambda: self._world.machine.service.order(order_id))

    def code_made(self, machine: str, order_id: str) -> str | Code | None:
        """The code the platform made for an order, whether or not the machine has heard of it."""
        service = self._world.payments.service

        def look() -> str | None:
            merchant = service.parties.get(Role.MERCHANT, merchant_of(machine))
            made = service.collecting.of_order(merchant, order_id)
            return str(made[0]["code"]) if made else None

        return self._look(look)

    # -- with a phone -------------------------------------------------------------------------
    def scan(self, who: str, wallet: str, code: str) -> str | Code:
        """Scan a code; the scan's id."""
        return self._act(
            *(who, "wallet", f"scans with {wallet}"),
            lambda: self._world.wallet.service.begin_scan(wallet, code),
        )

    def scanned(self, scan_id: str) -> dict[str, Any] | Code:
        """Look how a scan stands."""
        return self._look(lambda: self._world.wallet.service.scan(scan_id))

    def approve(self, who: str, scan_id: str, pin: str) -> Code | None:
        """Say yes with a PIN; None where the yes was taken down."""

        def yes() -> Code | None:
            problem = self._world.wallet.service.approve(scan_id, pin)
            return None if problem is None else problem.code

        return self._act(who, "wallet", "says yes", yes)

    def decline(self, who: str, scan_id: str) -> Code | None:
        """Say no."""
        decline = self._world.wallet.service.decline
        return self._act(who, "wallet", "says no", lambda: decline(scan_id))

    def ask_code(self, who: str, wallet: str) -> dict[str, Any] | Code:
        """Have a wallet show its payment code; its digits come later."""
        return self._act(
            *(who, "wallet", f"wants a payment code of {wallet}"),
            lambda: self._world.wallet.service.payment_code(wallet),
        )

    def shown_code(self, wallet: str) -> dict[str, str] | Code | None:
        """The payment code that a wallet shows now; None before there is one."""
        service = self._world.wallet.service
        return self._look(lambda: service.payment_code_view(wallet))

    def asked(self, wallet: str) -> str | Code | None:
        """The scan of a till that waits for this payer's word; None where none does."""
        service = self._world.wallet.service
        return self._look(lambda: service.waiting_confirmation(wallet))

    # -- behind the counter -------------------------------------------------------------------
    def load(self, who: str, machine: str, slot: str, stock: int, price_minor: int) -> Code | None:
        """Load a slot, and price it."""

        def load() -> None:
            self._world.machine.service.set_stock(machine, slot, stock, price_minor)

        return self._act(
            *(who, "machine", f"loads {slot} of {machine} with {stock} at {price_minor}"), load
        )

    def settle(self, who: str, order_id: str, *, released: bool) -> dict[str, Any] | Code:
        """Say at the desk whether the goods fell."""
        word = "did" if released else "did not"
        return self._act(
            *(who, "machine", f"says that {order_id} {word} fall"),
            lambda: self._world.machine.service.settle_unsure(order_id, released=released),
        )

    def refund(self, who: str, order_id: str, amount_minor: int) -> str | Code:
        """Have the merchant give money back; the refund's id."""
        return self._act(
            *(who, "ledger", f"gives {amount_minor} of {order_id} back"),
            lambda: acts.refund(self._world, order_id, amount_minor),
        )

    def treat(self, who: str, mchid: str, wish: dict[str, Any]) -> dict[str, Any] | Code:
        """Have the platform treat a WeChat Pay merchant as production might."""
        return self._act(
            *(who, "ledger", f"treats {mchid} so: {wish}"),
            lambda: self._world.payments.wechat.behaving.wish(mchid, wish),
        )

    def _act(self, who: str, service: str, what: str, act: Callable[[], T]) -> T | Code:
        came = self._look(act)
        if isinstance(came, Code):
            self._refused(came)
        self._tell(who, service, f"{what}{_said(came)}")
        return came

    def _look(self, act: Callable[[], T]) -> T | Code:
        try:
            return act()
        except Refused as refusal:
            return refusal.problem.code


def _said(came: object) -> str:
    if came is None or isinstance(came, dict):
        return ""
    return f": {came}"
