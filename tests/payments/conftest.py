"""A platform under a virtual clock, with two merchants, two providers, and hooks that remember."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from tests.payments.turns import Turns
from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.kernel.ids import SeededIds
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.payments.assembly import (
    TABLES,
    MerchantSeed,
    Payments,
    PaymentsSettings,
    ProviderSeed,
    assemble,
)
from vendor_sim.storage.database import Database
from vendor_sim.wire.clients import PaymentsClient, ProviderClient
from vendor_sim.wire.http import ReadTimeout, Request, Response, Transport
from vendor_sim.wire.signing import secret_text, verify
from vendor_sim.wire.transports import InProcess

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_sim.wire.schemas import IntentView

START_MS = 1_800_000_000_000
SECRET = secret_text(b"merchant secret of 24 by")
NEW_SECRET = secret_text(b"the merchant's next key!")
PROVIDER_SECRET = secret_text(b"provider secret of 24 by")


@dataclass
class Heard:
    """One attempt that reached a hook."""

    url: str
    headers: dict[str, str]
    body: bytes

    @property
    def type(self) -> str:
        return str(json.loads(self.body)["type"])

    @property
    def data(self) -> dict[str, Any]:
        return dict(json.loads(self.body)["data"])


@dataclass
class Hooks(Transport):
    """Receives notices; answers what ``status`` says, or nothing where that is None."""

    status: int | None = 204
    heard: list[Heard] = field(default_factory=list)

    def handle_request(self, request: Request) -> Response:
        self.heard.append(Heard(str(request.url), dict(request.headers), request.read()))
        if self.status is None:
            raise ReadTimeout("no answer", request=request)
        return Response(self.status, headers={"Location": "http://elsewhere/"})

    def types(self, host: str = "machine") -> list[str]:
        return [one.type for one in self.heard if one.url.startswith(f"http://{host}/")]


@dataclass
class Platform:
    """Everything a test of payments needs."""

    payments: Payments
    door: Database
    clock: VirtualClock
    hooks: Hooks
    merchant: PaymentsClient
    other_merchant: PaymentsClient
    provider: ProviderClient
    other_provider: ProviderClient
    keys: int = 0

    @property
    def turns(self) -> Turns:
        return Turns.of(self.payments)

    def key(self) -> str:
        self.keys += 1
        return f"k-{self.keys}"

    def open_intent(self, key: str | None = None, **changes: Any) -> IntentView:
        body = {
            "order_ref": "ord_1",
            "amount_minor": 350,
            "currency": "CNY",
            "description": "Cola",
            **changes,
        }
        return self.merchant.open_intent(body, key or self.key())

    def account(self, balance_minor: int = 10_000, currency: str = "CNY") -> str:
        account = self.provider.open_account("Pete", currency, self.key()).id
        if balance_minor:
            self.provider.top_up(account, balance_minor, self.key())
        return account

    def pay(self, intent: IntentView, account: str, key: str = "au_1", **changes: Any) -> Any:
        body = {
            "code": intent.code,
            "account": account,
            "amount_minor": intent.amount_minor,
            "currency": intent.currency,
            **changes,
        }
        return self.provider.authorise(body, key)

    def paid(self, **changes: Any) -> tuple[IntentView, str]:
        """An intent that was paid, and from which account."""
        intent, account = self.open_intent(**changes), self.account()
        self.pay(intent, account)
        return intent, account

    def pass_ms(self, time_ms: int) -> None:
        """Let time go by, doing what falls due at its time."""
        until_ms = self.clock.now_ms() + time_ms
        for _ in range(1_000):
            due_ms = self.turns.next_due_ms()
            if due_ms is None or due_ms > until_ms:
                break
            self.clock.advance_to(due_ms)
            self.turns.tick(self.clock.now_ms())
        self.clock.advance_to(until_ms)

    def balance(self, account: str) -> tuple[int, int]:
        """What is posted to an account, and what is held from it."""
        view = self.payments.service.account_view(account)
        return view["balance_minor"], view["held_minor"]

    def sound(self) -> bool:
        """Whether the books agree with their log."""
        return self.payments.service.browsing.audit() == []

    def tick(self) -> int:
        return self.turns.tick(self.clock.now_ms())

    def genuine(self, heard: Heard, secret: str = SECRET) -> bool:
        return verify([secret], heard.headers, heard.body, self.clock.now_ms()) is None


def settings(**changes: Any) -> PaymentsSettings:
    return PaymentsSettings(
        **{
            "link_base": "http://phone.test:8000",
            "console_password": "open sesame",
            "session_secret": "s",
            "merchants": (
                MerchantSeed("m_lobby", "Lobby", "key-m1", "http://machine/hook", (SECRET,)),
                MerchantSeed("m_quiet", "Quiet", "key-m2"),
            ),
            "providers": (
                ProviderSeed("wallet", "W", "key-p1", "http://wallet/hook?a=1", (PROVIDER_SECRET,)),
                ProviderSeed("other", "Other", "key-p2"),
            ),
            **changes,
        }
    )


def make_platform() -> Platform:
    """A platform of its own, over a database in memory."""
    clock = VirtualClock(START_MS)
    door = Database("sqlite://", TABLES)
    hooks = Hooks()
    payments = assemble(settings(), door, clock, SeededIds("payments"), hooks)
    inside = InProcess(payments.app)
    return Platform(
        payments,
        door,
        clock,
        hooks,
        PaymentsClient("http://ledger", "key-m1", inside),
        PaymentsClient("http://ledger", "key-m2", inside),
        ProviderClient("http://ledger", "key-p1", inside),
        ProviderClient("http://ledger", "key-p2", inside),
    )


@pytest.fixture
def platform() -> Iterator[Platform]:
    made = make_platform()
    yield made
    made.turns.close()
    made.door.close()


def refused(code: Code, where: str | None = "*") -> Any:
    """Expect a refusal with this code, about this field unless any will do."""

    def fits(error: Refused) -> bool:
        return error.problem.code is code and where in {"*", error.problem.where}

    return pytest.raises(Refused, check=fits)


@pytest.fixture
def foreign() -> Iterator[Any]:
    """A platform with one more dialect."""
    from tests.payments.foreign import make_foreign  # noqa: PLC0415 - it builds on this module

    made = make_foreign()
    yield made
    made.close()
