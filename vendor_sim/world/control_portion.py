"""How much of a world a control plane has before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_sim.world.timekeeping import RealTime

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.machine.assembly import Machine
    from vendor_sim.payments.assembly import Payments
    from vendor_sim.world.driver import Driver
    from vendor_sim.world.keys import Keys
    from vendor_sim.world.recording import Recorder
    from vendor_sim.world.timekeeping import Timekeeping
    from wallet.assembly import Wallet

WHOLE = "whole"
"""What only a world with all three services can answer."""
EVERY = "every"
"""What each service can answer alone as well."""


@dataclass(frozen=True, slots=True)
class Portion:
    """One service of a world that is served alone: enough of a world for the calls about it.

    Attributes:
        clock, driver, keys: As of a whole world.
        machine, wallet, payments: The one service there is; None for the others.
        recorder: None: the whole of a world is recorded, or nothing.
        base_url: Where merchants reach it; None for the address at which they ask.
    """

    clock: Clock
    driver: Driver
    keys: Keys
    machine: Machine | None = None
    wallet: Wallet | None = None
    payments: Payments | None = None
    base_url: str | None = None
    recorder: Recorder | None = None

    @property
    def time(self) -> Timekeeping:
        """The clock of this process: it is like the others' as long as nobody steers any."""
        return RealTime(self.clock)

    def learn(self, more: Callable[[Keys], Keys]) -> None:
        """Nothing: what a service alone learns, its own database keeps, and it has no journal."""
