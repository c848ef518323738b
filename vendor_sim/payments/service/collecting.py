"""What a merchant does: ask for a payment, look after it, end it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_sim.kernel.ids import new_id, new_token
from vendor_sim.kernel.limits import PAY_WITHIN_MAX_MS, PAY_WITHIN_MS
from vendor_sim.kernel.money import UnknownCurrencyError, currency_of
from vendor_sim.kernel.problems import Code, Refused, refuse
from vendor_sim.payments.domain import (
    INTENT,
    Intent,
    IntentEvent,
    IntentState,
    Takes,
    captured,
    expires_now,
    fulfilled,
    judge_capture,
    judge_close,
    judge_fulfilment,
    judge_merchant,
    judge_renewal,
    judge_void,
    moved,
    renewed,
)
from vendor_sim.payments.service.dialects import V1
from vendor_sim.payments.service.kit import changed, intent_of
from vendor_sim.payments.service.settling import EXPIRE, LAPSE
from vendor_sim.payments.store import intents
from vendor_sim.storage import outbox
from vendor_sim.storage.idempotency import fingerprint, recall, remember

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from vendor_sim.payments.domain import Party
    from vendor_sim.payments.service.kit import Kit
    from vendor_sim.payments.service.settling import Settling
    from vendor_sim.payments.service.views import Json
    from vendor_sim.storage.outbox import Task
    from vendor_sim.wire.schemas import CreateIntent


@dataclass(frozen=True, slots=True)
class Ask:
    """What a merchant asks the platform to collect, in whatever dialect.

    Attributes:
        pay_until_ms: Nobody can pay from this instant on.
        code_until_ms: Nor with this code from this one on.
        close_at_ms: If it is still open then, it ends by itself.
        dialect: In whose words it was asked.
        reserved_for: The only payer account that may pay; None for any.
    """

    order_ref: str
    description: str
    amount_minor: int
    currency: str
    takes: Takes
    pay_until_ms: int
    code_until_ms: int
    close_at_ms: int
    dialect: str = V1
    reserved_for: str | None = None


class Collecting:
    """Intents, from a merchant's side. Each verb answers with an ``IntentView``."""

    def __init__(self, kit: Kit, settling: Settling) -> None:
        self._kit = kit
        self._settling = settling

    def open_intent(self, merchant: Party, asked: CreateIntent, key: str) -> Json:
        """Promise to collect for one order.

        Raises:
            Refused: ``invalid`` currency, ``merchant_refused``, ``idempotency_key_reused``.
        """
        check_currency(asked.currency)
        print_ = fingerprint("open_intent", asked.model_dump_json())

        def verb(cx: Connection) -> Json:
            known = recall(cx, merchant.caller, key, print_)
            if known is not None:
                return self._settling.view(intent_of(cx, merchant, known))
            intent = self.open(cx, merchant, _ask(asked, self._kit.clock.now_ms()))
            remember(cx, merchant.caller, key, print_, intent.id, intent.created_at_ms)
            return self._settling.view(intent)

        return self._kit.door.transact(verb)

    def open(self, cx: Connection, merchant: Party, ask: Ask) -> Intent:
        """Promise to collect, in the caller's transaction; asking twice is the caller's business.

        Raises:
            Refused: ``merchant_refused``.
        """
        refuse(judge_merchant(merchant.suspended))
        intent = self._new(merchant, ask)
        intents.add(cx, intent)
        for_days = ask.close_at_ms - intent.created_at_ms > PAY_WITHIN_MAX_MS
        kind = LAPSE if for_days and ask.takes is Takes.AT_ONCE else EXPIRE
        body = {"intent": intent.id}
        outbox.put(cx, kind, body, key=intent.id, due_at_ms=intent.close_at_ms)
        changed(cx, intent)
        return intent

    def by_id(self, cx: Connection, intent_id: str) -> Intent | None:
        """The intent of this id, whoever's it is."""
        return intents.by_id(cx, intent_id)

    def renew_code(self, cx: Connection, intent: Intent, code_until_ms: int) -> Intent:
        """Give an open intent a fresh code; the one before is over from now on.

        Raises:
            Refused: ``wrong_state``.
        """
        refuse(judge_renewal(intent))
        after = renewed(intent, new_token(self._kit.ids, "code"), code_until_ms)
        intents.renew(cx, after, self._kit.clock.now_ms())
        changed(cx, after)
        return after

    def close_in(self, cx: Connection, intent: Intent) -> Intent:
        """Stop collecting; an intent that ended unpaid already stays as it is.

        Raises:
            Refused: ``already_paid``.
        """
        refuse(judge_close(intent))
        if intent.state is not IntentState.OPEN:
            return intent
        after = moved(intent, IntentEvent.CLOSE)
        self._settling.move(cx, intent, after, self._kit.clock.now_ms())
        return after

    def intent(self, merchant: Party, intent_id: str) -> Json:
        """How an intent stands.

        Raises:
            Refused: ``not_found``.
        """
        return self._kit.door.read(
            lambda cx: self._settling.view(intent_of(cx, merchant, intent_id))
        )

    def of_order(self, merchant: Party, order_ref: str) -> list[Json]:
        """A merchant's intents for one order, oldest first."""
        found = self._kit.door.read(lambda cx: intents.of_order(cx, merchant.id, order_ref))
        return [self._settling.view(intent) for intent in found]

    def close(self, merchant: Party, intent_id: str) -> Json:
        """Stop collecting; one that ended unpaid already is answered as it is.

        Raises:
            Refused: ``not_found``, ``already_paid``.
        """

        def verb(cx: Connection) -> Json:
            return self._settling.view(self.close_in(cx, intent_of(cx, merchant, intent_id)))

        return self._kit.door.transact(verb)

    def capture(self, merchant: Party, intent_id: str, key: str) -> Json:
        """Post the hold.

        Raises:
            Refused: ``not_found``, ``expired``, ``wrong_state``, ``idempotency_key_reused``.
        """

        def act(cx: Connection, was: Intent, now_ms: int) -> Json:
            refuse(judge_capture(was, now_ms))
            after = captured(was, merchant.fee_ppm)
            self._kit.books.capture(cx, after, now_ms)
            return self._settling.move(cx, was, after, now_ms)

        return self._once(merchant, intent_id, ("capture", key), act)

    def void(self, merchant: Party, intent_id: str, key: str) -> Json:
        """Drop the hold.

        Raises:
            Refused: ``not_found``, ``expired``, ``wrong_state``, ``idempotency_key_reused``.
        """

        def act(cx: Connection, was: Intent, now_ms: int) -> Json:
            refuse(judge_void(was, now_ms))
            self._kit.books.void(cx, was, now_ms)
            return self._settling.move(cx, was, moved(was, IntentEvent.VOID), now_ms)

        return self._once(merchant, intent_id, ("void", key), act)

    def fulfil(self, merchant: Party, intent_id: str, drop: str) -> Json:
        """Tell the payer's wallet what became of the goods; the last word counts.

        Raises:
            Refused: ``not_found``, ``wrong_state``.
        """

        def verb(cx: Connection) -> Json:
            was = intent_of(cx, merchant, intent_id)
            refuse(judge_fulfilment(was))
            if was.fulfilment == drop:
                return self._settling.view(was)
            return self._settling.tell_payer(cx, fulfilled(was, drop), self._kit.clock.now_ms())

        return self._kit.door.transact(verb)

    def expire(self, task: Task, now_ms: int) -> None:
        """End an intent, or let its hold go, if its time has come by ``now_ms``."""

        def verb(cx: Connection) -> None:
            was = intents.by_id(cx, task.body["intent"])
            if was is None or was.state in INTENT[was.takes].final:
                outbox.finish(cx, task, now_ms, "moot")
            elif expires_now(was, now_ms):
                outbox.finish(cx, task, now_ms)
                if was.state is IntentState.AUTHORISED:
                    self._kit.books.expire(cx, was, now_ms)
                self._settling.move(cx, was, moved(was, IntentEvent.EXPIRE), now_ms)
            # else it was paid since the task was read, which moved the task to the hold's end

        self._kit.door.transact(verb)

    def _once(
        self,
        merchant: Party,
        intent_id: str,
        ask: tuple[str, str],
        act: Callable[[Connection, Intent, int], Json],
    ) -> Json:
        what, key = ask
        print_ = fingerprint(what, intent_id)

        def verb(cx: Connection) -> Json:
            known = recall(cx, merchant.caller, key, print_)
            intent = intent_of(cx, merchant, intent_id)
            if known is not None:
                return self._settling.view(intent)
            now_ms = self._kit.clock.now_ms()
            remember(cx, merchant.caller, key, print_, intent_id, now_ms)
            return act(cx, intent, now_ms)

        return self._kit.door.transact(verb)

    def _new(self, merchant: Party, ask: Ask) -> Intent:
        return Intent(
            id=new_id(self._kit.ids, "in"),
            merchant_id=merchant.id,
            order_ref=ask.order_ref,
            description=ask.description,
            amount_minor=ask.amount_minor,
            currency=ask.currency,
            takes=ask.takes,
            state=INTENT[ask.takes].first,
            token=new_token(self._kit.ids, "code"),
            code_until_ms=ask.code_until_ms,
            pay_until_ms=ask.pay_until_ms,
            close_at_ms=ask.close_at_ms,
            created_at_ms=self._kit.clock.now_ms(),
            dialect=ask.dialect,
            reserved_for=ask.reserved_for,
        )


def _ask(asked: CreateIntent, now_ms: int) -> Ask:
    until_ms = now_ms + (asked.pay_within_ms or PAY_WITHIN_MS)
    return Ask(
        order_ref=asked.order_ref,
        description=asked.description,
        amount_minor=asked.amount_minor,
        currency=asked.currency,
        takes=Takes(asked.takes),
        pay_until_ms=until_ms,
        code_until_ms=until_ms,
        close_at_ms=until_ms,
    )


def check_currency(code: str) -> None:
    """Refuse a currency that no books are kept in.

    Raises:
        Refused: ``invalid``.
    """
    try:
        currency_of(code)
    except UnknownCurrencyError as error:
        raise Refused(Code.INVALID, str(error), "currency") from None
