"""A platform whose merchant has a past, made by its verbs under a virtual clock."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.kernel.ids import SeededIds
from vendor_sim.kernel.limits import DAY_MS, SECOND_MS
from vendor_sim.payments.domain import RefundEvent, Takes
from vendor_sim.payments.service import (
    TABLES,
    WECHAT,
    Ask,
    MerchantSeed,
    PaymentsService,
    ProviderSeed,
)
from vendor_sim.payments.wechat import store, trade
from vendor_sim.payments.wechat.store import Order, RefundRecord
from vendor_sim.storage import outbox
from vendor_sim.storage.database import Database
from vendor_sim.wire.qr import encode_wechat
from vendor_sim.wire.schemas import Authorise, OpenAccount

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vendor_sim.payments.domain import Intent, Refund

MCHID = "1900000001"
APPID = "wx8888888888888888"
ACCOUNT = f"merchant:{MCHID}:CNY"
FEE_PPM = 6000
REFUND_MS = 2 * SECOND_MS


def at(text: str) -> int:
    """An instant, from Beijing's clock."""
    return int(datetime.fromisoformat(f"{text}+08:00").timestamp() * 1000)


def database() -> Database:
    return Database("sqlite://", (*TABLES, *store.TABLES))


@dataclass
class History:
    """What a merchant sold and gave back.

    Numbers of orders and refunds count up, so that bills can be written by hand.
    """

    door: Database
    start_ms: int
    clock: VirtualClock = field(init=False)
    service: PaymentsService = field(init=False)
    count: int = 0

    def __post_init__(self) -> None:
        self.clock = VirtualClock(self.start_ms)
        ids = SeededIds("bills")
        self.service = PaymentsService(
            self.door, self.clock, ids, link_base="http://x", refund_ms=REFUND_MS
        )
        self.merchant = self.service.add_merchant(
            MerchantSeed(MCHID, "Corner shop", "key-m", fee_ppm=FEE_PPM)
        )
        self.provider = self.service.parties.add_provider(ProviderSeed("wallet", "W", "key-p"))
        opened = OpenAccount(name="Pete", currency="CNY")
        self.payer = self.service.accounting.open_account(self.provider, opened, "open")["id"]
        self.service.accounting.top_up(self.provider, self.payer, 10**12, "top-up")

    @property
    def openid(self) -> str:
        """The payer, as the merchant's application knows it."""
        return trade.openid(APPID, self.payer)

    def until(self, at_ms: int) -> None:
        """Let time go by, doing what falls due at its time."""
        while True:
            due_ms = self.door.read(outbox.next_due_ms)
            if due_ms is None or due_ms > at_ms:
                break
            self.clock.advance_to(due_ms)
            for task in self.door.read(lambda cx, now=due_ms: outbox.due(cx, now)):
                self._act(task)
        self.clock.advance_to(at_ms)

    def _act(self, task: outbox.Task) -> None:
        if task.kind == "finish_refund":
            self.service.refunding.finish(task, self.clock.now_ms())
        else:
            self.door.transact(lambda cx: outbox.finish(cx, task, self.clock.now_ms()))

    def order(self, amount_minor: int, **changes: Any) -> Intent:
        """An order that nobody has paid yet."""
        self.count += 1
        now_ms, number = self.clock.now_ms(), self.count
        intent_words = {"description": changes.pop("description", "Cola")}
        until_ms = now_ms + 7 * DAY_MS

        def verb(cx: Connection) -> Intent:
            ask = Ask(
                order_ref=f"order_{number}",
                amount_minor=amount_minor,
                currency="CNY",
                takes=Takes.AT_ONCE,
                pay_until_ms=until_ms,
                code_until_ms=until_ms,
                close_at_ms=until_ms,
                dialect=WECHAT,
                **intent_words,
            )
            intent = self.service.collecting.open(cx, self.merchant, ask)
            store.add_order(cx, replace(order_row(intent, number), **changes))
            return intent

        return self.door.transact(verb)

    def sell(self, amount_minor: int, **changes: Any) -> Intent:
        """An order that was paid at once."""
        intent = self.order(amount_minor, **changes)
        yes = Authorise(
            code=encode_wechat(intent.token),
            account=self.payer,
            amount_minor=amount_minor,
            currency="CNY",
        )
        self.service.paying.authorise(self.provider, yes, f"au_{self.count}")
        return self.intent(intent.id)

    def intent(self, intent_id: str) -> Intent:
        found = self.door.read(lambda cx: self.service.collecting.by_id(cx, intent_id))
        assert found is not None
        return found

    def give_back(
        self,
        intent: Intent,
        amount_minor: int,
        ends: RefundEvent = RefundEvent.ARRIVE,
        *,
        named: bool = True,
    ) -> Refund:
        """Accept a refund, and give it its names."""
        self.count += 1
        number = self.count

        def verb(cx: Connection) -> Refund:
            known = self.service.collecting.by_id(cx, intent.id)
            assert known is not None
            refund = self.service.refunding.accept(cx, known, amount_minor, None, ends=ends)
            if named:
                store.add_refund(cx, refund_row(refund, number))
            return refund

        return self.door.transact(verb)

    def give_back_at_the_desk(self, intent: Intent, amount_minor: int) -> None:
        """Accept a refund that the platform itself has to name."""
        refund = self.give_back(intent, amount_minor, named=False)
        record = replace(refund_row(refund, self.count), out_refund_no=refund.id)
        self.door.transact(lambda cx: store.add_refund(cx, record))

    def reverse(self, intent: Intent) -> None:
        """Give back all that is left, as the reversal of a code payment does."""
        self.give_back_at_the_desk(intent, self.intent(intent.id).refundable_minor)

        def verb(cx: Connection) -> None:
            order = store.order_of_intent(cx, intent.id)
            assert order is not None
            store.save_order(cx, replace(order, reversed_at_ms=self.clock.now_ms()))

        self.door.transact(verb)

    def apply_again(self, refund: Refund) -> None:
        """Send a refund that could not be placed to a bank."""

        def verb(cx: Connection) -> None:
            self.service.refunding.apply_again(cx, refund.id, to_bank=True)
            record = store.refund_of_ours(cx, refund.id)
            assert record is not None
            store.save_refund(cx, replace(record, applied="USER_BANK_CARD"))

        self.door.transact(verb)


def order_row(intent: Intent, number: int) -> Order:
    return Order(
        intent_id=intent.id,
        mchid=MCHID,
        out_trade_no=intent.order_ref,
        appid=APPID,
        trade_type="NATIVE",
        transaction_id=f"4200{number:024}",
        attach=None,
        notify_url=None,
        device_id=None,
        print="",
        time_expire_ms=None,
        auth_code=None,
        asked_at_ms=None,
        reversed_at_ms=None,
        created_at_ms=intent.created_at_ms,
    )


def refund_row(refund: Refund, number: int) -> RefundRecord:
    return RefundRecord(
        refund_id=f"50{number:027}",
        refund=refund.id,
        intent_id=refund.intent_id,
        mchid=MCHID,
        out_refund_no=f"back_{number}",
        notify_url=None,
        print="",
        funds_account=None,
        reason=None,
        created_at_ms=refund.created_at_ms,
        applied=None,
    )
