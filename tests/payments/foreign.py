"""A platform that speaks one more dialect, which only remembers what it was called with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.payments.conftest import SECRET, START_MS, Hooks
from tests.payments.turns import Turns
from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.kernel.ids import SeededIds
from vendor_sim.payments.domain import Intent, Refund, RefundEvent, Role, Takes
from vendor_sim.payments.outbound import Courier, Outbound
from vendor_sim.payments.service import (
    TABLES,
    WECHAT,
    Ask,
    MerchantSeed,
    PaymentsService,
    ProviderSeed,
    Sealed,
    Telling,
)
from vendor_sim.storage.database import Database
from vendor_sim.wire.schemas import Authorise, OpenAccount

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.payments.domain import Party
    from vendor_sim.payments.service import Outgoing

HOUR_MS, WEEK_MS = 3_600_000, 7 * 24 * 3_600_000
FEE_PPM = 6_000
MERCHANT_ACCOUNT, FEES = "merchant:1900000001:CNY", "fees:CNY"
TRANSIT, FUNDING = "transit:refunds:CNY", "funding:CNY"


@dataclass
class Remembering:
    """A dialect that tells its merchant everything at one address."""

    service: PaymentsService
    url: str = "http://shop/notify"
    after_ms: int = 0
    id: str | None = None
    moves: list[tuple[str, str]] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)

    def on_intent(self, cx: Any, intent: Intent, news: str, at_ms: int) -> list[Telling]:
        stored = self.service.collecting.by_id(cx, intent.id)
        assert stored == intent
        assert at_ms >= START_MS
        self.moves.append((intent.state.value, str(news)))
        return [Telling(str(news).upper(), self.url, f"<{news}>", self.after_ms, self.id)]

    def on_refund(self, cx: Any, intent: Intent, refund: Refund, at_ms: int) -> list[Telling]:
        assert self.service.refunding.by_id(cx, refund.id) == (refund, intent)
        assert at_ms >= START_MS
        self.ended.append(refund.state.value)
        return []

    def on_refund_accepted(self, cx: Any, intent: Intent, refund: Refund) -> None:
        assert refund in self.service.refunding.of_intent(cx, intent.id)
        self.unnamed.append(refund.id)


@dataclass
class PlainEnvelope:
    """Sends what it is told, three times at most."""

    delays_ms: tuple[int, ...] = (1_000, 2_000)
    copies: int = 1
    lost: bool = False
    recorded: list[str] = field(default_factory=list)

    def seal(self, going: Outgoing, now_ms: int) -> Sealed:
        headers = {"X-Signed-At": str(now_ms), "Content-Type": "text/plain"}
        return Sealed(going.notice.body.encode(), headers, self.copies, self.lost)

    def accepted(self, status: int) -> bool:
        return status == 204

    def attempted(self, cx: Any, going: Outgoing, sealed: Sealed) -> None:
        assert cx.in_transaction()
        self.recorded.append(f"{going.notice.id}:{len(sealed.body)}")


@dataclass
class Foreign:
    """Everything a test of dialects needs."""

    service: PaymentsService
    outbound: Turns
    door: Database
    clock: VirtualClock
    hooks: Hooks
    dialect: Remembering
    envelope: PlainEnvelope
    account: str

    @property
    def merchant(self) -> Party:
        return self.service.parties.get(Role.MERCHANT, "1900000001")

    @property
    def provider(self) -> Party:
        return self.service.parties.get(Role.PROVIDER, "wallet")

    def do(self, verb: Callable[[Any], Any]) -> Any:
        return self.door.transact(verb)

    def open(self, amount_minor: int = 350, **changes: Any) -> Intent:
        now_ms = self.clock.now_ms()
        given: dict[str, Any] = {
            "order_ref": "shop-1",
            "description": "腾讯",
            "amount_minor": amount_minor,
            "currency": "CNY",
            "takes": Takes.AT_ONCE,
            "pay_until_ms": now_ms + WEEK_MS,
            "code_until_ms": now_ms + 2 * HOUR_MS,
            "close_at_ms": now_ms + WEEK_MS,
            "dialect": WECHAT,
            **changes,
        }
        opened: Intent = self.do(
            lambda cx: self.service.collecting.open(cx, self.merchant, Ask(**given))
        )
        return opened

    def code(self, intent: Intent) -> str:
        return str(self.service.browsing.intent_life(intent.id)["intent"]["code"])

    def pay(self, intent: Intent, key: str = "au_1", account: str | None = None) -> Any:
        asked = Authorise(
            code=self.code(intent),
            account=account or self.account,
            amount_minor=intent.amount_minor,
            currency="CNY",
        )
        return self.service.paying.authorise(self.provider, asked, key)

    def paid(self, amount_minor: int = 350, **changes: Any) -> Intent:
        intent = self.open(amount_minor, **changes)
        self.pay(intent, f"au_{intent.id}")
        return self.now(intent)

    def now(self, intent: Intent) -> Intent:
        found = self.door.read(lambda cx: self.service.collecting.by_id(cx, intent.id))
        assert found is not None
        return found

    def refund(
        self, intent: Intent, amount_minor: int, ends: RefundEvent = RefundEvent.ARRIVE
    ) -> Refund:
        def verb(cx: Any) -> Refund:
            found = self.service.collecting.by_id(cx, intent.id)
            assert found is not None
            return self.service.refunding.accept(cx, found, amount_minor, "r", ends=ends)

        made: Refund = self.do(verb)
        return made

    def has(self, account: str) -> int:
        return int(self.service.account_view(account)["balance_minor"])

    def pass_ms(self, time_ms: int) -> None:
        until_ms = self.clock.now_ms() + time_ms
        while (due_ms := self.outbound.next_due_ms()) is not None and due_ms <= until_ms:
            self.clock.advance_to(max(due_ms, self.clock.now_ms()))
            self.outbound.tick(self.clock.now_ms())
        self.clock.advance_to(until_ms)

    def close(self) -> None:
        self.outbound.close()
        self.door.close()


def make_foreign(balance_minor: int = 100_000, **envelope: Any) -> Foreign:
    """A platform of its own, with a merchant of the other dialect and a payer with money."""
    clock, door, hooks = VirtualClock(START_MS), Database("sqlite://", TABLES), Hooks()
    made: list[Remembering] = []

    def dialect(service: PaymentsService) -> Remembering:
        made.append(Remembering(service))
        return made[0]

    service = PaymentsService(
        *(door, clock, SeededIds("foreign")),
        link_base="http://phone.test",
        dialects={WECHAT: dialect},
    )
    service.add_merchant(MerchantSeed("1900000001", "Corner shop", "key-c", fee_ppm=FEE_PPM))
    for name in ("wallet", "other"):
        hook = f"http://{name}/hook"
        service.parties.add_provider(ProviderSeed(name, name, f"key-{name}", hook, (SECRET,)))
    provider = service.parties.get(Role.PROVIDER, "wallet")
    asked = OpenAccount(name="Pete", currency="CNY")
    account = str(service.accounting.open_account(provider, asked, "a")["id"])
    service.accounting.top_up(provider, account, balance_minor, "t")
    plain = PlainEnvelope(**envelope)
    couriers = [Courier(door, service, hooks, {WECHAT: plain})]
    outbound = Turns(Outbound(door, service), couriers)
    return Foreign(service, outbound, door, clock, hooks, made[0], plain, account)
