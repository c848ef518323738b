"""A merchant's till without the wire: handlers called as the gate calls them, payers who pay."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from tests.payments.turns import Turns
from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.kernel.ids import SeededIds
from vendor_sim.kernel.problems import Refused
from vendor_sim.payments.domain import Role
from vendor_sim.payments.outbound import Courier, Outbound
from vendor_sim.payments.service import TABLES, WECHAT, MerchantSeed, PaymentsService, ProviderSeed
from vendor_sim.payments.wechat import store
from vendor_sim.payments.wechat.calls import Call, WechatKit
from vendor_sim.payments.wechat.codepay import CodePay
from vendor_sim.payments.wechat.orders import TRADES, Orders
from vendor_sim.payments.wechat.problems import WechatError
from vendor_sim.payments.wechat.store import Behaviour, KeyMode, Merchant
from vendor_sim.storage.database import Database
from vendor_sim.wire.http import Request, Response, Transport
from vendor_sim.wire.schemas import Authorise, Decline, OpenAccount

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.payments.wechat.calls import Answer
    from vendor_sim.payments.wechat.trade import Json

START_MS = 1_800_000_000_000
"""2027-01-15T16:00:00+08:00."""
SHOP, OTHER = "1900000001", "1900000002"
APPID = "wx00000001"


class Silence(Transport):
    """Nobody is told anything here."""

    def handle_request(self, request: Request) -> Response:
        raise AssertionError(f"{request.url} was called")


class Told:
    """A dialect that writes down what it heard and tells nobody."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def on_intent(self, cx: Any, intent: Any, news: Any, at_ms: int) -> list[Any]:
        self.heard.append(str(news))
        return []

    def on_refund(self, cx: Any, intent: Any, refund: Any, at_ms: int) -> list[Any]:
        self.heard.append(f"refund.{refund.state}")
        return []

    def on_refund_accepted(self, cx: Any, intent: Any, refund: Any) -> None:
        self.heard.append("refund.accepted")


