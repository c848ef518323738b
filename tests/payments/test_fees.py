"""Fees and the four ends of a refund: each moves money once, and the books add up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.payments.conftest import START_MS, refused
from tests.payments.foreign import (
    FEES,
    FUNDING,
    MERCHANT_ACCOUNT,
    TRANSIT,
    Foreign,
    make_foreign,
)
from vendor_sim.kernel.limits import REFUND_MS
from vendor_sim.kernel.problems import Code
from vendor_sim.ledger import Kind, Ledger, Transfer, TransferCode
from vendor_sim.payments.domain import RefundEvent, Takes, fee_of
from vendor_sim.payments.service import MerchantSeed

if TYPE_CHECKING:
    from vendor_sim.payments.domain import Intent


@pytest.mark.parametrize(
    ("amount_minor", "fee_minor"),
    [(1, 0), (83, 0), (84, 1), (250, 2), (350, 2), (416, 2), (417, 3), (10**9, 6_000_000)],
)
def test_a_fee_is_rounded_half_up(amount_minor: int, fee_minor: int) -> None:
    """0.6 %: 84 costs 0.504, 250 costs 1.5, 417 costs 2.502."""
    assert fee_of(amount_minor, 6_000) == fee_minor


def codes(foreign: Foreign, intent: Intent) -> list[tuple[str, int]]:
    moved = foreign.service.browsing.intent_life(intent.id)["transfers"]
    return [(str(one["code"]), one["amount_minor"]) for one in moved]


def test_what_is_taken_costs_its_fee_in_the_same_transaction(foreign: Foreign) -> None:
    intent = foreign.paid(1_000)
    assert (intent.fee_minor, intent.fee_returned_minor) == (6, 0)
    assert codes(foreign, intent) == [("sale", 1_000), ("fee", 6)]
    assert (foreign.has(MERCHANT_ACCOUNT), foreign.has(FEES)) == (994, 6)
    foreign.paid(10, order_ref="small")
    assert (foreign.has(MERCHANT_ACCOUNT), foreign.has(FEES)) == (1_004, 6)


def test_a_hold_costs_nothing_until_it_is_captured(foreign: Foreign) -> None:
    intent = foreign.paid(1_000, takes=Takes.HOLD)
    assert (intent.state, intent.fee_minor) == ("authorised", 0)
    foreign.service.collecting.capture(foreign.merchant, intent.id, "c")
    assert foreign.now(intent).fee_minor == 6
    assert codes(foreign, intent) == [("hold", 1_000), ("sale", 1_000), ("fee", 6)]
    assert foreign.service.browsing.audit() == []


def test_the_fee_comes_back_before_the_refund_that_needs_it(foreign: Foreign) -> None:
    """The merchant has 994 and refunds 1,000: its 6 must be there first."""
    intent = foreign.paid(1_000)
    refund = foreign.refund(intent, 1_000)
    assert refund.fee_minor == 6
    assert codes(foreign, intent)[2:] == [("fee_returned", 6), ("refund", 1_000)]
    assert (foreign.has(MERCHANT_ACCOUNT), foreign.has(FEES)) == (0, 0)
    foreign.pass_ms(REFUND_MS)
    assert foreign.has(foreign.account) == 100_000
    assert foreign.dialect.ended == ["succeeded"]


def test_parts_return_their_part_and_the_last_one_what_is_left(foreign: Foreign) -> None:
    intent = foreign.paid(1_000)
    returned = [foreign.refund(intent, part).fee_minor for part in (75, 250, 75, 600)]
    assert returned == [0, 2, 0, 4]
    assert foreign.now(intent).fee_returned_minor == 6


def test_no_more_of_a_fee_comes_back_than_was_taken(foreign: Foreign) -> None:
    """84 cost 1 of 250's 2: half a cent up, three times, would be more than there is."""
    intent = foreign.paid(250)
    assert [foreign.refund(intent, part).fee_minor for part in (84, 84, 81, 1)] == [1, 1, 0, 0]


@given(amount=st.integers(1, 20_000), parts=st.lists(st.integers(1, 9_000), max_size=6))
def test_any_refunds_leave_the_fees_and_the_merchant_at_nothing_less(
    amount: int, parts: list[int]
) -> None:
    foreign = make_foreign()
    intent = foreign.paid(amount)
    left = amount
    for part in (*(part for part in parts if part <= amount), amount):
        if min(part, left) > 0:
            foreign.refund(intent, min(part, left))
            left -= min(part, left)
    foreign.pass_ms(REFUND_MS)
    if intent.fee_minor:
        assert foreign.has(FEES) == 0
    assert (foreign.has(MERCHANT_ACCOUNT), foreign.has(foreign.account)) == (0, 100_000)
    foreign.close()


