"""Giving money back: from the merchant into transit, and from there to the payer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vendor_sim.kernel.ids import new_id
from vendor_sim.kernel.problems import refuse
from vendor_sim.payments.domain import (
    REFUND,
    IntentState,
    Refund,
    RefundEvent,
    Role,
    judge_refund,
    refund_accepted,
    refund_arrived,
)
from vendor_sim.payments.service.kit import intent_of, missing
from vendor_sim.payments.service.views import Json, refund_view
from vendor_sim.payments.store import intents, refunds
from vendor_sim.storage import outbox
from vendor_sim.storage.idempotency import fingerprint, recall, remember

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vendor_sim.payments.domain import Intent, Party
    from vendor_sim.payments.service.kit import Kit
    from vendor_sim.payments.service.settling import Settling
    from vendor_sim.storage.outbox import Task
    from vendor_sim.wire.schemas import CreateRefund

FINISH_REFUND = "finish_refund"
"""The kind of task that brings a refund to the payer; its key is the refund's id."""


class Refunding:
    """Refunds, full and partial. Each verb answers with a ``RefundView``."""

    def __init__(self, kit: Kit, settling: Settling) -> None:
        self._kit = kit
        self._settling = settling

    def refund(self, merchant: Party, intent_id: str, asked: CreateRefund, key: str) -> Json:
        """Accept a refund; the payer has it after the time in transit.

        Raises:
            Refused: ``not_found``, ``wrong_state``, ``over_refund``, ``insufficient_funds``,
                ``idempotency_key_reused``.
        """
        print_ = fingerprint("refund", intent_id, asked.model_dump_json())

        def verb(cx: Connection) -> Json:
            intent = intent_of(cx, merchant, intent_id)
            known = recall(cx, merchant.caller, key, print_)
            refund = refunds.by_id(cx, known) if known else None
            if refund is None:
                refund = self._accept(cx, intent, asked.amount_minor, asked.reason)
                at_ms = refund.created_at_ms
                remember(cx, merchant.caller, key, print_, refund.id, at_ms)
            return refund_view(refund, intent.currency)

        return self._kit.door.transact(verb)

    def refund_for_order(
        self, merchant_id: str, order_ref: str, amount_minor: int, key: str
    ) -> str:
        """Accept a refund for a merchant's order, as a person at a desk does.

        Returns:
            The refund's id.

        Raises:
            Refused: As for ``refund``; ``not_found`` where nothing was asked for that order.
        """
        merchant = self._kit.parties.find(Role.MERCHANT, merchant_id)
        print_ = fingerprint("refund_for_order", order_ref, str(amount_minor))

        def verb(cx: Connection) -> str:
            known = recall(cx, merchant.caller, key, print_)
            if known is not None:
                return known
            intent = _paid(intents.of_order(cx, merchant_id, order_ref), order_ref)
            refund = self._accept(cx, intent, amount_minor, None)
            remember(cx, merchant.caller, key, print_, refund.id, refund.created_at_ms)
            return refund.id

        return self._kit.door.transact(verb)

    def state(self, merchant: Party, refund_id: str) -> Json:
        """How a refund stands.

        Raises:
            Refused: ``not_found``.
        """

        def query(cx: Connection) -> Json:
            found = refunds.with_intent(cx, refund_id)
            if found is None or found[1].merchant_id != merchant.id:
                raise missing("refund", refund_id)
            refund, intent = found
            return refund_view(refund, intent.currency)

        return self._kit.door.read(query)

    def finish(self, task: Task, now_ms: int) -> None:
        """Bring a refund in transit to the payer."""

        def verb(cx: Connection) -> None:
            outbox.finish(cx, task, now_ms)
            found = refunds.with_intent(cx, task.body["refund"])
            if found is not None and REFUND.can(found[0].state, RefundEvent.ARRIVE):
                self._arrive(cx, *found, now_ms)

        self._kit.door.transact(verb)

    def _accept(
        self, cx: Connection, intent: Intent, amount_minor: int, reason: str | None
    ) -> Refund:
        refuse(judge_refund(intent, amount_minor))
        now_ms = self._kit.clock.now_ms()
        refund = Refund(
            id=new_id(self._kit.ids, "rf"),
            intent_id=intent.id,
            amount_minor=amount_minor,
            reason=reason,
            state=REFUND.first,
            created_at_ms=now_ms,
            done_at_ms=None,
        )
        self._kit.books.accept_refund(cx, intent, refund)
        refunds.add(cx, refund)
        due_at_ms = now_ms + self._kit.refund_ms
        outbox.put(cx, FINISH_REFUND, {"refund": refund.id}, key=refund.id, due_at_ms=due_at_ms)
        self._settling.tell_payer(cx, refund_accepted(intent, amount_minor), now_ms)
        return refund

    def _arrive(self, cx: Connection, refund: Refund, intent: Intent, now_ms: int) -> None:
        self._kit.books.finish_refund(cx, intent, refund, now_ms)
        state = REFUND.next(refund.state, RefundEvent.ARRIVE)
        done = replace(refund, state=state, done_at_ms=now_ms)
        refunds.save(cx, done)
        after = refund_arrived(intent, refund.amount_minor)
        self._settling.refunded(cx, after, refund_view(done, intent.currency), now_ms)


def _paid(found: list[Intent], order_ref: str) -> Intent:
    """The intent of an order that took money, else the last one."""
    if not found:
        raise missing("order", order_ref)
    return next((one for one in found if one.state is IntentState.CAPTURED), found[-1])
