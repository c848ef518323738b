"""The dialect's rows: what is put in comes out, and numbers are given once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import IntegrityError

from tests.payments.turns import Turns
from tests.payments.wechat.mall import CERT, PUBKEY, START_MS, make_mall
from vendor_sim.payments.wechat import store
from vendor_sim.payments.wechat.store import Order, RefundRecord

if TYPE_CHECKING:
    from tests.payments.wechat.mall import Mall


def made(mall: Mall) -> Order:
    mall.sold()
    found = mall.door.read(lambda cx: store.order_of(cx, PUBKEY, "order-000001"))
    assert found is not None
    return found


def test_an_order_is_found_by_each_of_its_numbers(mall: Mall) -> None:
    order = made(mall)
    for find in (
        lambda cx: store.order_of(cx, PUBKEY, "order-000001"),
        lambda cx: store.order_of_transaction(cx, PUBKEY, order.transaction_id),
        lambda cx: store.order_of_intent(cx, order.intent_id),
    ):
        assert mall.door.read(find) == order
    for miss in (
        lambda cx: store.order_of(cx, CERT, "order-000001"),
        lambda cx: store.order_of(cx, PUBKEY, "order-000002"),
        lambda cx: store.order_of_transaction(cx, CERT, order.transaction_id),
        lambda cx: store.order_of_intent(cx, "in_nothing"),
    ):
        assert mall.door.read(miss) is None


def test_what_may_change_of_an_order_is_saved_and_its_numbers_stay(mall: Mall) -> None:
    order = made(mall)
    changed = replace(
        order,
        attach="a",
        notify_url=None,
        device_id="d",
        print="p",
        time_expire_ms=1,
        auth_code="130061098828009406",
        asked_at_ms=2,
        reversed_at_ms=3,
    )
    mall.door.transact(lambda cx: store.save_order(cx, replace(changed, out_trade_no="other")))
    assert mall.door.read(lambda cx: store.order_of_intent(cx, order.intent_id)) == changed


def test_a_number_is_given_to_one_order_only(mall: Mall) -> None:
    order = made(mall)
    mall.shop.native("order-000002")
    other = mall.door.read(lambda cx: store.order_of(cx, PUBKEY, "order-000002"))
    assert other is not None
    for changes in ({"out_trade_no": "order-000001"}, {"transaction_id": order.transaction_id}):
        again = replace(other, **{"transaction_id": "4200x", "out_trade_no": "new"} | changes)
        with pytest.raises(IntegrityError):
            mall.door.transact(lambda cx, again=again: store.add_order(cx, again))


def test_a_refund_is_found_by_each_of_its_numbers_and_saved(mall: Mall) -> None:
    made(mall)
    for number in ("r-1", "r-2"):
        assert mall.shop.refund(number, refund=100).status == 200
        mall.pass_ms(60_000)
    found = mall.door.read(lambda cx: store.refund_of(cx, PUBKEY, "r-1"))
    assert isinstance(found, RefundRecord)
    for find in (
        lambda cx: store.refund_named(cx, PUBKEY, found.refund_id),
        lambda cx: store.refund_of_ours(cx, found.refund),
        lambda cx: store.refunds_of_intent(cx, found.intent_id)[0],
    ):
        assert mall.door.read(find) == found
    kept = mall.door.read(lambda cx: store.refunds_of_intent(cx, found.intent_id))
    assert [one.out_refund_no for one in kept] == ["r-1", "r-2"]
    changed = replace(
        found, notify_url="http://x", funds_account="AVAILABLE", reason="why", applied="USER"
    )
    mall.door.transact(lambda cx: store.save_refund(cx, changed))
    assert mall.door.read(lambda cx: store.refund_of_ours(cx, found.refund)) == changed
    for miss in (
        lambda cx: store.refund_of(cx, CERT, "r-1"),
        lambda cx: store.refund_named(cx, CERT, found.refund_id),
        lambda cx: store.refund_of_ours(cx, "rf_nothing"),
    ):
        assert mall.door.read(miss) is None


def test_a_whole_life_on_postgresql(postgres_url: str) -> None:
    mall = make_mall(postgres_url)
    order = made(mall)
    assert order.created_at_ms == START_MS
    mall.tick()
    assert mall.notices()[0]["plain"]["out_trade_no"] == "order-000001"
    assert mall.shop.refund(refund=100).status == 200
    mall.pass_ms(60_000)
    assert mall.shop.query().document["trade_state"] == "REFUND"
    assert mall.sound()
    Turns.of(mall.payments).close()
    mall.door.close()
