"""The wallet against the real ledger service, over the real wire, in one process."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.wallet.fakes import BASE, PIN, START_MS
from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.kernel.ids import SeededIds
from vendor_sim.payments import assembly as payments
from vendor_sim.payments.domain import Role, Takes
from vendor_sim.payments.service import Ask
from vendor_sim.storage.database import Database
from vendor_sim.wire.clients import PaymentsClient
from vendor_sim.wire.http import Request, Response, Transport
from vendor_sim.wire.signing import secret_text
from vendor_sim.wire.transports import InProcess
from wallet import assembly

SECRET = secret_text(b"s" * 32)


class Hosts(Transport):
    """Requests go to whoever has the host's name."""

    def __init__(self) -> None:
        self.ends: dict[str, Transport] = {}

    def handle_request(self, request: Request) -> Response:
        return self.ends[request.url.host].handle_request(request)


class Pair:
    """A wallet and a ledger service that tell each other things."""

    def __init__(self, *, notices: bool) -> None:
        self.clock, ids, hosts = VirtualClock(START_MS), SeededIds(7), Hosts()
        hook = "http://wallet/wallet/hooks/payments" if notices else None
        merchant = payments.MerchantSeed("m_lobby", "Lobby machine", "merchant-key", None, ())
        provider = payments.ProviderSeed("demo", "Wallet", "provider-key", hook, (SECRET,))
        settings = payments.PaymentsSettings(BASE, "pw", "secret", (merchant,), (provider,))
        self.doors = Database("sqlite://", payments.TABLES), Database("sqlite://", assembly.TABLES)
        ledger = payments.assemble(settings, self.doors[0], self.clock, ids, hosts)
        mine = assembly.WalletSettings(
            "http://ledger", "provider-key", (SECRET,), "secret", BASE, pin_cost=16
        )
        self.wallet = assembly.assemble(mine, self.doors[1], self.clock, ids, hosts)
        hosts.ends = {"ledger": InProcess(ledger.app), "wallet": InProcess(self.wallet.app)}
        self.merchant = PaymentsClient("http://ledger", "merchant-key", hosts)
        self.outbounds = (self.wallet.outbound, ledger.outbound, *ledger.couriers)
        self.ledger = ledger.service
        self.service = self.wallet.service

    def run(self, for_ms: int = 0) -> None:
        until_ms = self.clock.now_ms() + for_ms
        while True:
            dues = [due for one in self.outbounds if (due := one.next_due_ms()) is not None]
            if not dues or min(dues) > until_ms:
                break
            self.clock.advance_to(min(dues))
            for one in self.outbounds:
                one.tick(self.clock.now_ms())
        self.clock.advance_to(until_ms)

    def order(self, **given: Any) -> Any:
        body = {"order_ref": "ord_1", "amount_minor": 350, "currency": "CNY", "takes": "hold"}
        return self.merchant.open_intent({**body, "description": "Cola", **given}, "key-1")

    def pay(self, code: str, wallet_id: str = "pete") -> str:
        scan_id = self.service.begin_scan(wallet_id, code)
        self.run()
        self.service.approve(scan_id, PIN)
        self.run()
        return scan_id


@pytest.fixture(params=[True, False], ids=["with notices", "without notices"])
def pair(request):
    made = Pair(notices=request.param)
    made.service.open_wallet("pete", "Pete", "CNY", PIN, 10_000)
    made.service.open_wallet("broke", "Broke", "CNY", PIN, 100)
    made.run()
    yield made
    for door in made.doors:
        door.close()


def facts(pair, scan_id):
    scan, wallet = pair.service.scan(scan_id), pair.service.wallet("pete")
    return scan["exact_state"], scan["money"], wallet["balance_minor"], wallet["held_minor"]


def test_a_purchase_is_followed_to_the_drink(pair):
    intent = pair.order()
    scan_id = pair.pay(intent.code)
    assert facts(pair, scan_id) == ("held", "held", 10_000, 350)
    pair.merchant.capture(intent.id, "key-2")
    pair.merchant.fulfil(intent.id, "dropped")
    pair.run(20_000)
    assert facts(pair, scan_id) == ("captured", "taken", 9_650, 0)
    assert pair.service.scan(scan_id)["fulfilment"] == "dropped"
    assert pair.wallet.outbound.next_due_ms() is None


def test_a_jam_gives_the_hold_back(pair):
    intent = pair.order()
    scan_id = pair.pay(intent.code)
    pair.merchant.void(intent.id, "key-2")
    pair.run(20_000)
    assert facts(pair, scan_id) == ("returned", "returned", 10_000, 0)


def test_a_refund_comes_back_in_parts(pair):
    intent = pair.order(takes="at_once")
    scan_id = pair.pay(intent.code)
    assert facts(pair, scan_id) == ("captured", "taken", 9_650, 0)
    pair.merchant.refund(intent.id, 100, "half", "key-2")
    pair.run(60_000)
    assert pair.service.scan(scan_id)["refunded_minor"] == 100
    pair.merchant.refund(intent.id, 250, "rest", "key-3")
    pair.run(600_000)
    assert facts(pair, scan_id) == ("returned", "returned", 10_000, 0)


