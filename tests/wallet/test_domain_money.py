"""What the wallet believes of money after a yes, and whom it lets say yes."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from tests.wallet.lives import (
    APPROVED,
    ASKING,
    CAPTURED,
    DECLINED,
    HELD,
    NOW,
    READING,
    REFUSED,
    RETURNED,
    UNANSWERED,
    receipt,
)
from vendor_sim.kernel.limits import (
    PIN_LOCK_MS,
    REQUEST_TIMEOUT_MS,
    WALLET_FOLLOWS_FOR_MS,
    WALLET_GIVES_UP_MS,
)
from vendor_sim.kernel.problems import Code
from wallet import domain
from wallet.domain import ScanState, Wallet


# -- after the yes ----------------------------------------------------------------------------
def test_a_person_waits_so_long_from_the_scan_or_from_the_yes():
    assert domain.gives_up_at_ms(READING) == NOW + WALLET_GIVES_UP_MS
    later = domain.approved(ASKING, "au_1", NOW + 50)
    assert domain.gives_up_at_ms(later) == NOW + 50 + WALLET_GIVES_UP_MS


@pytest.mark.parametrize(
    ("scan", "after_ms", "state"),
    [
        (UNANSWERED, 0, ScanState.UNANSWERED),
        (UNANSWERED, 120_000 + REQUEST_TIMEOUT_MS - 1, ScanState.UNANSWERED),
        (UNANSWERED, 120_000 + REQUEST_TIMEOUT_MS, ScanState.REFUSED),
        (HELD, 120_000 + REQUEST_TIMEOUT_MS, ScanState.HELD),
    ],
)
def test_a_yes_unheard_of_is_refused_only_when_it_can_no_longer_arrive(scan, after_ms, state):
    assert domain.unheard_of(scan, NOW + after_ms).state is state


@pytest.mark.parametrize(
    ("scan", "told", "state"),
    [
        (APPROVED, receipt(), ScanState.HELD),
        (APPROVED, receipt("captured"), ScanState.CAPTURED),
        (APPROVED, receipt("voided"), ScanState.RETURNED),
        (UNANSWERED, receipt("expired"), ScanState.RETURNED),
        (UNANSWERED, receipt("captured"), ScanState.CAPTURED),
        (HELD, receipt("captured"), ScanState.CAPTURED),
        (HELD, receipt("voided"), ScanState.RETURNED),
        (CAPTURED, receipt("captured", refunded=350), ScanState.RETURNED),
        (CAPTURED, receipt("captured", refunded=349), ScanState.CAPTURED),
        (CAPTURED, receipt(), ScanState.CAPTURED),
        (RETURNED, receipt("captured"), ScanState.RETURNED),
        (REFUSED, receipt(), ScanState.REFUSED),
        (DECLINED, receipt("captured"), ScanState.DECLINED),
    ],
)
def test_what_the_platform_says_moves_the_scan_and_old_news_does_not(scan, told, state):
    assert domain.settled(scan, told).state is state


def test_the_answer_clears_the_reason_of_an_unanswered_yes():
    assert UNANSWERED.reason is Code.UNAVAILABLE
    assert domain.settled(UNANSWERED, receipt()).reason is None


LIFE = (
    receipt(),
    receipt("captured"),
    receipt("captured", fulfilment="dropped"),
    receipt("captured", pending=100, fulfilment="dropped"),
    receipt("captured", refunded=100, fulfilment="dropped"),
    receipt("captured", refunded=100, pending=250, fulfilment="dropped"),
    receipt("captured", refunded=350, fulfilment="dropped"),
)


def test_notices_in_any_order_lead_to_the_same_end():
    for order in permutations(LIFE):
        scan = APPROVED
        for told in order:
            scan = domain.settled(scan, told)
        assert (scan.state, scan.refunded_minor, scan.refund_pending_minor, scan.fulfilment) == (
            ScanState.RETURNED,
            350,
            0,
            "dropped",
        )


CLOSING = (
    receipt("captured"),
    receipt("captured", pending=100),
    receipt("captured", refunded=40, pending=60),
    receipt("captured", refunded=40),
)
"""A refund of 40 arrived, one of 60 was closed: that money went back to the merchant."""


def test_an_answer_is_believed_also_where_a_refund_was_closed():
    scan = CAPTURED
    for told in CLOSING:
        scan = domain.settled(scan, told, asked=True)
    assert (scan.refunded_minor, scan.refund_pending_minor) == (40, 0)
    assert domain.money(scan) == "taken"


def test_a_notice_that_takes_a_refund_back_may_be_an_overtaken_one():
    pending = domain.settled(CAPTURED, receipt("captured", pending=100))
    told = receipt("captured")
    assert domain.settled(pending, told) == pending
    assert domain.contradicts(pending, told)
    assert domain.settled(pending, told, asked=True).refund_pending_minor == 0


@pytest.mark.parametrize(
    ("scan", "told"),
    [
        (APPROVED, receipt()),
        (HELD, receipt("captured", pending=100)),
        (CAPTURED, receipt("captured", refunded=350)),
        (CAPTURED, receipt("captured")),
        (CAPTURED, receipt()),
        (RETURNED, receipt("captured")),
    ],
)
def test_news_and_old_news_contradict_nothing(scan, told):
    assert not domain.contradicts(scan, told)


def test_an_answer_never_takes_back_what_arrived_or_where_the_money_went():
    half = domain.settled(CAPTURED, receipt("captured", refunded=100))
    for scan in (half, RETURNED):
        for told in (receipt(), receipt("captured")):
            assert domain.settled(scan, told, asked=True) == scan


@pytest.mark.parametrize(
    ("known", "told", "fulfilment"),
    [
        (None, "dropped", "dropped"),
        (None, "unsure", "unsure"),
        ("unsure", "dropped", "dropped"),
        ("dropped", "unsure", "dropped"),
        ("dropped", None, "dropped"),
    ],
)
def test_unsure_gives_way_to_knowledge_and_not_the_other_way(known, told, fulfilment):
    scan = replace(CAPTURED, fulfilment=known)
    assert domain.settled(scan, receipt("captured", fulfilment=told)).fulfilment == fulfilment


@pytest.mark.parametrize(
    ("scan", "money"),
    [
        *[(scan, "none") for scan in (READING, ASKING, DECLINED, REFUSED)],
        *[(scan, "unknown") for scan in (APPROVED, UNANSWERED)],
        (HELD, "held"),
        (CAPTURED, "taken"),
        (replace(CAPTURED, refund_pending_minor=1), "returning"),
        (RETURNED, "returned"),
    ],
)
def test_where_the_money_is(scan, money):
    assert domain.money(scan) == money


@pytest.mark.parametrize(
    ("scan", "after_ms", "follows"),
    [
        (ASKING, 0, False),
        (UNANSWERED, 10**9, True),
        (HELD, 10**9, True),
        (CAPTURED, 0, True),
        (CAPTURED, WALLET_FOLLOWS_FOR_MS - 1, True),
        (CAPTURED, WALLET_FOLLOWS_FOR_MS, False),
        (replace(CAPTURED, fulfilment="dropped"), 0, False),
        (replace(CAPTURED, fulfilment="jammed"), 0, True),
        (replace(CAPTURED, fulfilment="dropped", refund_pending_minor=1), 10**9, True),
        (RETURNED, 0, False),
        (REFUSED, 0, False),
    ],
)
def test_a_wallet_follows_what_is_still_to_come(scan, after_ms, follows):
    assert domain.follows(scan, NOW + after_ms) is follows


@pytest.mark.parametrize(
    ("scan", "what"),
    [
        (UNANSWERED, domain.Wait.ANSWER),
        (HELD, domain.Wait.ANSWER),
        (CAPTURED, domain.Wait.GOODS),
        (replace(CAPTURED, refund_pending_minor=1), domain.Wait.REFUND),
        (replace(CAPTURED, fulfilment="dropped", refund_pending_minor=1), domain.Wait.REFUND),
    ],
)
def test_what_a_wallet_that_follows_waits_for(scan, what):
    assert domain.waits_for(scan) is what


# -- the PIN and the balance ------------------------------------------------------------------
WALLET = Wallet(
    id="pete",
    name="Pete",
    currency="CNY",
    account="acc_1",
    account_key="wk_1",
    opening_minor=0,
    ready=True,
    balance_minor=10_000,
    held_minor=0,
    balance_at_ms=NOW,
    pin_hash="",
    pin_digits=6,
    wrong_pins=0,
    locked_until_ms=None,
    opened_at_ms=NOW,
)


def test_three_wrong_pins_lock_and_time_unlocks():
    wallet, codes = WALLET, []
    for _ in range(4):
        wallet, problem = domain.pin_tried(wallet, NOW, right=False)
        codes.append(problem.code)
    assert codes == [Code.WRONG_PIN, Code.WRONG_PIN, Code.PIN_LOCKED, Code.PIN_LOCKED]
    assert domain.pin_tried(wallet, NOW + PIN_LOCK_MS - 1, right=True)[1].code is Code.PIN_LOCKED
    wallet, problem = domain.pin_tried(wallet, NOW + PIN_LOCK_MS, right=True)
    assert problem is None
    assert wallet == WALLET


def test_a_right_pin_forgets_the_wrong_ones():
    wallet, _ = domain.pin_tried(WALLET, NOW, right=False)
    wallet, _ = domain.pin_tried(wallet, NOW, right=True)
    assert wallet == WALLET


def test_the_lock_says_for_how_long_in_whole_seconds():
    wallet = replace(WALLET, locked_until_ms=NOW + 1_001)
    assert "2 s" in domain.locked(wallet, NOW).detail
    assert domain.locked(WALLET, NOW) is None


def test_only_a_newer_balance_is_taken():
    assert domain.balance_told(WALLET, 1, 2, NOW - 1) == WALLET
    told = domain.balance_told(WALLET, 1, 2, NOW + 1)
    assert (told.balance_minor, told.held_minor, told.balance_at_ms) == (1, 2, NOW + 1)


@pytest.mark.parametrize(("at_ms", "doubt"), [(NOW - 1, True), (NOW, True), (NOW + 1, False)])
def test_news_not_newer_than_what_is_known_is_in_doubt(at_ms, doubt):
    assert domain.balance_in_doubt(WALLET, at_ms) is doubt