@dataclass
class Till:
    """Two merchants, one wallet provider, a virtual clock."""

    door: Database = field(default_factory=lambda: Database("sqlite://", (*TABLES, *store.TABLES)))
    clock: VirtualClock = field(default_factory=lambda: VirtualClock(START_MS))
    told: Told = field(default_factory=Told)
    keys: int = 0

    def __post_init__(self) -> None:
        ids = SeededIds("till")
        self.service = PaymentsService(
            *(self.door, self.clock, ids),
            link_base="http://phone.test",
            dialects={WECHAT: lambda _service: self.told},
        )
        for mchid in (SHOP, OTHER):
            self.service.add_merchant(MerchantSeed(mchid, "Shop", f"k{mchid}", fee_ppm=6000))
        self.provider = self.service.parties.add_provider(ProviderSeed("w", "W", "kw"))
        none = cast("Any", None)
        kit = WechatKit(self.door, self.clock, ids, self.service, none, none, none)
        self.orders, self.codepay = Orders(kit), CodePay(kit)
        courier = Courier(self.door, self.service, Silence())
        self.outbound = Turns(Outbound(self.door, self.service), [courier])

    def close(self) -> None:
        self.outbound.close()
        self.door.close()

    # -- the merchant ---------------------------------------------------------------------------

    def call(self, body: Any = None, mchid: str = SHOP, **ids: str) -> Call:
        """A genuine request of a merchant."""
        merchant = Merchant(
            *(mchid, "Shop", APPID, KeyMode.PUBKEY, "", "", "", "", "PUB_KEY_ID_1", START_MS)
        )
        party = self.service.parties.get(Role.MERCHANT, mchid)
        query = {"mchid": mchid}
        now_ms = self.clock.now_ms()
        return Call(
            *(merchant, party, "POST", "/", ids, query, body, now_ms, "http://till.test", None),
            Behaviour(),
        )

    def create(self, way: str = "native", by: str = SHOP, **changes: Any) -> Json:
        body = asked(way, by) | changes
        return cast("Json", self.orders.create(TRADES[way], self.call(body, by)).document)

    def query(self, number: str = "order_1", mchid: str = SHOP) -> Json:
        return cast("Json", self.orders.query(self.call(None, mchid, out_trade_no=number)).document)

    def query_by_id(self, transaction_id: str, mchid: str = SHOP) -> Json:
        call = self.call(None, mchid, transaction_id=transaction_id)
        return cast("Json", self.orders.query_by_id(call).document)

    def shut(self, number: str = "order_1", mchid: str = SHOP) -> Answer:
        return self.orders.close(self.call({"mchid": mchid}, mchid, out_trade_no=number))

    def scan(self, auth_code: str, by: str = SHOP, **changes: Any) -> Answer:
        body = presented(auth_code, by) | changes
        return self.codepay.pay(self.call(body, by))

    def reverse(self, number: str = "order_1", by: str = SHOP, **changes: Any) -> Answer:
        body = {"appid": APPID, "mchid": by} | changes
        return self.codepay.reverse(self.call(body, by, out_trade_no=number))

    def refund(self, number: str, amount_minor: int, **more: Any) -> None:
        def verb(cx: Any) -> None:
            order = store.order_of(cx, SHOP, number)
            assert order is not None
            intent = self.service.collecting.by_id(cx, order.intent_id)
            assert intent is not None
            self.service.refunding.accept(cx, intent, amount_minor, None, **more)

        self.door.transact(verb)

    def order(self, number: str = "order_1", mchid: str = SHOP) -> Any:
        return self.door.read(lambda cx: store.order_of(cx, mchid, number))

    # -- the payer ------------------------------------------------------------------------------

    def key(self) -> str:
        self.keys += 1
        return f"key-{self.keys}"

    def payer(self, balance_minor: int = 500_000, currency: str = "CNY") -> str:
        asked = OpenAccount(name="Pete", currency=currency)
        account = self.service.accounting.open_account(self.provider, asked, self.key())["id"]
        if balance_minor:
            self.service.accounting.top_up(self.provider, account, balance_minor, self.key())
        return str(account)

    def pay(self, code: str, account: str, amount_minor: int = 350) -> Json:
        yes = Authorise(code=code, account=account, amount_minor=amount_minor, currency="CNY")
        return self.service.paying.authorise(self.provider, yes, self.key())

    def pays(self, code: str, account: str) -> bool:
        """Whether a code can be paid; it is, then."""
        try:
            self.pay(code, account)
        except Refused:
            return False
        return True

    def decline(self, code: str, account: str) -> None:
        no = Decline(code=code, account=account)
        self.service.paying.decline(self.provider, no.code, no.account)

    def show(self, account: str) -> str:
        """A fresh payment code of a payer."""
        view = self.service.presenting.issue(self.provider, account, self.key())
        return str(view["auth_code"])

    def shown(self, auth_code: str) -> Json:
        return self.service.presenting.state(self.provider, auth_code)

    def balance(self, account: str) -> int:
        return int(self.service.account_view(account)["balance_minor"])

    # -- time -----------------------------------------------------------------------------------

    def pass_ms(self, time_ms: int, *, ticking: bool = True) -> None:
        until_ms = self.clock.now_ms() + time_ms
        while ticking:
            due_ms = self.outbound.next_due_ms()
            if due_ms is None or due_ms > until_ms:
                break
            self.clock.advance_to(due_ms)
            self.outbound.tick(self.clock.now_ms())
        self.clock.advance_to(until_ms)

    def sound(self) -> bool:
        """Whether the books agree with their log."""
        return self.service.browsing.audit() == []


def asked(way: str = "native", mchid: str = SHOP) -> Json:
    """A plain create."""
    body: Json = {
        "appid": APPID,
        "mchid": mchid,
        "description": "可乐",
        "out_trade_no": "order_1",
        "notify_url": "http://127.0.0.1:1/hook",
        "amount": {"total": 350, "currency": "CNY"},
    }
    if way == "jsapi":
        body["payer"] = {"openid": "o1"}
    if way == "h5":
        body["scene_info"] = {"payer_client_ip": "127.0.0.1", "h5_info": {"type": "Wap"}}
    return body


def presented(auth_code: str, mchid: str = SHOP) -> Json:
    """A plain code pay."""
    body = asked("native", mchid) | {
        "payer": {"auth_code": auth_code},
        "scene_info": {"device_id": "till-1", "store_info": {"id": "1"}},
    }
    del body["notify_url"]
    return body


def outcome(act: Callable[[], Any]) -> tuple[str, int, str, Any]:
    """Code, status, message and detail of the refusal that this ends in."""
    try:
        act()
    except WechatError as error:
        detail = error.detail
        return error.code, error.status, error.message, None if detail is None else dict(detail)
    raise AssertionError("it was not refused")
