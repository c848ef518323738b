"""Giving money back: from the merchant into transit, and from there to the payer, or back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vendor_sim.kernel.ids import new_id
from vendor_sim.kernel.problems import Code, Refused, refuse
from vendor_sim.payments.domain import (
    REFUND,
    IntentState,
    Refund,
    RefundEvent,
    RefundState,
    Role,
    fee_back,
    judge_refund,
    refund_accepted,
    refund_arrived,
    refund_closed,
    refund_stuck,
)
from vendor_sim.payments.service.kit import changed, intent_of, missing
from vendor_sim.payments.service.views import Json, refund_view, refunds_view
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
"""The kind of task that ends a refund's time in transit; its key is the refund's id."""
_AFTER = {
    RefundState.SUCCEEDED: refund_arrived,
    RefundState.CLOSED: refund_closed,
    RefundState.ABNORMAL: refund_stuck,
}


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
                refund = self._accept_unnamed(cx, intent, asked.amount_minor, asked.reason)
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
            refund = self._accept_unnamed(cx, intent, amount_minor, None)
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

    def of_capture(self, merchant: Party, intent_id: str) -> Json:
        """Every refund of an intent, the desk's among them, oldest first: a ``RefundPage``.

        Raises:
            Refused: ``not_found``.
        """

        def query(cx: Connection) -> Json:
            intent = intent_of(cx, merchant, intent_id)
            return refunds_view(intent, self.of_intent(cx, intent_id))

        return self._kit.door.read(query)

    def by_id(self, cx: Connection, refund_id: str) -> tuple[Refund, Intent] | None:
        """The refund of this id and its intent, whoever's they are."""
        return refunds.with_intent(cx, refund_id)

    def of_intent(self, cx: Connection, intent_id: str) -> list[Refund]:
        """An intent's refunds, oldest first."""
        return refunds.of_intent(cx, intent_id)

    def finish(self, task: Task, now_ms: int) -> None:
        """End a refund's time in transit, in the way that was decided when it was accepted."""

        def verb(cx: Connection) -> None:
            outbox.finish(cx, task, now_ms)
            found = refunds.with_intent(cx, task.body["refund"])
            if found is not None and REFUND.can(found[0].state, found[0].ends):
                self._end(cx, *found, now_ms)

        self._kit.door.transact(verb)

    def accept(
        self,
        cx: Connection,
        intent: Intent,
        amount_minor: int,
        reason: str | None,
        *,
        ends: RefundEvent = RefundEvent.ARRIVE,
    ) -> Refund:
        """Accept a refund, in the caller's transaction; asking twice is the caller's business.

        Args:
            cx: The transaction.
            intent: What was paid.
            amount_minor: How much goes back.
            reason: The merchant's words.
            ends: How its time in transit will end.

        Raises:
            Refused: ``wrong_state``, ``over_refund``, ``insufficient_funds``; nothing was written.
        """
        refuse(judge_refund(intent, amount_minor))
        refund = self._new(intent, amount_minor, reason, ends)
        self._kit.books.accept_refund(cx, intent, refund)
        refunds.add(cx, refund)
        self._schedule(cx, refund, refund.created_at_ms)
        after = refund_accepted(intent, amount_minor, refund.fee_minor)
        self._settling.tell_payer(cx, after, refund.created_at_ms)
        return refund

    def apply_again(self, cx: Connection, refund_id: str, *, to_bank: bool) -> Refund:
        """Send a refund that could not be placed on its way again; now it will arrive.

        Args:
            cx: The transaction.
            refund_id: Which.
            to_bank: Whether it goes to a bank outside, and not to the payer's account.

        Raises:
            Refused: ``not_found``; ``wrong_state`` where it is not abnormal.
        """
        found = refunds.with_intent(cx, refund_id)
        if found is None:
            raise missing("refund", refund_id)
        refund, intent = found
        if not REFUND.can(refund.state, RefundEvent.APPLY):
            raise Refused(
                Code.WRONG_STATE, f"only an abnormal refund is applied for; this is {refund.state}"
            )
        state = REFUND.next(refund.state, RefundEvent.APPLY)
        after = replace(refund, state=state, ends=RefundEvent.ARRIVE, to_bank=to_bank)
        refunds.save(cx, after)
        self._schedule(cx, after, self._kit.clock.now_ms())
        changed(cx, intent)
        return after

    def _new(
        self, intent: Intent, amount_minor: int, reason: str | None, ends: RefundEvent
    ) -> Refund:
        fee_ppm = self._kit.parties.get(Role.MERCHANT, intent.merchant_id).fee_ppm
        return Refund(
            id=new_id(self._kit.ids, "rf"),
            intent_id=intent.id,
            amount_minor=amount_minor,
            reason=reason,
            state=REFUND.first,
            created_at_ms=self._kit.clock.now_ms(),
            done_at_ms=None,
            ends=ends,
            fee_minor=fee_back(intent, amount_minor, fee_ppm),
        )

    def _accept_unnamed(
        self, cx: Connection, intent: Intent, amount_minor: int, reason: str | None
    ) -> Refund:
        """Accept a refund that the intent's dialect has no name for yet."""
        refund = self.accept(cx, intent, amount_minor, reason)
        dialect = self._settling.dialects.get(intent.dialect)
        if dialect is not None:
            dialect.on_refund_accepted(cx, intent, refund)
        return refund

    def _schedule(self, cx: Connection, refund: Refund, now_ms: int) -> None:
        due_at_ms = now_ms + self._kit.refund_ms
        outbox.put(cx, FINISH_REFUND, {"refund": refund.id}, key=refund.id, due_at_ms=due_at_ms)

    def _end(self, cx: Connection, refund: Refund, intent: Intent, now_ms: int) -> None:
        state = REFUND.next(refund.state, refund.ends)
        if state is RefundState.SUCCEEDED:
            self._kit.books.finish_refund(cx, intent, refund, now_ms)
        elif state is RefundState.CLOSED:
            self._kit.books.close_refund(cx, intent, refund, now_ms)
        over = state in REFUND.final
        ended = replace(refund, state=state, done_at_ms=now_ms if over else None)
        refunds.save(cx, ended)
        after = _AFTER[state](intent, refund.amount_minor)
        self._settling.refund_ended(cx, after, ended, now_ms)


def _paid(found: list[Intent], order_ref: str) -> Intent:
    """The intent of an order that took money, else the last one."""
    if not found:
        raise missing("order", order_ref)
    return next((one for one in found if one.state is IntentState.CAPTURED), found[-1])
