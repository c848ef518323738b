"""One machine that speaks WeChat Pay v3, the real platform, and a payer."""

from __future__ import annotations

import json

from tests.machine.conftest import SECRET, SLOTS, START_MS
from tests.machine.test_with_payments import ByHost
from tests.mishaps import mishaps
from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.kernel.ids import SeededIds
from vendor_sim.machine import assembly as machine_assembly
from vendor_sim.machine.assembly import MachineSeed, MachineSettings
from vendor_sim.payments import assembly as payments_assembly
from vendor_sim.payments.assembly import PaymentsSettings, ProviderSeed, WechatSettings
from vendor_sim.payments.wechat.minting import FixedRsa, mint_merchant, mint_platform
from vendor_sim.storage.database import Database
from vendor_sim.wire.clients import ProviderClient
from vendor_sim.wire.transports import Faulty

MCHID = "1900000009"


class City:
    """One machine that speaks v3, the platform, and a payer with 2,000.00."""

    def __init__(self, mode="pubkey", price=350):
        self.clock, self.wire, self.fault = VirtualClock(START_MS), ByHost(), lambda _request: None
        self.price = price
        ids, rsa = SeededIds(7), FixedRsa()
        platform = mint_platform(rsa, ids, START_MS)
        merchant = mint_merchant(rsa, ids, START_MS, MCHID, "Platform 9", mode, platform)
        payments = PaymentsSettings(
            link_base="http://town",
            console_password="console",
            session_secret="s" * 32,
            merchants=(),
            providers=(ProviderSeed("p", "Wallet", "p-key", "http://wallet/hook", (SECRET,)),),
            wechat=WechatSettings(platform, rsa, (merchant,), refund_ms=2_000, settle_ms=10_000),
        )
        self.payments = self._made(payments_assembly, payments)
        credentials = self.payments.wechat.merchants.credentials(MCHID, "http://ledger")
        slots = (*SLOTS, machine_assembly.SlotSeed("D1", "Champagne", price, 5))
        seed = MachineSeed(
            *("platform-9", "Platform 9", "at_once", "CNY", MCHID, json.dumps(credentials)),
            hook_secrets=(),
            slots=slots,
            speaks="wechat_v3",
        )
        machine = MachineSettings(
            *("http://ledger", "operator", "s" * 32, (seed,)), own_url="http://machine"
        )
        self.machine = self._made(machine_assembly, machine)
        self.wire.apps = {"ledger": self.payments.app, "machine": self.machine.app}
        self.payer = ProviderClient("http://ledger", "p-key", self.wire)
        self.account = self.payer.open_account("Pete", "CNY", "open").id
        self.payer.top_up(self.account, 200_000, "top-up")

    def _made(self, assembly, settings):
        door = Database("sqlite://", assembly.TABLES)
        line = Faulty(self.wire, mishaps(self._decide))
        return assembly.assemble(settings, door, self.clock, SeededIds(1), line)

    def _decide(self, request):
        return self.fault(request)

    def run(self, ms=0):
        end_ms = self.clock.now_ms() + ms
        ledger = self.payments
        services = (self.machine.outbound, ledger.outbound, *ledger.couriers)
        for _ in range(5_000):
            if sum(one.tick(self.clock.now_ms()) for one in services):
                continue
            due = [at for one in services if (at := one.next_due_ms()) is not None]
            if not due or min(due) > end_ms:
                self.clock.advance_to(end_ms)
                return
            self.clock.advance_to(min(due))
        raise AssertionError("the city does not come to rest")

    def buy(self, slot="B4"):
        order_id = self.machine.service.press("platform-9", slot)
        self.run()
        return order_id

    def pay(self, code, amount_minor=350, key="au_1"):
        fields = {"code": code, "account": self.account}
        fields |= {"amount_minor": amount_minor, "currency": "CNY"}
        return self.payer.authorise(fields, key)

    def show(self, account=None):
        """The wallet shows a code, the scanner reads it."""
        key = f"show-{self.clock.now_ms()}-{account}"
        code = self.payer.present(account or self.account, key).auth_code
        self.machine.service.present("platform-9", code)
        return code

    def order(self, order_id):
        return self.machine.service.order(order_id)

    def front(self):
        return self.machine.service.front("platform-9").order

    def balance(self):
        account = self.payer.account(self.account)
        assert account.held_minor == 0
        return account.balance_minor

    def ended(self, order_id):
        order = self.order(order_id)
        assert order["done"], order
        return order["state"], order["money"]

    def behave(self, **wishes):
        self.payments.wechat.merchants.behave(MCHID, **wishes)
