"""What the wallet decides about its payment codes: tables of one fact and its verdict."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.wallet.lives import ALL, NOW, QUOTE, receipt
from vendor_sim.kernel.limits import WALLET_FOLLOWS_MAX_MS, WALLET_GIVES_UP_MS
from vendor_sim.kernel.problems import Code
from vendor_sim.wire.qr import PaymentCode
from wallet import domain
from wallet.domain import PAYER_CODE, CodeEvent, CodeState, PayerCode, Scan, ScanState, Screen, Way

UNTIL = NOW + 60_000
DIGITS = "130061098828009406"
WANTED = PayerCode("pc_1", "pete", 1, NOW)
READY = domain.issued(WANTED, DIGITS, UNTIL)
REFUSED = domain.not_issued(WANTED, Code.UNAVAILABLE)
EXPIRED = domain.ended(READY, CodeEvent.EXPIRE)
USED = domain.ended(READY, CodeEvent.USE)
TILL = domain.presented(Scan("sc_9", "pete", "", NOW), DIGITS)


def test_a_code_lives_from_the_wish_to_its_end():
    assert PAYER_CODE.states == set(CodeState)
    assert PAYER_CODE.final == {CodeState.USED, CodeState.EXPIRED, CodeState.REFUSED}


def test_the_platform_gives_the_digits():
    assert (READY.state, READY.auth_code, READY.valid_until_ms) == (CodeState.READY, DIGITS, UNTIL)


def test_a_code_that_is_not_given_says_why():
    assert (REFUSED.state, REFUSED.reason) == (CodeState.REFUSED, Code.UNAVAILABLE)
    assert domain.not_issued(WANTED, Code.FORBIDDEN).reason is Code.UNAVAILABLE


@pytest.mark.parametrize(
    ("code", "at_ms", "live"),
    [
        (WANTED, NOW, True),
        (READY, UNTIL - 1, True),
        (READY, UNTIL, False),
        (replace(READY, valid_until_ms=None), NOW, False),
        (replace(READY, scan="sc_1"), NOW, False),
        (replace(WANTED, scan="sc_1"), NOW, False),
        (REFUSED, NOW, False),
        (EXPIRED, NOW, False),
        (USED, NOW, False),
    ],
)
def test_a_live_code_is_on_its_way_or_can_be_used(code, at_ms, live):
    assert domain.live(code, at_ms) is live


@pytest.mark.parametrize(
    ("after_ms", "pause_ms"),
    [
        (0, 1_000),
        (60_000, 1_000),
        (60_500, 1_000),
        (65_000, 5_000),
        (10**9, WALLET_FOLLOWS_MAX_MS),
    ],
)
def test_a_code_is_watched_every_second_and_ever_less_once_it_is_over(after_ms, pause_ms):
    now_ms = NOW + after_ms
    assert domain.looks_again_at_ms(READY, now_ms) == now_ms + pause_ms


def test_a_code_without_an_instant_is_over():
    code = replace(READY, valid_until_ms=None)
    assert domain.looks_again_at_ms(code, NOW) == NOW + WALLET_FOLLOWS_MAX_MS


def test_nobody_waits_for_a_code_for_ever():
    assert domain.asks_until_ms(WANTED) == NOW + WALLET_GIVES_UP_MS


# -- what the page shows ----------------------------------------------------------------------
def outcome(state):
    return replace(ALL[state], at_ms=NOW)


@pytest.mark.parametrize(
    ("code", "came", "at_ms", "shown"),
    [
        (None, None, NOW, Screen.NOTHING),
        (WANTED, None, NOW, Screen.WANTED),
        (READY, None, NOW, Screen.READY),
        (READY, None, UNTIL, Screen.NOTHING),
        (EXPIRED, None, NOW, Screen.NOTHING),
        (REFUSED, None, NOW, Screen.REFUSED),
        (USED, outcome(ScanState.CAPTURED), NOW + 59_999, Screen.OUTCOME),
        (USED, outcome(ScanState.CAPTURED), NOW + 60_000, Screen.NOTHING),
        (USED, outcome(ScanState.REFUSED), NOW, Screen.OUTCOME),
        (USED, outcome(ScanState.ASKING), NOW + 60_000, Screen.OUTCOME),
        (READY, outcome(ScanState.CAPTURED), NOW, Screen.OUTCOME),
    ],
)
def test_what_the_page_shows(code, came, at_ms, shown):
    assert domain.screen(code, came, at_ms) is shown


# -- what comes of it -------------------------------------------------------------------------
def test_a_question_of_a_till_remembers_the_digits():
    begun = domain.begin("sc_1", "pete", PaymentCode("token", None), "http://here", NOW)
    asked = domain.presented(begun, DIGITS)
    assert (asked.way, asked.presented, asked.state) == (Way.PRESENTED, DIGITS, ScanState.READING)


def test_what_a_till_took_is_paid_by_showing_the_code():
    paid = domain.charged(TILL, QUOTE, receipt("captured"))
    assert (paid.state, paid.authorisation, paid.approved_at_ms) == (
        ScanState.CAPTURED,
        "au_1",
        NOW,
    )
    assert (paid.merchant_name, paid.description, paid.amount_minor) == ("Lobby", "Cola", 350)
    assert domain.money(paid) == "taken"


def test_what_was_given_back_before_it_was_heard_of_is_returned():
    assert domain.charged(TILL, QUOTE, receipt("captured", 350)).state is ScanState.RETURNED


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("insufficient_funds", Code.INSUFFICIENT_FUNDS),
        ("currency_mismatch", Code.CURRENCY_MISMATCH),
        ("wrong_state", Code.CLOSED),
        ("something new", Code.MERCHANT_REFUSED),
        (None, Code.MERCHANT_REFUSED),
    ],
)
def test_what_a_till_did_not_get_is_refused_with_the_reason(word, reason):
    failed = domain.not_charged(TILL, word)
    assert (failed.state, failed.reason, domain.money(failed)) == (
        ScanState.REFUSED,
        reason,
        "none",
    )


def test_a_scan_remembers_that_a_shop_showed_the_code():
    read = PaymentCode("token", None)
    scan = domain.begin("sc_1", "pete", read, "http://here", NOW, way=Way.WECHAT)
    assert scan.way is Way.WECHAT
