"""A merchant: opens intents, looks after them, ends them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.payments.conftest import START_MS, refused
from vendor_sim.kernel.clock import rfc3339
from vendor_sim.kernel.limits import DAY_MS, HOLD_MS, PAY_WITHIN_MS
from vendor_sim.kernel.problems import Code
from vendor_sim.wire import qr

if TYPE_CHECKING:
    from tests.payments.conftest import Platform


def test_an_intent_is_open_and_has_a_code_of_its_own(platform: Platform) -> None:
    intent = platform.open_intent()
    assert (intent.state, intent.takes, intent.merchant, intent.version) == (
        *("open", "hold", "m_lobby", 1),
    )
    assert intent.pay_until == rfc3339(START_MS + PAY_WITHIN_MS)
    code = qr.decode(intent.code)
    assert isinstance(code, qr.PaymentCode)
    assert code.base == "http://phone.test:8000"
    assert platform.open_intent().code != intent.code
    assert platform.merchant.intent(intent.id) == intent


def test_a_merchant_says_how_long_a_code_is_good(platform: Platform) -> None:
    intent = platform.open_intent(pay_within_ms=5_000)
    assert intent.pay_until == rfc3339(START_MS + 5_000)
    with refused(Code.INVALID, "pay_within_ms"):
        platform.open_intent(pay_within_ms=DAY_MS + 1)


def test_a_key_used_again_answers_with_the_same_intent_as_it_stands(platform: Platform) -> None:
    intent = platform.open_intent(key="k")
    platform.merchant.close_intent(intent.id)
    again = platform.open_intent(key="k")
    assert (again.id, again.state) == (intent.id, "closed")
    with refused(Code.KEY_REUSED, "Idempotency-Key"):
        platform.open_intent(key="k", amount_minor=351)
    with refused(Code.KEY_REUSED):
        platform.merchant.capture(intent.id, "k")


def test_merchants_may_use_the_same_key(platform: Platform) -> None:
    mine = platform.open_intent(key="k")
    body = {"order_ref": "o", "amount_minor": 1, "currency": "CNY", "description": "x"}
    assert platform.other_merchant.open_intent(body, "k").id != mine.id


def test_books_are_kept_in_known_currencies_only(platform: Platform) -> None:
    with refused(Code.INVALID, "currency"):
        platform.open_intent(currency="XXX")
    for currency in ("JPY", "KWD"):
        assert platform.open_intent(currency=currency).currency == currency


def test_intents_are_listed_by_order_for_their_own_merchant(platform: Platform) -> None:
    first = platform.open_intent()
    platform.clock.advance_to(START_MS + 1)
    second = platform.open_intent()
    platform.open_intent(order_ref="ord_2")
    service = platform.payments.service
    mine, other = (service.parties.authenticate(key) for key in ("key-m1", "key-m2"))
    listed = service.collecting.of_order(mine, "ord_1")
    assert [one["id"] for one in listed] == [first.id, second.id]
    assert service.collecting.of_order(other, "ord_1") == []


def test_a_merchant_sees_its_own_only(platform: Platform) -> None:
    intent, _ = platform.paid()
    platform.merchant.capture(intent.id, "c")
    refund = platform.merchant.refund(intent.id, 1, "taste", "r")
    other = platform.other_merchant
    for call in (
        lambda: other.intent(intent.id),
        lambda: other.close_intent(intent.id),
        lambda: other.capture(intent.id, "c"),
        lambda: other.void(intent.id, "v"),
        lambda: other.fulfil(intent.id, "dropped"),
        lambda: other.refund(intent.id, 1, "x", "r"),
        lambda: other.refund_state(refund.id),
        lambda: platform.merchant.refund_state("rf_nothing"),
        lambda: platform.merchant.intent("in_nothing"),
    ):
        with refused(Code.NOT_FOUND):
            call()


def test_a_capture_posts_the_hold_once(platform: Platform) -> None:
    intent, account = platform.paid()
    done = platform.merchant.capture(intent.id, "c")
    assert (done.state, done.captured_minor) == ("captured", 350)
    assert platform.merchant.capture(intent.id, "c") == done
    assert platform.balance(account) == (9_650, 0)
    assert platform.balance("merchant:m_lobby:CNY") == (350, 0)
    with refused(Code.WRONG_STATE):
        platform.merchant.capture(intent.id, "c2")
    platform.tick()
    assert platform.hooks.types() == ["payment.authorised", "payment.captured"]
    (update,) = [one for one in platform.hooks.heard if one.type == "authorisation.updated"]
    assert (update.data["state"], update.data["balance_minor"]) == ("captured", 9_650)
    assert platform.sound()


def test_a_void_gives_the_money_back(platform: Platform) -> None:
    intent, account = platform.paid()
    assert platform.merchant.void(intent.id, "v").state == "voided"
    assert platform.merchant.void(intent.id, "v").state == "voided"
    assert platform.balance(account) == (10_000, 0)
    platform.tick()
    assert platform.hooks.types() == ["payment.authorised", "payment.voided"]
    assert platform.hooks.types("wallet") == ["authorisation.updated"]
    with refused(Code.WRONG_STATE):
        platform.merchant.capture(intent.id, "c")
    assert platform.sound()


@pytest.mark.parametrize("verb", ["capture", "void"])
def test_a_hold_that_let_go_cannot_be_ended_otherwise(platform: Platform, verb: str) -> None:
    intent, _ = platform.paid()
    platform.clock.advance_to(START_MS + HOLD_MS)
    with refused(Code.EXPIRED):
        getattr(platform.merchant, verb)(intent.id, "k")
    platform.pass_ms(0)
    with refused(Code.EXPIRED):
        getattr(platform.merchant, verb)(intent.id, "k")


def test_closing_stops_collecting_and_may_be_said_again(platform: Platform) -> None:
    intent = platform.open_intent()
    closed = platform.merchant.close_intent(intent.id)
    assert closed.state == "closed"
    assert platform.merchant.close_intent(intent.id) == closed
    platform.pass_ms(PAY_WITHIN_MS)
    assert platform.hooks.types() == ["intent.closed"]
    paid, _ = platform.paid(order_ref="ord_2")
    with refused(Code.ALREADY_PAID):
        platform.merchant.close_intent(paid.id)


def test_an_intent_nobody_pays_expires_at_its_time(platform: Platform) -> None:
    intent = platform.open_intent()
    platform.pass_ms(PAY_WITHIN_MS - 1)
    assert platform.merchant.intent(intent.id).state == "open"
    platform.pass_ms(1)
    assert platform.merchant.close_intent(intent.id).state == "expired"
    assert platform.hooks.types() == ["intent.expired"]
    assert platform.turns.next_due_ms() is None


def test_time_limits_of_what_has_ended_are_forgotten(platform: Platform) -> None:
    platform.open_intent()
    for takes in ("hold", "at_once"):
        intent, account = platform.open_intent(takes=takes), platform.account()
        platform.pay(intent, account, f"au_{takes}")
        if takes == "hold":
            platform.merchant.capture(intent.id, "c")
    platform.tick()
    assert platform.turns.next_due_ms() == START_MS + PAY_WITHIN_MS


def test_a_payer_hears_what_became_of_the_goods(platform: Platform) -> None:
    intent, _ = platform.paid()
    platform.tick()
    platform.hooks.heard.clear()
    noted = platform.merchant.fulfil(intent.id, "unsure")
    assert noted.fulfilment == "unsure"
    assert platform.merchant.fulfil(intent.id, "unsure") == noted
    assert platform.merchant.fulfil(intent.id, "jammed").fulfilment == "jammed"
    platform.tick()
    assert [one.data["fulfilment"] for one in platform.hooks.heard] == ["unsure", "jammed"]
    assert platform.hooks.types() == []
    with refused(Code.WRONG_STATE):
        platform.merchant.fulfil(platform.open_intent(order_ref="ord_2").id, "dropped")


BAD: list[dict[str, Any]] = [
    {"amount_minor": -1},
    {"amount_minor": 0},
    {"amount_minor": True},
    {"amount_minor": "350"},
    {"amount_minor": 10**15 + 1},
    {"currency": "cny"},
    {"order_ref": ""},
    {"order_ref": "a b"},
    {"order_ref": "a" * 65},
    {"description": ""},
    {"description": "x" * 201},
    {"takes": "later"},
    {"surprise": 1},
]


@pytest.mark.parametrize("changes", BAD, ids=lambda changes: str(changes)[:30])
def test_a_wrong_field_is_named(platform: Platform, changes: dict[str, Any]) -> None:
    with refused(Code.INVALID, next(iter(changes))):
        platform.open_intent(**changes)
