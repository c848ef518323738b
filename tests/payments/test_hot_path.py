"""A payment is cheap: few statements, no ORM; and safe where many pay at once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from tests.payments.conftest import SECRET, START_MS, Hooks, refused, settings
from tests.payments.turns import Turns
from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.kernel.ids import RandomIds
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.payments.assembly import TABLES, MerchantSeed, assemble
from vendor_sim.payments.domain import scanned
from vendor_sim.payments.store import intents
from vendor_sim.storage.database import Database
from vendor_sim.wire.schemas import Authorise, CreateIntent, CreateRefund, OpenAccount

if TYPE_CHECKING:
    from pathlib import Path

    from tests.payments.conftest import Platform
    from vendor_sim.payments.service import PaymentsService

CREATE_MAX, AUTHORISE_MAX, CAPTURE_MAX = 5, 10, 12
THREADS = 8


def test_a_payment_takes_few_statements(platform: Platform) -> None:
    account = platform.account()
    platform.pay(platform.open_intent(), account, "au_0")
    counts: Counter[str] = Counter()
    step = "create"

    def count(_cx: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        counts[step] += not statement.startswith("BEGIN")

    event.listen(platform.door.engine, "before_cursor_execute", count)
    intent = platform.open_intent(order_ref="ord_2")
    step = "authorise"
    platform.pay(intent, account, "au_2")
    step = "capture"
    platform.merchant.capture(intent.id, "c")
    assert counts["create"] <= CREATE_MAX
    assert counts["authorise"] <= AUTHORISE_MAX
    assert counts["capture"] <= CAPTURE_MAX


def create(service: PaymentsService, order: str, takes: str = "hold") -> dict[str, Any]:
    merchant = service.parties.authenticate("key-m1")
    asked = CreateIntent(
        order_ref=order, amount_minor=350, currency="CNY", description="x", takes=takes
    )
    return service.collecting.open_intent(merchant, asked, f"open-{order}")


def open_account(service: PaymentsService, balance_minor: int) -> str:
    provider = service.parties.authenticate("key-p1")
    asked = OpenAccount(name="Pete", currency="CNY")
    account = str(service.accounting.open_account(provider, asked, "acc")["id"])
    service.accounting.top_up(provider, account, balance_minor, "top")
    return account


def authorise(service: PaymentsService, intent: dict[str, Any], account: str, key: str) -> str:
    provider = service.parties.authenticate("key-p1")
    asked = Authorise(code=intent["code"], account=account, amount_minor=350, currency="CNY")
    try:
        return str(service.paying.authorise(provider, asked, key)["id"])
    except Refused as error:
        return error.problem.code.value


@pytest.fixture
def shared(tmp_path: Path) -> Any:
    door = Database(f"sqlite:///{tmp_path}/p.db", TABLES)
    yield assemble(settings(), door, VirtualClock(START_MS), RandomIds(), Hooks()).service
    door.close()


def test_one_of_many_wallets_pays_an_intent(shared: PaymentsService) -> None:
    intent, account = create(shared, "o"), open_account(shared, 10_000)
    with ThreadPoolExecutor(THREADS) as pool:
        keys = [f"au_{n}" for n in range(THREADS)]
        said = list(pool.map(lambda key: authorise(shared, intent, account, key), keys))
    assert Counter(said)["already_paid"] == THREADS - 1
    assert shared.account_view(account)["held_minor"] == 350


def test_an_account_pays_no_more_than_it_has(shared: PaymentsService) -> None:
    account = open_account(shared, 700)
    opened = [create(shared, f"o{n}") for n in range(THREADS)]
    with ThreadPoolExecutor(THREADS) as pool:
        said = list(
            pool.map(lambda one: authorise(shared, one, account, f"au_{one['id']}"), opened)
        )
    assert Counter(said)["insufficient_funds"] == THREADS - 2
    assert shared.account_view(account)["available_minor"] == 0
    assert shared.browsing.audit() == []


def test_one_key_sent_by_many_at_once_is_carried_out_once(shared: PaymentsService) -> None:
    account = open_account(shared, 10_000)
    merchant = shared.parties.authenticate("key-m1")
    with ThreadPoolExecutor(THREADS) as pool:
        made = list(pool.map(lambda _: create(shared, "o", "at_once")["id"], range(THREADS)))
        assert len(set(made)) == 1
        intent = create(shared, "o", "at_once")
        paid = list(pool.map(lambda _: authorise(shared, intent, account, "au"), range(THREADS)))
        assert set(paid) == {"au"}
        asked = CreateRefund(amount_minor=200)
        back = list(
            pool.map(
                lambda _: shared.refunding.refund(merchant, intent["id"], asked, "r")["id"],
                range(THREADS),
            )
        )
    assert len(set(back)) == 1
    assert shared.account_view(account)["balance_minor"] == 9_650
    assert shared.account_view("transit:refunds:CNY")["balance_minor"] == 200


def test_a_change_of_what_changed_meanwhile_is_refused(platform: Platform) -> None:
    known = platform.open_intent()

    def verb(cx: Any) -> None:
        intent = intents.by_id(cx, known.id)
        assert intent is not None
        intents.save(cx, scanned(intent, START_MS))
        intents.save(cx, scanned(intent, START_MS))

    with refused(Code.UNAVAILABLE):
        platform.door.transact(verb)
    assert platform.merchant.intent(known.id).version == 1


def test_a_verb_may_be_a_savepoint_of_a_bigger_transaction(platform: Platform) -> None:
    """A writer that shares one commit among many callers runs verbs in savepoints."""

    class Nested:
        def __init__(self, cx: Any) -> None:
            self.cx = cx

        def transact(self, verb: Any) -> Any:
            with self.cx.begin_nested():
                return verb(self.cx)

        def read(self, query: Any) -> Any:
            return query(self.cx)

    with platform.door.engine.begin() as cx:
        clock, ids = VirtualClock(START_MS), RandomIds()
        service = assemble(settings(), Nested(cx), clock, ids, Hooks()).service  # type: ignore[arg-type]
        service.add_merchant(MerchantSeed("m_x", "X", "key-x", "http://machine/x", (SECRET,)))
        account = open_account(service, 500)
        said = [authorise(service, create(service, f"o{n}"), account, f"au_{n}") for n in range(3)]
        assert said == ["au_0", "insufficient_funds", "insufficient_funds"]
        merchant = service.parties.authenticate("key-m1")
        service.collecting.capture(merchant, create(service, "o0")["id"], "c")
    assert platform.balance(account) == (150, 0)
    assert platform.sound()


def test_a_whole_life_on_postgresql(postgres_url: str) -> None:
    door = Database(postgres_url, TABLES)
    clock, hooks = VirtualClock(START_MS), Hooks()
    payments = assemble(settings(), door, clock, RandomIds(), hooks)
    service = payments.service
    account = open_account(service, 1_000)
    merchant, provider = (service.parties.authenticate(key) for key in ("key-m1", "key-p1"))
    intent = create(service, "o")
    service.paying.resolve(provider, intent["code"], account)
    service.paying.decline(provider, intent["code"], account)
    poor = Authorise(code=intent["code"], account=account, amount_minor=1, currency="CNY")
    with pytest.raises(Refused):
        service.paying.authorise(provider, poor, "au_0")
    assert authorise(service, intent, account, "au_1") == "au_1"
    service.collecting.capture(merchant, intent["id"], "c")
    service.collecting.fulfil(merchant, intent["id"], "jammed")
    service.refunding.refund(merchant, intent["id"], CreateRefund(amount_minor=100), "r")
    left = create(service, "left")
    turns = Turns.of(payments)
    while (due_ms := turns.next_due_ms()) is not None:
        clock.advance_to(due_ms)
        turns.tick(due_ms)
    assert service.account_view(account)["balance_minor"] == 750
    life = service.browsing.intent_life(left["id"])
    assert (life["intent"]["state"], life["notices"][0]["state"]) == ("expired", "delivered")
    assert service.accounting.statement(provider, account, 0, None)["closing_minor"] == 750
    assert service.browsing.audit() == []
    reloaded = assemble(settings(), door, clock, RandomIds(), hooks).service
    assert reloaded.collecting.intent(merchant, intent["id"])["state"] == "captured"
    door.close()
