"""The port's adapter for the ledger service's own ``/v1``."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from vendor_sim.kernel.limits import PAY_WITHIN_MS
from vendor_sim.kernel.money import CURRENCIES
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.machine.domain import Abilities
from vendor_sim.machine.reports_v1 import refund_report_of, refund_reports_of, report_of
from vendor_sim.wire.clients import PaymentsClient
from vendor_sim.wire.http import Http, NoAnswer

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.machine.domain import Drop, Order, RefundReport, Report
    from vendor_sim.machine.service import Credentials
    from vendor_sim.wire.http import Transport
    from vendor_sim.wire.schemas import IntentView

V = TypeVar("V")
R = TypeVar("R")
ABILITIES = Abilities(holds=True, scanner=None, currencies=frozenset(CURRENCIES))


class PaymentsV1:
    """A merchant of the ledger service.

    Args:
        base_url: Where the ledger service is.
        credentials: The machine's merchant key.
        transport: What carries the requests.
    """

    def __init__(self, base_url: str, credentials: Credentials, transport: Transport) -> None:
        self._client = PaymentsClient(base_url, credentials.credentials, transport)
        self._http = Http(base_url, transport, {})

    def ask(self, order: Order) -> Report:
        """Collect for this order; its id is the idempotency key, so asking twice is asking once."""
        body = {
            "order_ref": order.id,
            "amount_minor": order.amount_minor,
            "currency": order.currency,
            "description": order.product,
            "takes": order.takes.value,
            "pay_within_ms": PAY_WITHIN_MS,
        }
        return _report(self._client.open_intent(body, order.id))

    def look(self, order: Order) -> Report:
        """How does the payment stand?"""
        return _report(self._client.intent(_intent(order)))

    def close(self, order: Order) -> Report:
        """Stop collecting; refused (``already_paid``) where somebody paid."""
        return _report(self._client.close_intent(_intent(order)))

    def charge(self, order: Order) -> Report:
        """Refused: whoever pays over ``/v1`` reads the machine's code, never the other way."""
        raise Refused(Code.WRONG_STATE, f"no scanner: {order.id} is paid by the code shown")

    def capture(self, order: Order) -> Report:
        """Post the hold."""
        return _report(self._client.capture(_intent(order), f"{order.id}:capture"))

    def void(self, order: Order) -> Report:
        """Drop the hold."""
        return _report(self._client.void(_intent(order), f"{order.id}:void"))

    def refund(self, order: Order, amount_minor: int) -> RefundReport:
        """Give back this much; the sum is part of the key, so no sum is given back twice."""
        reason = order.drop.value if order.drop else order.state.value
        key = f"{order.id}:refund:{amount_minor}"
        if order.refunds_failed:
            key += f":{order.refunds_failed}"
        return refund_report_of(self._client.refund(_intent(order), amount_minor, reason, key))

    def look_at_refund(self, order: Order, refund_id: str) -> RefundReport:
        """How does a refund stand? The refund's own id says enough here, whatever the order."""
        del order
        return refund_report_of(self._client.refund_state(refund_id))

    def refunds(self, order: Order) -> list[RefundReport]:
        """What was given back so far: the desk's refunds too, whose notices may be lost."""
        return _read(refund_reports_of, self._client.refunds(_intent(order)))

    def fulfil(self, order: Order, drop: Drop) -> None:
        """Tell the payer what became of the goods."""
        self._client.fulfil(_intent(order), drop.value)

    def renew_keys(self) -> None:
        """Nothing to ask: the secrets of ``/v1`` are agreed upon beforehand."""

    def reachable(self) -> bool:
        """Does the ledger service answer at all?"""
        try:
            return self._http.send("GET", "/healthz").ok
        except NoAnswer:
            return False

    def close_connections(self) -> None:
        """Let go of the connections."""
        self._client.close()
        self._http.close()


def _report(view: IntentView) -> Report:
    return _read(report_of, view)


def _read(shape: Callable[[V], R], view: V) -> R:
    try:
        return shape(view)
    except ValueError as error:
        raise Refused(Code.UNAVAILABLE, f"an answer of unknown shape: {error}") from None


def _intent(order: Order) -> str:
    if order.intent_id is None:
        raise Refused(Code.WRONG_STATE, f"no intent is known for {order.id}", "intent")
    return order.intent_id
