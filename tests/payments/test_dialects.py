"""Another dialect: called in the transaction of what happened, told in its own envelope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.payments.conftest import START_MS, Hooks, refused
from tests.payments.foreign import HOUR_MS, WEEK_MS, Foreign, make_foreign
from tests.payments.turns import Turns
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.payments.domain import Takes
from vendor_sim.payments.outbound import Courier, Outbound
from vendor_sim.payments.service import LAPSE, WECHAT, PaymentsService
from vendor_sim.storage import outbox
from vendor_sim.wire.qr import encode_wechat
from vendor_sim.wire.schemas import Authorise, CreateRefund

if TYPE_CHECKING:
    from collections.abc import Callable


def test_an_intent_of_a_dialect_has_the_code_of_that_dialect(foreign: Foreign) -> None:
    intent = foreign.open()
    assert foreign.code(intent) == encode_wechat(intent.token)
    seen = foreign.service.paying.resolve(foreign.provider, foreign.code(intent), foreign.account)
    assert (seen["intent"], seen["description"]) == (intent.id, "腾讯")


def test_every_move_is_told_to_the_dialect_and_by_it_to_the_merchant(foreign: Foreign) -> None:
    intent = foreign.paid()
    assert foreign.dialect.moves == [("captured", "payment.captured")]
    foreign.outbound.tick(START_MS)
    (heard,) = foreign.hooks.heard
    assert (heard.url, heard.body) == ("http://shop/notify", b"<payment.captured>")
    assert heard.headers["x-signed-at"] == str(START_MS)
    assert heard.headers["content-type"] == "text/plain"
    (notice,) = foreign.service.browsing.intent_life(intent.id)["notices"]
    assert (notice["type"], notice["dialect"], notice["url"], notice["state"]) == (
        *("PAYMENT.CAPTURED", WECHAT, "http://shop/notify", "delivered"),
    )
    assert foreign.service.browsing.notice(notice["id"])["url"] == "http://shop/notify"
    assert foreign.envelope.recorded == [f"{notice['id']}:18"]


def test_a_failed_and_a_declined_attempt_are_told_too(foreign: Foreign) -> None:
    intent = foreign.open(999_999)
    with refused(Code.INSUFFICIENT_FUNDS):
        foreign.pay(intent)
    foreign.service.paying.decline(foreign.provider, foreign.code(intent), foreign.account)
    assert foreign.dialect.moves == [("open", "payment.failed"), ("open", "payment.declined")]


def test_a_notice_may_have_an_id_of_its_own_and_go_out_later(foreign: Foreign) -> None:
    foreign.dialect.id, foreign.dialect.after_ms = "EV-1", 700
    foreign.paid()
    assert foreign.outbound.tick(START_MS) == 0
    assert foreign.outbound.next_due_ms() == START_MS + 700
    foreign.pass_ms(700)
    assert foreign.service.browsing.notice("EV-1")["state"] == "delivered"


def test_the_envelope_says_how_long_a_notice_is_tried_and_what_takes_it(foreign: Foreign) -> None:
    foreign.hooks.status = 200
    intent = foreign.paid()
    foreign.pass_ms(10_000)
    (notice,) = foreign.service.browsing.intent_life(intent.id)["notices"]
    tried = foreign.service.browsing.notice(notice["id"])["tried"]
    assert [one["problem"] for one in tried] == ["the hook answered 200"] * 3
    assert (notice["state"], notice["problem"]) == ("dead", "the hook answered 200")
    assert [one.headers["x-signed-at"] for one in foreign.hooks.heard] == [
        str(START_MS + ms) for ms in (0, 1_000, 3_000)
    ]
    assert len(foreign.envelope.recorded) == 3


def test_copies_are_sent_one_after_the_other_and_the_last_one_counts() -> None:
    foreign = make_foreign(copies=2)
    statuses = iter((500, 204))
    inner = foreign.hooks.handle_request

    def answer(request: Any) -> Any:
        foreign.hooks.status = next(statuses)
        return inner(request)

    foreign.hooks.handle_request = answer  # type: ignore[method-assign]
    foreign.paid()
    foreign.outbound.tick(START_MS)
    assert len(foreign.hooks.heard) == 2
    (notice,) = foreign.service.browsing.notices()
    assert (notice["state"], notice["attempts"]) == ("delivered", 1)
    foreign.close()


def test_no_second_copy_goes_to_a_hook_that_is_silent() -> None:
    foreign = make_foreign(copies=2)
    foreign.hooks.status = None
    foreign.paid()
    foreign.outbound.tick(START_MS)
    assert len(foreign.hooks.heard) == 1
    foreign.close()


def test_what_is_to_be_lost_is_not_sent_and_counts_as_a_failed_attempt() -> None:
    foreign = make_foreign(lost=True)
    for number in range(2):
        foreign.paid(order_ref=f"shop-{number}")
    assert foreign.outbound.tick(START_MS) == 2
    assert foreign.hooks.heard == []
    first = foreign.service.browsing.notices()[0]
    (tried,) = foreign.service.browsing.notice(first["id"])["tried"]
    assert (tried["status"], tried["problem"]) == (None, "lost, as asked")
    assert tried["headers"]["X-Signed-At"] == str(START_MS)
    foreign.close()


def test_an_address_that_is_none_is_a_failed_attempt(foreign: Foreign) -> None:
    """A merchant may write anything; the turn of the others must come all the same."""
    foreign.hooks.status = 204
    for number, url in enumerate(("http://\x07/", "http://shop/fine")):
        foreign.dialect.url = url
        foreign.paid(order_ref=f"shop-{number}")
    assert [foreign.outbound.tick(START_MS) for _ in range(2)] == [1, 1]
    assert [one.url for one in foreign.hooks.heard] == ["http://shop/fine"]
    assert {one["attempts"] for one in foreign.service.browsing.notices()} == {1}


def test_where_a_dialect_is_not_spoken_any_more_its_merchants_are_told_nothing(
    foreign: Foreign,
) -> None:
    intent, left = foreign.paid(), foreign.open(order_ref="shop-2")
    alone = PaymentsService(
        foreign.door,
        foreign.clock,
        foreign.service.collecting._kit.ids,
        link_base="http://phone.test",
    )
    hooks = Hooks()
    couriers = [Courier(foreign.door, alone, hooks)]
    outbound = Turns(Outbound(foreign.door, alone), couriers)
    foreign.door.transact(lambda cx: alone.collecting.close_in(cx, left))
    foreign.door.transact(lambda cx: alone.refunding.accept(cx, intent, 350, None))
    outbound.tick(START_MS)
    foreign.clock.advance_to(START_MS + 5_000)
    outbound.tick(START_MS + 5_000)
    assert [one.url for one in hooks.heard if "shop" in one.url] == []
    assert foreign.dialect.ended == []
    assert foreign.now(intent).refunded_minor == 350
    outbound.close()


def test_an_order_that_lies_open_for_days_does_not_keep_a_world_from_its_rest(
    foreign: Foreign,
) -> None:
    intent = foreign.open()
    assert foreign.outbound.next_due_ms(resting=True) is None
    assert foreign.outbound.next_due_ms() == START_MS + WEEK_MS
    foreign.pass_ms(WEEK_MS - 1)
    assert foreign.now(intent).state == "open"
    foreign.pass_ms(1)
    assert foreign.now(intent).state == "expired"
    assert foreign.dialect.moves == [("expired", "intent.expired")]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, LAPSE),
        ({"close_at_ms": START_MS + HOUR_MS}, "expire"),
        ({"takes": Takes.HOLD}, "expire"),
    ],
)
def test_only_what_cannot_hold_money_and_is_open_for_days_is_left_to_lie(
    foreign: Foreign, changes: dict[str, Any], kind: str
) -> None:
    intent = foreign.open(**changes)
    (task,) = foreign.door.read(lambda cx: outbox.waiting(cx, intent.id))
    assert task.kind == kind


def test_the_time_to_pay_ends_before_the_order_does(foreign: Foreign) -> None:
    intent = foreign.open(pay_until_ms=START_MS + 60_000)
    foreign.pass_ms(60_000)
    with refused(Code.EXPIRED):
        foreign.pay(intent)
    assert foreign.now(intent).state == "open"


def test_a_renewed_code_replaces_the_one_before(foreign: Foreign) -> None:
    intent = foreign.open()
    old = foreign.code(intent)
    foreign.pass_ms(1_000)
    after = foreign.do(
        lambda cx: foreign.service.collecting.renew_code(cx, intent, START_MS + 3 * HOUR_MS)
    )
    assert after == foreign.now(intent)
    assert (after.token != intent.token, after.code_until_ms) == (True, START_MS + 3 * HOUR_MS)
    with refused(Code.EXPIRED):
        foreign.service.paying.resolve(foreign.provider, old, foreign.account)
    foreign.pass_ms(2 * HOUR_MS)
    foreign.pay(intent)
    with refused(Code.ALREADY_PAID):
        foreign.service.paying.resolve(foreign.provider, old, foreign.account)
    asked = Authorise(code=old, account=foreign.account, amount_minor=350, currency="CNY")
    again = foreign.service.paying.authorise(foreign.provider, asked, "au_1")
    assert again["state"] == "captured"


def test_an_ended_intent_gets_no_new_code(foreign: Foreign) -> None:
    intent = foreign.paid()
    with refused(Code.WRONG_STATE):
        foreign.do(lambda cx: foreign.service.collecting.renew_code(cx, intent, START_MS + 1))


def test_closing_in_a_transaction_is_judged_as_ever(foreign: Foreign) -> None:
    intent, paid = foreign.open(), foreign.paid(order_ref="shop-2")
    close: Callable[[Any], Any] = lambda cx: foreign.service.collecting.close_in(cx, intent)  # noqa: E731
    closed = foreign.do(close)
    assert (closed.state, closed) == ("closed", foreign.now(intent))
    intent = closed
    assert foreign.do(close) is closed
    intent = paid
    with refused(Code.ALREADY_PAID):
        foreign.do(close)


def test_a_suspended_merchant_opens_nothing_in_any_dialect(foreign: Foreign) -> None:
    foreign.service.parties.suspend("1900000001", suspended=True)
    with refused(Code.MERCHANT_REFUSED):
        foreign.open()


def test_the_desks_refund_is_named_by_the_dialect(foreign: Foreign) -> None:
    intent = foreign.paid()
    refund = foreign.service.refund_for_order("1900000001", "shop-1", 100, "desk")
    asked = CreateRefund(amount_minor=50)
    other = foreign.service.refunding.refund(foreign.merchant, intent.id, asked, "r")
    assert foreign.dialect.unnamed == [refund, other["id"]]
    foreign.refund(intent, 10)
    assert len(foreign.dialect.unnamed) == 2


def test_what_a_dialect_refuses_undoes_what_happened(foreign: Foreign) -> None:
    intent = foreign.open()

    def refuse(*_: Any) -> Any:
        raise Refused(Code.UNAVAILABLE, "not now")

    foreign.dialect.on_intent = refuse  # type: ignore[method-assign]
    with refused(Code.UNAVAILABLE):
        foreign.pay(intent)
    assert (foreign.now(intent).state, foreign.has(foreign.account)) == ("open", 100_000)
