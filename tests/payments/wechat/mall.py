"""A platform under a virtual clock that speaks WeChat Pay, merchants of it, a wallet, a hook."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.payments.turns import Turns
from tests.payments.wechat.shop import Shop, shop_of
from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.kernel.ids import SeededIds
from vendor_sim.payments.assembly import (
    TABLES,
    Payments,
    PaymentsSettings,
    ProviderSeed,
    WechatSettings,
    assemble,
)
from vendor_sim.payments.wechat.minting import (
    FixedRsa,
    MerchantSecrets,
    PlatformSecrets,
    mint_merchant,
    mint_platform,
)
from vendor_sim.storage.database import Database
from vendor_sim.wire.clients import ProviderClient
from vendor_sim.wire.http import ReadTimeout, Request, Response, Transport
from vendor_sim.wire.transports import InProcess

START_MS = 1_800_000_000_000
"""2027-01-15T16:00:00+08:00."""
PUBKEY, CERT, SWITCHING = "1900000001", "1900000002", "1900000003"
MODES = {PUBKEY: "pubkey", CERT: "cert", SWITCHING: "switching"}
REFUND_MS, SETTLE_MS = 2_000, 10_000


@dataclass(frozen=True)
class Told:
    """One attempt that reached the hook."""

    url: str
    headers: dict[str, str]
    body: bytes
    at_ms: int


@dataclass
class Hook(Transport):
    """Where notifications go; answers what ``status`` says, or nothing where that is None."""

    clock: VirtualClock
    status: int | None = 204
    told: list[Told] = field(default_factory=list)

    def handle_request(self, request: Request) -> Response:
        at_ms = self.clock.now_ms()
        self.told.append(Told(str(request.url), dict(request.headers), request.read(), at_ms))
        if self.status is None:
            raise ReadTimeout("no answer", request=request)
        return Response(self.status)


@dataclass
class Mall:
    """Everything a test of the dialect needs.

    Attributes:
        shop: The merchant in public-key mode; ``shops`` has all three by number.
        provider: A wallet; ``payer`` is an account of it with 10,000.00 CNY.
    """

    payments: Payments
    door: Database
    clock: VirtualClock
    hook: Hook
    shops: dict[str, Shop]
    provider: ProviderClient
    payer: str = ""
    keys: int = 0

    @property
    def shop(self) -> Shop:
        return self.shops[PUBKEY]

    @property
    def wechat(self) -> Any:
        return self.payments.wechat

    def key(self) -> str:
        self.keys += 1
        return f"k-{self.keys}"

    def account(self, balance_minor: int = 1_000_000) -> str:
        """A new payer account with so much in it."""
        account = self.provider.open_account("Pete", "CNY", self.key()).id
        if balance_minor:
            self.provider.top_up(account, balance_minor, self.key())
        return account

    def pay(self, code_url: str, account: str | None = None, key: str | None = None) -> Any:
        """Scan a code and say yes; answers with the authorisation's view."""
        account = account or self.payer
        asked = self.provider.resolve(code_url, account)
        body = {
            "code": code_url,
            "account": account,
            "amount_minor": asked.amount_minor,
            "currency": asked.currency,
        }
        return self.provider.authorise(body, key or f"au_{self.key()}")

    def sold(self, out_trade_no: str = "order-000001", *, total: int = 350, **changes: Any) -> str:
        """An order of ``shop`` that was paid; its number."""
        reply = self.shop.native(out_trade_no, total=total, **changes)
        assert reply.status == 200, reply
        self.pay(reply.document["code_url"])
        return out_trade_no

    def tick(self) -> int:
        """The platform's turn, now."""
        return Turns.of(self.payments).tick(self.clock.now_ms())

    def pass_ms(self, time_ms: int) -> None:
        """Let time go by, doing what falls due at its time."""
        until_ms = self.clock.now_ms() + time_ms
        for _ in range(10_000):
            due_ms = Turns.of(self.payments).next_due_ms()
            if due_ms is None or due_ms > until_ms:
                break
            self.clock.advance_to(due_ms)
            self.tick()
        self.clock.advance_to(until_ms)

    def notices(self, shop: Shop | None = None) -> list[dict[str, Any]]:
        """What the hook was told so far, verified and decrypted by a shop (else by ``shop``)."""
        reader = shop or self.shop
        return [reader.read_notice(told.headers, told.body) for told in self.hook.told]

    def balance(self, account: str) -> int:
        """What is posted to an account of the ledger, in fen."""
        return int(self.payments.service.account_view(account)["balance_minor"])

    def behave(self, mchid: str = PUBKEY, **wishes: Any) -> None:
        """Treat a merchant as the control plane's wish says."""
        self.wechat.behaving.wish(mchid, wishes)

    def sound(self) -> bool:
        """Whether the books agree with their log."""
        return self.payments.service.browsing.audit() == []


def minted() -> tuple[PlatformSecrets, tuple[MerchantSecrets, ...]]:
    """The platform's secrets and those of three merchants, the same every time."""
    rsa, ids = FixedRsa(), SeededIds("minted")
    platform = mint_platform(rsa, ids, START_MS)
    merchants = tuple(
        mint_merchant(rsa, ids, START_MS, mchid, f"Shop {mode}", mode, platform)
        for mchid, mode in MODES.items()
    )
    return platform, merchants


_MINTED = minted()


def wechat_settings(**changes: Any) -> WechatSettings:
    platform, merchants = _MINTED
    return WechatSettings(
        **{
            "platform": platform,
            "rsa": FixedRsa(),
            "merchants": merchants,
            "refund_ms": REFUND_MS,
            "settle_ms": SETTLE_MS,
            **changes,
        }
    )


def make_mall(url: str = "sqlite://", **changes: Any) -> Mall:
    """A platform of its own, over a database in memory unless another is named."""
    clock = VirtualClock(START_MS)
    door = Database(url, TABLES)
    hook = Hook(clock)
    settings = PaymentsSettings(
        **{
            "link_base": "http://phone.test:8000",
            "console_password": "open sesame",
            "session_secret": "s",
            "providers": (ProviderSeed("wallets", "Wallets", "key-p1"),),
            "refund_ms": REFUND_MS,
            "wechat": wechat_settings(),
            **changes,
        }
    )
    payments = assemble(settings, door, clock, SeededIds("mall"), hook)
    app, wechat = payments.app.wsgi_app, payments.wechat
    shops = {one.mchid: shop_of(app, one, clock, wechat.platform) for one in wechat.merchants.all()}
    provider = ProviderClient("http://ledger", "key-p1", InProcess(payments.app))
    mall = Mall(payments, door, clock, hook, shops, provider)
    mall.payer = mall.account()
    return mall
