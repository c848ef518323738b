"""What others may look at: every verb here reads, and none writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.limits import STATEMENT_ROWS_MAX
from vendor_sim.machine import store
from vendor_sim.machine.domain import OrderState
from vendor_sim.machine.service import keys, planogram, views
from vendor_sim.machine.service.changes import find_order

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.machine.domain import Abilities
    from vendor_sim.machine.service.keys import Credentials
    from vendor_sim.storage.database import Door


class Looking:
    """The verbs that only read.

    Args:
        door: The machine's database.
        clock: Says what time it is.
        dialects: Which platforms there are adapters for, and what each can do.
    """

    def __init__(self, door: Door, clock: Clock, dialects: Mapping[str, Abilities]) -> None:
        self._door = door
        self._clock = clock
        self._dialects = dialects

    def machines(self) -> list[dict[str, Any]]:
        """Every machine, as other tools rely on it."""
        return self._door.read(
            lambda cx: [views.machine_view(cx, one) for one in views.machine_ids(cx)]
        )

    def machine_view(self, machine_id: str) -> dict[str, Any]:
        """One machine, as other tools rely on it.

        Raises:
            Refused: ``not_found``.
        """
        return self._door.read(lambda cx: views.machine_view(cx, machine_id))

    def fronts(self) -> list[views.FrontView]:
        """What the front of every machine shows."""
        return self._door.read(
            lambda cx: [views.front_view(cx, one) for one in views.machine_ids(cx)]
        )

    def front(self, machine_id: str) -> views.FrontView:
        """What a machine's front shows.

        Raises:
            Refused: ``not_found``.
        """
        return self._door.read(lambda cx: views.front_view(cx, machine_id))

    def operator_view(self, limit: int) -> views.OperatorView:
        """Everything on the operator's page, with the newest orders."""
        return self._door.read(lambda cx: views.operator_view(cx, limit))

    def order(self, order_id: str) -> dict[str, Any]:
        """An order, as other tools rely on it.

        Raises:
            Refused: ``not_found``.
        """
        return self._door.read(lambda cx: views.order_view(find_order(cx, order_id)))

    def orders(self, machine_id: str | None, limit: int) -> list[dict[str, Any]]:
        """The newest orders, of one machine or of all."""
        most = min(limit, STATEMENT_ROWS_MAX)
        return self._door.read(
            lambda cx: [views.order_view(one) for one in store.orders(cx, machine_id, most)]
        )

    def states_of(self, order_id: str) -> list[str]:
        """Every state the order came to, oldest first."""
        return self._door.read(lambda cx: views.states_of(cx, order_id))

    def code_on_screen(self, machine_id: str) -> str | None:
        """The text of the code that customers can scan now, None where there is none.

        Raises:
            Refused: There is no such machine (``not_found``).
        """
        order = self.front(machine_id).order
        if order is None or order.state is not OrderState.AWAITING_PAYMENT:
            return None
        until_ms = order.pay_until_ms
        return order.code if until_ms is None or self._now() < until_ms else None

    def has_scanner(self, front: views.FrontView) -> bool:
        """Whether a machine's platform charges codes that customers present."""
        return self._dialects[front.speaks].scanner is not None

    def credentials(self, machine_id: str) -> Credentials:
        """How a machine reaches its platform.

        Raises:
            Refused: There is no such machine (``not_found``).
        """
        return self._door.read(lambda cx: keys.credentials(cx, machine_id))

    def platform_keys(self, machine_id: str) -> dict[str, str]:
        """What the platform told of the keys it signs with: PEM by name."""
        return self._door.read(lambda cx: keys.platform_keys(cx, machine_id))

    def hook_secrets(self, machine_id: str) -> tuple[str, ...]:
        """Secrets that may have signed a notification to this machine.

        Raises:
            Refused: There is no such machine (``not_found``).
        """
        return self._door.read(lambda cx: planogram.hook_secrets(cx, machine_id))

    def _now(self) -> int:
        return self._clock.now_ms()
