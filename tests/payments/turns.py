"""All turns of a platform, one after the other, as the virtual driver takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vendor_sim.payments.assembly import Payments
    from vendor_sim.payments.outbound import Courier, Outbound
    from vendor_sim.world.driver import Outbound as Turn


class Turns:
    """What is due by time, then each courier.

    Args:
        outbound: Does what is due by time.
        couriers: Deliver notices.
    """

    def __init__(self, outbound: Outbound, couriers: Iterable[Courier]) -> None:
        self.couriers = tuple(couriers)
        self._turns: tuple[Turn, ...] = (outbound, *self.couriers)

    @classmethod
    def of(cls, payments: Payments) -> Turns:
        return cls(payments.outbound, payments.couriers)

    def tick(self, now_ms: int) -> int:
        return sum(one.tick(now_ms) for one in self._turns)

    def next_due_ms(self, *, resting: bool = False) -> int | None:
        dues = [one.next_due_ms(resting=resting) for one in self._turns]
        return min((due for due in dues if due is not None), default=None)

    def close(self) -> None:
        for courier in self.couriers:
            courier.close()
