"""Giving money back, in full and in part, through transit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.payments.conftest import refused
from vendor_sim.kernel.limits import REFUND_MS
from vendor_sim.kernel.problems import Code

if TYPE_CHECKING:
    from tests.payments.conftest import Platform
    from vendor_sim.wire.schemas import IntentView

MERCHANT_ACCOUNT, TRANSIT = "merchant:m_lobby:CNY", "transit:refunds:CNY"


@pytest.fixture
def captured(platform: Platform) -> tuple[IntentView, str]:
    intent, account = platform.paid()
    platform.merchant.capture(intent.id, "c")
    platform.tick()
    platform.hooks.heard.clear()
    return intent, account


def test_a_refund_rests_in_transit_and_then_reaches_the_payer(
    platform: Platform, captured: tuple[IntentView, str]
) -> None:
    intent, account = captured
    refund = platform.merchant.refund(intent.id, 350, "jammed", "r")
    assert (refund.state, refund.intent, refund.reason) == ("pending", intent.id, "jammed")
    assert [platform.balance(one)[0] for one in (MERCHANT_ACCOUNT, TRANSIT, account)] == (
        [0, 350, 9_650]
    )
    yes = platform.provider.authorisation("au_1")
    assert (yes.refund_pending_minor, yes.refunded_minor) == (350, 0)
    platform.pass_ms(REFUND_MS)
    assert [platform.balance(one)[0] for one in (MERCHANT_ACCOUNT, TRANSIT, account)] == (
        [0, 0, 10_000]
    )
    done = platform.merchant.refund_state(refund.id)
    assert (done.state, done.done_at is not None) == ("succeeded", True)
    yes = platform.provider.authorisation("au_1")
    assert (yes.refund_pending_minor, yes.refunded_minor, yes.balance_minor) == (0, 350, 10_000)
    assert platform.merchant.intent(intent.id).refunded_minor == 350
    assert platform.hooks.types() == ["refund.succeeded"]
    assert platform.hooks.types("wallet") == ["authorisation.updated"] * 2
    (told,) = [one for one in platform.hooks.heard if one.type == "refund.succeeded"]
    assert told.data == done.model_dump()
    assert platform.sound()


def test_parts_add_up_to_the_capture_and_no_further(
    platform: Platform, captured: tuple[IntentView, str]
) -> None:
    intent, account = captured
    platform.merchant.refund(intent.id, 100, "part", "r1")
    platform.pass_ms(REFUND_MS)
    platform.merchant.refund(intent.id, 200, "part", "r2")
    with refused(Code.OVER_REFUND, "amount_minor"):
        platform.merchant.refund(intent.id, 51, "part", "r3")
    platform.merchant.refund(intent.id, 50, "rest", "r3")
    platform.pass_ms(REFUND_MS)
    assert platform.balance(account) == (10_000, 0)
    assert len(platform.payments.service.browsing.refunds()) == 3
    assert platform.sound()


def test_a_refund_asked_again_with_its_key_is_one_refund(
    platform: Platform, captured: tuple[IntentView, str]
) -> None:
    intent, account = captured
    first = platform.merchant.refund(intent.id, 100, "x", "r")
    platform.pass_ms(REFUND_MS)
    again = platform.merchant.refund(intent.id, 100, "x", "r")
    assert (again.id, again.state) == (first.id, "succeeded")
    assert platform.balance(account) == (9_750, 0)
    with refused(Code.KEY_REUSED):
        platform.merchant.refund(intent.id, 101, "x", "r")


def test_a_merchant_reads_what_went_back_whoever_asked_for_it(
    platform: Platform, captured: tuple[IntentView, str]
) -> None:
    intent, _ = captured
    assert platform.merchant.refunds(intent.id).refunds == []
    mine = platform.merchant.refund(intent.id, 100, "x", "r")
    platform.pass_ms(REFUND_MS)
    platform.payments.service.refund_for_order("m_lobby", "ord_1", 50, "desk")
    page = platform.merchant.refunds(intent.id)
    assert (page.captured_minor, page.refund_pending_minor, page.refunded_minor) == (350, 50, 100)
    first, second = page.refunds
    assert first == platform.merchant.refund_state(mine.id)
    assert (second.amount_minor, second.state, second.intent) == (50, "pending", intent.id)
    with refused(Code.NOT_FOUND):
        platform.merchant.refunds("in_nobody")


def test_only_a_capture_is_refunded(platform: Platform) -> None:
    intent, _ = platform.paid()
    with refused(Code.WRONG_STATE):
        platform.merchant.refund(intent.id, 1, "x", "r")


def test_a_taken_payment_is_refunded_too(platform: Platform) -> None:
    intent, account = platform.paid(takes="at_once")
    platform.merchant.refund(intent.id, 350, "jammed", "r")
    platform.pass_ms(REFUND_MS)
    assert platform.balance(account) == (10_000, 0)


def test_the_desk_refunds_by_order(platform: Platform, captured: tuple[IntentView, str]) -> None:
    _, account = captured
    refund_for_order = platform.payments.service.refund_for_order
    platform.clock.advance_to(platform.clock.now_ms() + 1)
    platform.open_intent()
    refund = refund_for_order("m_lobby", "ord_1", 150, "desk")
    assert refund_for_order("m_lobby", "ord_1", 150, "desk") == refund
    platform.pass_ms(REFUND_MS)
    assert platform.balance(account) == (9_800, 0)
    with refused(Code.NOT_FOUND):
        refund_for_order("m_lobby", "ord_9", 1, "k1")
    with refused(Code.NOT_FOUND):
        refund_for_order("m_nobody", "ord_1", 1, "k2")
    with refused(Code.OVER_REFUND):
        refund_for_order("m_lobby", "ord_1", 999, "k3")


def test_the_desk_cannot_refund_what_was_not_taken(platform: Platform) -> None:
    platform.open_intent()
    with refused(Code.WRONG_STATE):
        platform.payments.service.refund_for_order("m_lobby", "ord_1", 1, "k")
