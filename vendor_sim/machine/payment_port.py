"""What a machine needs of any payment platform. Each dialect has an adapter; nobody else knows it.

Every verb may be made again, with the same effect as once. An answer is a report in the domain's
words; :class:`Refused` is the platform's no; ``NoAnswer`` means that nobody knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from vendor_sim.machine.domain import Drop, Order, RefundReport, Report


class PaymentPort(Protocol):
    """A merchant's side of a payment platform.

    Every verb raises ``Refused`` or ``NoAnswer``; the order says which payment is meant.
    """

    def ask(self, order: Order) -> Report:
        """Collect for this order; the report brings the code to show."""
        ...

    def look(self, order: Order) -> Report:
        """How does the payment stand?"""
        ...

    def close(self, order: Order) -> Report:
        """Stop collecting; refused where somebody paid."""
        ...

    def charge(self, order: Order) -> Report:
        """Charge the code the customer presents; the one on the screen is closed first.

        An attempt that came to nothing is a report too, with ``attempt_state`` ``failed``.
        Refused (``wrong_state``) where the platform charges no such codes.
        """
        ...

    def capture(self, order: Order) -> Report:
        """Take what is held."""
        ...

    def void(self, order: Order) -> Report:
        """Let go of what is held."""
        ...

    def refund(self, order: Order, amount_minor: int) -> RefundReport:
        """Give back this much of what was taken."""
        ...

    def look_at_refund(self, order: Order, refund_id: str) -> RefundReport:
        """How does a refund stand?"""
        ...

    def refunds(self, order: Order) -> list[RefundReport]:
        """What was given back so far, whoever asked for it, as far as the platform tells."""
        ...

    def fulfil(self, order: Order, drop: Drop) -> None:
        """Tell the payer what became of the goods."""
        ...

    def renew_keys(self) -> None:
        """Ask the platform for the keys it signs with, and keep them."""
        ...

    def reachable(self) -> bool:
        """Does the platform answer at all? Never raises."""
        ...

    def close_connections(self) -> None:
        """Let go of the connections."""
        ...