def test_a_hold_nobody_captures_comes_back_by_itself(pair):
    scan_id = pair.pay(pair.order().code)
    pair.run(3_600_000)
    assert facts(pair, scan_id) == ("returned", "returned", 10_000, 0)


def test_who_comes_second_is_told_so(pair):
    code = pair.order().code
    pair.pay(code)
    second = pair.service.scan(pair.pay(code, "broke"))
    assert (second["state"], second["reason"]) == ("refused", "already_paid")


@pytest.mark.parametrize(
    ("given", "reason"),
    [({}, "insufficient_funds"), ({"currency": "JPY"}, "currency_mismatch")],
)
def test_refusals_of_the_platform_are_told(pair, given, reason):
    scan = pair.service.scan(pair.pay(pair.order(**given).code, "broke"))
    assert (scan["state"], scan["reason"], scan["money"]) == ("refused", reason, "none")


def test_a_late_scan_and_a_closed_one_are_told_apart(pair):
    intent = pair.order()
    pair.merchant.close_intent(intent.id)
    assert pair.service.scan(pair.pay(intent.code))["reason"] == "closed"
    late = pair.merchant.open_intent(
        {"order_ref": "ord_2", "amount_minor": 1, "currency": "CNY", "description": "x"}, "k"
    )
    pair.run(3_600_000)
    assert pair.service.scan(pair.pay(late.code))["reason"] == "expired"


# -- payment codes ----------------------------------------------------------------------------
def show(pair):
    """Pete shows his code: its digits."""
    pair.service.payment_code("pete")
    pair.run()
    return pair.service.payment_code_view("pete")["auth_code"]


def till(pair, digits, verb, amount_minor=350):
    """A till that has read a code takes the money, or asks for it."""
    ledger, now_ms = pair.ledger, pair.clock.now_ms()
    merchant = ledger.parties.get(Role.MERCHANT, "m_lobby")
    until = dict.fromkeys(("pay_until_ms", "code_until_ms", "close_at_ms"), now_ms + 30_000)
    order = Ask("ord_1", "Tea", amount_minor, "CNY", Takes.AT_ONCE, **until)

    def at_the_till(cx):
        presented = ledger.presenting.find(cx, digits)
        asked = replace(order, reserved_for=presented.account)
        intent = ledger.collecting.open(cx, merchant, asked)
        getattr(ledger.presenting, verb)(cx, intent, presented)
        return intent.id

    return pair.doors[0].transact(at_the_till)


def last(pair):
    return pair.service.history("pete")[0]


def test_a_till_takes_the_money_by_code(pair):
    digits = show(pair)
    till(pair, digits, "charge")
    pair.run(1_000)
    scan = last(pair)
    assert facts(pair, scan["id"]) == ("captured", "taken", 9_650, 0)
    assert (scan["presented"], scan["merchant_name"], scan["description"]) == (
        digits,
        "Lobby machine",
        "Tea",
    )
    pair.run(120_000)
    assert len(pair.service.history("pete")) == 1


@pytest.mark.parametrize("pair", [True], indirect=True)
def test_a_notice_alone_tells_what_a_till_took_by_which_code(pair):
    digits = show(pair)
    till(pair, digits, "charge")
    pair.run()
    assert (last(pair)["amount_minor"], last(pair)["presented"]) == (350, digits)
    assert pair.clock.now_ms() == START_MS, "before the wallet would have asked"


def test_money_taken_by_code_and_given_back_is_followed(pair):
    intent = till(pair, show(pair), "charge")
    pair.run(1_000)
    pair.merchant.refund(intent, 350, "spilt", "key-2")
    pair.run(60_000)
    assert facts(pair, last(pair)["id"]) == ("returned", "returned", 10_000, 0)


def test_a_till_that_asks_is_answered_with_the_pin(pair):
    till(pair, show(pair), "ask")
    pair.run(1_000)
    scan_id = pair.service.waiting_confirmation("pete")
    assert facts(pair, scan_id) == ("asking", "none", 10_000, 0)
    assert pair.service.approve(scan_id, PIN) is None
    pair.run()
    assert facts(pair, scan_id) == ("captured", "taken", 9_650, 0)


def test_a_till_that_asks_hears_a_no(pair):
    intent = till(pair, show(pair), "ask")
    pair.run(1_000)
    pair.service.decline(pair.service.waiting_confirmation("pete"))
    pair.run()
    assert pair.merchant.intent(intent).attempt.state == "declined"


def test_a_question_that_is_not_answered_ends(pair):
    till(pair, show(pair), "ask")
    pair.run(31_000)
    assert (last(pair)["state"], last(pair)["reason"]) == ("refused", "expired")
    assert pair.service.waiting_confirmation("pete") is None


def test_a_till_that_takes_too_much_gets_nothing(pair):
    till(pair, show(pair), "charge", 10_001)
    pair.run(1_000)
    scan = last(pair)
    assert (scan["state"], scan["reason"], scan["money"]) == (
        "refused",
        "insufficient_funds",
        "none",
    )


def test_a_code_nobody_scans_is_over_after_a_minute(pair):
    first = show(pair)
    pair.run(59_999)
    assert pair.service.payment_code_view("pete")["auth_code"] == first
    pair.run(2_000)
    assert pair.service.payment_code_view("pete") is None
    assert pair.wallet.outbound.next_due_ms() is None
    assert show(pair) != first