def test_a_refund_that_the_merchant_cannot_pay_moves_nothing(foreign: Foreign) -> None:
    """Not even where the refusal is caught in a transaction that is committed all the same."""
    intent = foreign.paid(1_000)
    gone = Transfer(
        *("tr_gone", Kind.SINGLE, TransferCode.CORRECTION, MERCHANT_ACCOUNT, FUNDING),
        *(1, "CNY", "paid out", START_MS),
    )

    def verb(cx: Any) -> None:
        Ledger().submit(cx, gone)
        with refused(Code.INSUFFICIENT_FUNDS):
            foreign.service.refunding.accept(cx, intent, 1_000, None)

    foreign.do(verb)
    assert (foreign.has(MERCHANT_ACCOUNT), foreign.has(FEES)) == (993, 6)
    assert foreign.service.browsing.audit() == []
    assert foreign.refund(intent, 999).fee_minor == 6


def test_a_refund_that_cannot_be_placed_stays_in_transit_until_it_is_applied_for(
    foreign: Foreign,
) -> None:
    intent = foreign.paid(1_000)
    refund = foreign.refund(intent, 400, RefundEvent.FAIL)
    foreign.pass_ms(REFUND_MS)
    found = foreign.door.read(lambda cx: foreign.service.refunding.by_id(cx, refund.id))
    assert found is not None
    assert (found[0].state, found[0].done_at_ms) == ("abnormal", None)
    assert (found[1].refund_pending_minor, foreign.has(TRANSIT)) == (400, 400)
    apply = foreign.service.refunding.apply_again
    again = foreign.do(lambda cx: apply(cx, refund.id, to_bank=True))
    assert (again.state, again.to_bank) == ("pending", True)
    with refused(Code.WRONG_STATE):
        foreign.do(lambda cx: apply(cx, refund.id, to_bank=True))
    before = foreign.has(FUNDING)
    foreign.pass_ms(REFUND_MS)
    assert foreign.dialect.ended == ["abnormal", "succeeded"]
    assert (foreign.has(FUNDING), foreign.has(TRANSIT)) == (before - 400, 0)
    assert foreign.has(foreign.account) == 99_000
    assert foreign.now(intent).refunded_minor == 400
    assert foreign.service.browsing.audit() == []


def test_it_may_be_applied_for_to_the_payers_account_as_well(foreign: Foreign) -> None:
    refund = foreign.refund(foreign.paid(1_000), 400, RefundEvent.FAIL)
    foreign.pass_ms(REFUND_MS)
    foreign.do(lambda cx: foreign.service.refunding.apply_again(cx, refund.id, to_bank=False))
    foreign.pass_ms(REFUND_MS)
    assert foreign.has(foreign.account) == 99_400


def test_nobody_applies_for_a_refund_that_does_not_exist(foreign: Foreign) -> None:
    with refused(Code.NOT_FOUND):
        foreign.do(lambda cx: foreign.service.refunding.apply_again(cx, "rf_x", to_bank=True))
    assert foreign.door.read(lambda cx: foreign.service.refunding.by_id(cx, "rf_x")) is None


def test_a_closed_refund_goes_back_to_the_merchant_who_keeps_its_part_of_the_fee(
    foreign: Foreign,
) -> None:
    intent = foreign.paid(1_000)
    refund = foreign.refund(intent, 500, RefundEvent.CLOSE)
    foreign.pass_ms(REFUND_MS)
    after = foreign.now(intent)
    assert (after.refund_pending_minor, after.refunded_minor, after.fee_returned_minor) == (0, 0, 3)
    assert (foreign.has(MERCHANT_ACCOUNT), foreign.has(TRANSIT), foreign.has(FEES)) == (997, 0, 3)
    assert codes(foreign, intent)[-1] == ("refund_closed", 500)
    assert foreign.dialect.ended == ["closed"]
    view = foreign.service.browsing.refunds()[0]
    assert (view["id"], view["state"], view["done_at"] is None) == (refund.id, "closed", False)
    assert [one.type for one in foreign.hooks.heard if one.url == "http://wallet/hook"] == (
        ["authorisation.updated"] * 2
    )
    assert foreign.refund(intent, 1_000).fee_minor == 3


def test_a_fee_is_between_nothing_and_everything(foreign: Foreign) -> None:
    for fee_ppm in (-1, 1_000_001):
        with refused(Code.INVALID, "fee_ppm"):
            foreign.service.add_merchant(MerchantSeed("m", "M", "k", fee_ppm=fee_ppm))
    party = foreign.service.add_merchant(MerchantSeed("m", "M", "k", fee_ppm=1_000_000))
    assert party.fee_ppm == 1_000_000
    foreign.service.parties.reload()
    assert foreign.service.parties.get(party.role, "m") == party
