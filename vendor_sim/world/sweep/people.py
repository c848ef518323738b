"""Who takes part in a scenario: they do one thing after the other, and give up like people do."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar, cast

from vendor_sim.kernel.limits import SECOND_MS
from vendor_sim.kernel.problems import TRANSIENT, Code
from vendor_sim.world.simulate.hands import Hands

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.world.build import World
    from vendor_sim.world.driver import VirtualDriver
    from vendor_sim.world.simulate.hands import Tell

T = TypeVar("T")
PIN = "482913"
_PATIENCE_MS = 25 * SECOND_MS
_TRIES = 4
_AGAIN_MS = 3 * SECOND_MS


class LeftError(Exception):
    """Somebody gave up and went away, as people do: no failure of the run."""


class People:
    """Acts on a simulated world, and waits in its time.

    Args:
        world: Where.
        tell: Gets who acted, on which service, and what came of it.

    Attributes:
        refusals: What they were refused, by code.
        promised: How orders must end, as somebody was told.
    """

    def __init__(self, world: World, tell: Tell) -> None:
        self.refusals: Counter[str] = Counter()
        self.promised: list[str] = []
        self._driver = cast("VirtualDriver", world.driver)
        self._hands = Hands(world, tell, self._refused)

    def each(self, *parts: Callable[[], object]) -> None:
        """Let several do their part; who gives up keeps nobody else from it."""
        for part in parts:
            with suppress(LeftError):
                part()

    def wait(self, duration_ms: int) -> None:
        """Let time pass."""
        self._driver.advance(duration_ms)

    def wait_until(self, at_ms: int) -> None:
        """Come to an instant; what is due at it is not done yet."""
        ahead_ms = at_ms - self._hands.now_ms()
        if ahead_ms > 0:
            self._driver.advance(ahead_ms - 1)
            self._driver.jump(at_ms)

    # -- at the machine -----------------------------------------------------------------------
    def press(self, machine: str, slot: str) -> str:
        """Press a slot; the order's id."""
        return self._insist(lambda: self._hands.press("somebody", machine, slot))

    def code(self, order: str) -> str:
        """The code on the screen, once it is there."""
        seen = self._see(lambda: self._hands.order(order), "state", {"opening"})
        if seen["state"] != "awaiting_payment":
            raise LeftError(str(seen["state"]))
        return str(seen["code"])

    def code_on_the_wire(self, machine: str, order: str) -> str:
        """The code that is on its way to the screen, once the platform has made it."""
        return self._await(lambda: _there(self._hands.code_made(machine, order)))

    def cancel(self, machine: str) -> None:
        """Press cancel."""
        self._insist(lambda: self._hands.cancel("somebody", machine))

    def present(self, machine: str, digits: str) -> None:
        """Hold a payment code in front of the scanner."""
        self._insist(lambda: self._hands.present("somebody", machine, digits))

    def until(self, order: str, *, leaves: set[str]) -> str:
        """Look on while an order is in one of some states; the state that comes then."""
        return str(self._see(lambda: self._hands.order(order), "state", leaves)["state"])

    # -- with a phone -------------------------------------------------------------------------
    def read(self, wallet: str, code: str) -> str:
        """Scan a code; the scan's id once the wallet says what it costs."""
        scan = self._insist(lambda: self._hands.scan(wallet, wallet, code))
        seen = self._see(lambda: self._hands.scanned(scan), "state", {"reading"})
        if seen["state"] != "asking":
            raise LeftError(str(seen["state"]))
        return scan

    def pay_until_ms(self, scan: str) -> int:
        """When the code that was scanned dies."""
        seen = self._hands.scanned(scan)
        if isinstance(seen, Code):
            raise LeftError(seen.value)
        return int(seen["pay_until_ms"])

    def say_yes(self, scan: str) -> None:
        """Type the PIN."""
        self._insist(lambda: self._hands.approve("somebody", scan, PIN))

    def digits(self, wallet: str) -> str:
        """A payment code, once the wallet shows one."""
        self._insist(lambda: self._hands.ask_code(wallet, wallet))
        shown = self._await(lambda: self._shown(wallet))
        return shown["auth_code"]

    def asked(self, wallet: str) -> str:
        """The payment that waits for this payer's word, once there is one."""
        return self._await(lambda: _there(self._hands.asked(wallet)))

    # -- behind the counter -------------------------------------------------------------------
    def settle(self, order: str, *, released: bool) -> None:
        """Say whether the goods fell."""
        self._insist(lambda: self._hands.settle("the desk", order, released=released))
        self.promised.append("unsure: released" if released else "unsure: not released")

    def give_back(self, order: str, amount_minor: int) -> None:
        """Give money of an order back."""
        self._insist(lambda: self._hands.refund("the desk", order, amount_minor))

    def treat(self, mchid: str, wish: dict[str, str]) -> None:
        """Have the platform treat a WeChat Pay merchant as production might, from now on."""
        self._insist(lambda: self._hands.treat("the platform", mchid, dict(wish)))

    def _insist(self, act: Callable[[], T | Code]) -> T:
        """Do something, again if nobody was there, a few times."""
        for _ in range(_TRIES):
            came = act()
            if not isinstance(came, Code):
                return came
            if came not in TRANSIENT:
                raise LeftError(came.value)
            self.wait(_AGAIN_MS)
        raise LeftError("tired of trying")

    def _see(
        self, look: Callable[[], dict[str, object] | Code], name: str, passing: set[str]
    ) -> dict[str, object]:
        def there() -> dict[str, object] | None:
            seen = look()
            return None if isinstance(seen, Code) or seen[name] in passing else seen

        return self._await(there)

    def _await(self, there: Callable[[], T | None]) -> T:
        found = self._driver.until(there, _PATIENCE_MS)
        if found is None:
            raise LeftError("tired of waiting")
        return found

    def _shown(self, wallet: str) -> dict[str, str] | None:
        shown = self._hands.shown_code(wallet)
        return None if isinstance(shown, Code) else shown

    def _refused(self, code: Code) -> None:
        self.refusals[code.value] += 1


def _there(seen: str | Code | None) -> str | None:
    return None if isinstance(seen, Code) else seen
