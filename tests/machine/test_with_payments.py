"""The machine and the real payment platform, over the wire: what the stub promises is so."""

from __future__ import annotations

import pytest

from tests.machine.conftest import SECRET, SLOTS, START_MS
from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.kernel.ids import SeededIds
from vendor_sim.kernel.limits import MOTOR_MS, PAY_WITHIN_MS
from vendor_sim.machine import assembly as machine_assembly
from vendor_sim.machine.assembly import MachineSeed, MachineSettings
from vendor_sim.machine.domain import Drop
from vendor_sim.payments import assembly as payments_assembly
from vendor_sim.payments.assembly import MerchantSeed, PaymentsSettings, ProviderSeed
from vendor_sim.storage.database import Database
from vendor_sim.wire.clients import ProviderClient
from vendor_sim.wire.http import Response, Transport
from vendor_sim.wire.transports import InProcess

HOOK = "http://machine/machine/hooks/payments/lobby"
RUN_MS = 60 * 60_000


class ByHost(Transport):
    """Routes by the host's name; a host without an application takes notices and forgets them."""

    def __init__(self):
        self.apps = {}

    def handle_request(self, request):
        app = self.apps.get(request.url.host)
        return InProcess(app).handle_request(request) if app else Response(204)


class Town:
    """One machine, the platform, and a payer with 100.00."""

    def __init__(self, takes):
        self.clock, self.wire = VirtualClock(START_MS), ByHost()
        payments = PaymentsSettings(
            link_base="http://town",
            console_password="console",
            session_secret="s" * 32,
            merchants=(MerchantSeed("m_lobby", "Lobby machine", "m-key", HOOK, (SECRET,)),),
            providers=(ProviderSeed("p", "Wallet", "p-key", "http://wallet/hook", (SECRET,)),),
        )
        keys = {"merchant_id": "m_lobby", "credentials": "m-key", "hook_secrets": (SECRET,)}
        seed = MachineSeed("lobby", "Lobby machine", takes, "CNY", slots=SLOTS, **keys)
        machine = MachineSettings("http://ledger", "operator", "s" * 32, (seed,))
        self.payments = self._made(payments_assembly, payments)
        self.machine = self._made(machine_assembly, machine)
        self.wire.apps = {"ledger": self.payments.app, "machine": self.machine.app}
        self.payer = ProviderClient("http://ledger", "p-key", self.wire)
        self.account = self.payer.open_account("Pete", "CNY", "open").id
        self.payer.top_up(self.account, 10_000, "top-up")

    def _made(self, assembly, settings):
        door = Database("sqlite://", assembly.TABLES)
        return assembly.assemble(settings, door, self.clock, SeededIds(1), self.wire)

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
        raise AssertionError("the town does not come to rest")

    def buy(self):
        order_id = self.machine.service.press("lobby", "B4")
        self.run()
        return order_id

    def pay(self, order_id):
        order = self.order(order_id)
        fields = {"code": order["code"], "account": self.account}
        fields |= {"amount_minor": 350, "currency": "CNY"}
        return self.payer.authorise(fields, f"au_{order_id}")

    def order(self, order_id):
        return self.machine.service.order(order_id)

    def balance(self):
        account = self.payer.account(self.account)
        return account.balance_minor, account.held_minor

    def ended(self, order_id):
        order = self.order(order_id)
        assert order["done"], order
        return order["state"], order["money"]


@pytest.fixture(params=["hold", "at_once"])
def town(request):
    return Town(request.param)


def test_a_drink_is_bought(town):
    order_id = town.buy()
    assert town.order(order_id)["code"].startswith("http://town/wallet/p/")
    town.pay(order_id)
    town.run(MOTOR_MS)
    assert town.ended(order_id) == ("released", "taken")
    assert town.balance() == (9_650, 0)


@pytest.mark.parametrize("drop", [Drop.JAMMED, Drop.EMPTY])
def test_the_money_comes_back_when_nothing_falls(town, drop):
    town.machine.service.plan_drop("lobby", drop)
    order_id = town.buy()
    town.pay(order_id)
    town.run(RUN_MS)
    assert town.ended(order_id) == ("not_released", "returned")
    assert town.balance() == (10_000, 0)


@pytest.mark.parametrize(("released", "balance"), [(True, 9_650), (False, 10_000), (None, 10_000)])
def test_an_unsure_drop_is_settled_by_the_desk_or_by_time(town, released, balance):
    town.machine.service.plan_drop("lobby", Drop.UNSURE)
    order_id = town.buy()
    town.pay(order_id)
    town.run(MOTOR_MS)
    if released is not None:
        town.machine.service.settle_unsure(order_id, released=released)
    town.run(RUN_MS)
    assert town.ended(order_id) == ("unsure", "taken" if released else "returned")
    assert town.balance() == (balance, 0)


def test_an_order_that_nobody_pays_expires(town):
    order_id = town.buy()
    town.run(PAY_WITHIN_MS)
    assert town.ended(order_id) == ("expired", "none")


def test_a_cancelled_order_is_closed(town):
    order_id = town.buy()
    town.machine.service.cancel("lobby")
    town.run()
    assert town.ended(order_id) == ("cancelled", "none")


def test_a_payment_that_crosses_with_the_cancel_goes_back(town):
    order_id = town.buy()
    town.pay(order_id)
    town.machine.service.cancel("lobby")
    town.run(RUN_MS)
    assert town.ended(order_id) == ("cancelled", "returned")
    assert town.balance() == (10_000, 0)


def test_a_payer_who_says_no_is_shown_and_may_think_again(town):
    order_id = town.buy()
    town.payer.decline(town.order(order_id)["code"], town.account)
    town.run()
    assert town.machine.service.front("lobby").order.attempt_state == "declined"
    town.pay(order_id)
    town.run(MOTOR_MS)
    assert town.ended(order_id) == ("released", "taken")


def test_at_the_end_the_books_and_the_town_are_at_rest(town):
    order_id = town.buy()
    town.pay(order_id)
    town.run(RUN_MS)
    assert town.machine.outbound.next_due_ms() is None
    assert town.payments.outbound.next_due_ms() is None
