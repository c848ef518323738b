"""What customers do in a race, with their wallets and at the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import SECOND_MS
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.world import acts

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.world.races.cast import Cast

_PATIENCE_MS = 15 * SECOND_MS
_SCREEN = ""
"""Under this the code on the screen is kept among the codes: no wallet has such an id."""


def keep_code(cast: Cast) -> str:
    """The code on the machine's screen; remembered after it is gone.

    Raises:
        Refused: There is none (``wrong_state``).
    """
    if _SCREEN not in cast.codes:
        code = acts.order(cast.world, cast.order, "awaiting_payment", _PATIENCE_MS)["code"]
        if code is None:
            raise Refused(Code.WRONG_STATE, "the machine shows no code to race for")
        cast.codes[_SCREEN] = code
    return cast.codes[_SCREEN]


def read(cast: Cast, place: int) -> None:
    """Have somebody's wallet read the code, up to where it asks for a yes."""
    wallet = cast.payer(place)
    service = cast.world.wallet.service
    scan_id = service.begin_scan(wallet, keep_code(cast))

    def asked() -> bool | None:
        return service.scan(scan_id)["state"] != "reading" or None

    cast.world.driver.until(asked, _PATIENCE_MS)
    cast.scans[wallet] = scan_id


def say_yes(cast: Cast, place: int) -> None:
    """Approve with the right PIN; too late is too late."""
    wallet = cast.payer(place)
    pin = cast.world.keys.pins[wallet]

    def approve() -> None:
        problem = cast.world.wallet.service.approve(cast.scans[wallet], pin)
        if problem is not None:
            raise Refused(problem.code, problem.detail, problem.where)

    cast.refusable(approve)


def authorise(event: str, place: int) -> tuple[Callable[[Cast], None], ...]:
    """The yes travels to the platform, and the answer back."""

    def asks(cast: Cast) -> None:
        cast.ask(event, "wallet", ("authorise",), _about(cast, place))

    return asks, lambda cast: cast.hear(event)


def scan(cast: Cast) -> None:
    """Another customer reads the code that was on the screen."""
    wallet = cast.payer(1)
    cast.scans[wallet] = cast.world.wallet.service.begin_scan(wallet, keep_code(cast))


def resolve(cast: Cast) -> None:
    """The wallet asks the platform what the code is for."""
    cast.work("wallet", ("resolve",), _about(cast, 1))


def say_no(cast: Cast) -> None:
    """Another customer declines."""
    scan_id = cast.scans[cast.payer(1)]
    cast.refusable(lambda: cast.world.wallet.service.decline(scan_id))


def send_no(cast: Cast) -> None:
    """The wallet tells the platform."""
    cast.work("wallet", ("decline",), _about(cast, 1))


def show_code(cast: Cast) -> None:
    """Have the customer's wallet show a payment code."""
    wallet = cast.payer(0)
    cast.codes[wallet] = acts.payment_code(cast.world, wallet)["auth_code"]


def present(cast: Cast) -> None:
    """Hold the payment code in front of the scanner; the machine may refuse."""
    code = cast.codes[cast.payer(0)]
    cast.refusable(lambda: cast.world.machine.service.present(cast.machine, code))


def cancel(cast: Cast) -> None:
    """Press cancel; the machine may refuse."""
    cast.refusable(lambda: cast.world.machine.service.cancel(cast.machine))


def _about(cast: Cast, place: int) -> dict[str, str]:
    """What the work of somebody's wallet is about: their scan of the code."""
    return {"scan": cast.scans[cast.payer(place)]}
