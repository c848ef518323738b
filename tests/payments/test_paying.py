"""A payer's provider: looks at a code, declines, authorises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.payments.conftest import SECRET, refused
from vendor_sim.kernel.limits import HOLD_MS, PAY_WITHIN_MS
from vendor_sim.kernel.problems import Code

if TYPE_CHECKING:
    from tests.payments.conftest import Platform

MERCHANT_ACCOUNT = "merchant:m_lobby:CNY"


def test_a_yes_holds_the_money_and_tells_the_merchant(platform: Platform) -> None:
    intent, account = platform.open_intent(), platform.account()
    yes = platform.pay(intent, account)
    assert (yes.id, yes.state, yes.balance_minor, yes.held_minor) == ("au_1", "held", 10_000, 350)
    now = platform.merchant.intent(intent.id)
    assert (now.state, now.captured_minor, now.hold_until is not None) == ("authorised", 0, True)
    platform.tick()
    (told,) = platform.hooks.heard
    assert (told.type, told.url) == ("payment.authorised", "http://machine/hook")
    assert told.data == now.model_dump()
    assert platform.genuine(told, SECRET)


def test_at_once_takes_the_money(platform: Platform) -> None:
    intent, account = platform.open_intent(takes="at_once"), platform.account()
    yes = platform.pay(intent, account)
    assert (yes.state, yes.balance_minor, yes.held_minor) == ("captured", 9_650, 0)
    assert platform.balance(MERCHANT_ACCOUNT) == (350, 0)
    assert platform.merchant.intent(intent.id).captured_minor == 350
    platform.tick()
    assert platform.hooks.types() == ["payment.captured"]


def test_state_books_and_notice_commit_together_or_not_at_all(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    intent, account = platform.open_intent(), platform.account()

    def fails(*_: Any, **__: Any) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr("vendor_sim.payments.service.notices.outbox.put_all", fails)
    with refused(Code.INTERNAL):
        platform.pay(intent, account)
    monkeypatch.undo()
    assert platform.merchant.intent(intent.id).state == "open"
    assert platform.balance(account) == (10_000, 0)
    assert platform.payments.service.browsing.notices() == []
    assert platform.pay(intent, account).state == "held"


def test_a_replayed_yes_is_answered_with_how_it_stands_now(platform: Platform) -> None:
    intent, account = platform.paid()
    platform.merchant.capture(intent.id, "c")
    again = platform.pay(intent, account)
    assert (again.id, again.state, again.balance_minor) == ("au_1", "captured", 9_650)
    assert platform.provider.authorisation("au_1") == again


@pytest.mark.parametrize(
    "changes",
    [{"amount_minor": 351}, {"currency": "JPY"}, {"code": "other"}, {"account": "other"}],
    ids=str,
)
def test_a_key_reused_with_other_input_is_refused(
    platform: Platform, changes: dict[str, Any]
) -> None:
    intent, account = platform.paid()
    changes = dict(changes)
    if "code" in changes:
        changes = {"code": platform.open_intent(order_ref="ord_2").code}
    account = platform.account() if changes.pop("account", None) else account
    with refused(Code.KEY_REUSED, "Idempotency-Key"):
        platform.pay(intent, account, **changes)


def test_a_used_key_with_an_unknown_code_is_refused_for_the_key(platform: Platform) -> None:
    intent, account = platform.paid()
    with refused(Code.KEY_REUSED):
        platform.pay(intent, account, code="2" * 24)


def test_only_one_of_two_payers_pays(platform: Platform) -> None:
    intent, _ = platform.paid()
    second = platform.account()
    with refused(Code.ALREADY_PAID, "code"):
        platform.pay(intent, second, "au_2")
    assert platform.balance(second) == (10_000, 0)


def test_too_little_money_is_a_failed_attempt_and_the_next_may_succeed(platform: Platform) -> None:
    intent, account = platform.open_intent(), platform.account(balance_minor=349)
    for _ in range(2):
        with refused(Code.INSUFFICIENT_FUNDS):
            platform.pay(intent, account)
    now = platform.merchant.intent(intent.id)
    assert now.state == "open"
    assert now.attempt is not None
    assert (now.attempt.state, now.attempt.reason) == ("failed", "insufficient_funds")
    platform.tick()
    assert platform.hooks.types() == ["payment.failed"], "told once, though tried twice"
    platform.provider.top_up(account, 1, "more")
    assert platform.pay(intent, account, "au_2").state == "held"


def test_what_is_held_cannot_be_spent_twice(platform: Platform) -> None:
    account = platform.account(balance_minor=600)
    platform.pay(platform.open_intent(), account, "au_1")
    with refused(Code.INSUFFICIENT_FUNDS):
        platform.pay(platform.open_intent(order_ref="ord_2"), account, "au_2")
    assert platform.balance(account) == (600, 350)


def test_another_amount_or_currency_is_a_failed_attempt(platform: Platform) -> None:
    intent, account = platform.open_intent(), platform.account()
    with refused(Code.AMOUNT_CHANGED, "amount_minor"):
        platform.pay(intent, account, amount_minor=349)
    with refused(Code.CURRENCY_MISMATCH, "currency"):
        platform.pay(intent, account, "au_2", currency="JPY")
    with refused(Code.CURRENCY_MISMATCH, "account"):
        platform.pay(intent, platform.account(currency="JPY"), "au_3")
    platform.tick()
    assert platform.hooks.types() == ["payment.failed"] * 3, "one for each yes that failed"


def test_late_is_late_even_before_the_clock_was_acted_upon(platform: Platform) -> None:
    intent, account = platform.open_intent(), platform.account()
    platform.clock.advance_to(platform.clock.now_ms() + PAY_WITHIN_MS)
    with refused(Code.EXPIRED, "code"):
        platform.pay(intent, account)
    with refused(Code.EXPIRED):
        platform.provider.resolve(intent.code, account)


def test_a_suspended_merchant_is_not_paid(platform: Platform) -> None:
    intent, account = platform.open_intent(), platform.account()
    platform.payments.service.parties.suspend("m_lobby", suspended=True)
    for call in (
        lambda: platform.provider.resolve(intent.code, account),
        lambda: platform.pay(intent, account),
        lambda: platform.open_intent(order_ref="ord_2"),
    ):
        with refused(Code.MERCHANT_REFUSED):
            call()
    platform.payments.service.parties.suspend("m_lobby", suspended=False)
    assert platform.pay(intent, account, "au_2").state == "held"


def test_resolving_tells_what_is_asked_and_notes_the_scan_once(platform: Platform) -> None:
    intent, account = platform.open_intent(), platform.account()
    seen = platform.provider.resolve(intent.code, account)
    assert seen == platform.provider.resolve(intent.code.rpartition("/")[2], account)
    assert (seen.intent, seen.merchant_name, seen.description) == (intent.id, "Lobby", "Cola")
    assert (seen.amount_minor, seen.currency, seen.pay_until) == (350, "CNY", intent.pay_until)
    now = platform.merchant.intent(intent.id)
    assert (now.scanned, now.version) == (True, 2)
    platform.provider.resolve(intent.code, platform.account())
    assert platform.merchant.intent(intent.id).version == 2
    life = platform.payments.service.browsing.intent_life(intent.id)
    assert [fact["kind"] for fact in life["facts"]] == ["scanned", "scanned"]


def test_codes_that_cannot_be_paid_are_explained(platform: Platform) -> None:
    account = platform.account()
    for code, verdict in [
        ("weixin://wxpay/bizpayurl?pr=x", Code.FOREIGN_CODE),
        ("https://example.org", Code.FOREIGN_CODE),
        ("http://phone.test:8000/wallet/p/" + "2" * 24, Code.UNKNOWN_CODE),
        ("z" * 24, Code.UNKNOWN_CODE),
    ]:
        for call in (platform.provider.resolve, platform.provider.decline):
            with refused(verdict, "code"):
                call(code, account)
    paid, _ = platform.paid()
    with refused(Code.ALREADY_PAID):
        platform.provider.resolve(paid.code, account)
    closed = platform.open_intent(order_ref="ord_2")
    platform.merchant.close_intent(closed.id)
    with refused(Code.CLOSED):
        platform.provider.decline(closed.code, account)


def test_declining_tells_the_merchant_once_and_leaves_it_open(platform: Platform) -> None:
    intent, account = platform.open_intent(), platform.account()
    for _ in range(2):
        assert platform.provider.decline(intent.code, account).intent == intent.id
    now = platform.merchant.intent(intent.id)
    assert now.attempt is not None
    assert (now.state, now.attempt.state, now.attempt.reason) == ("open", "declined", None)
    platform.tick()
    assert platform.hooks.types() == ["payment.declined"]
    assert platform.pay(intent, platform.account()).state == "held"


def test_a_provider_reaches_only_the_accounts_it_opened(platform: Platform) -> None:
    intent, account = platform.paid()
    theirs = platform.other_provider.open_account("Eve", "CNY", "k").id
    body = {"code": intent.code, "account": account, "amount_minor": 350, "currency": "CNY"}
    for call in (
        lambda: platform.other_provider.authorise(body, "au_9"),
        lambda: platform.other_provider.authorise({**body, "code": "2" * 24}, "au_9"),
        lambda: platform.other_provider.resolve(intent.code, account),
        lambda: platform.other_provider.decline("2" * 24, account),
        lambda: platform.other_provider.account(account),
        lambda: platform.other_provider.top_up(account, 1, "k2"),
        lambda: platform.other_provider.authorisation("au_1"),
        lambda: platform.provider.account(theirs),
        lambda: platform.provider.account(MERCHANT_ACCOUNT),
        lambda: platform.provider.resolve(intent.code, MERCHANT_ACCOUNT),
        lambda: platform.provider.authorisation("au_9"),
    ):
        with refused(Code.NOT_FOUND):
            call()


def test_a_hold_nobody_captures_lets_go_at_its_time_and_both_sides_hear(platform: Platform) -> None:
    intent, account = platform.paid()
    platform.pass_ms(HOLD_MS - 1)
    assert platform.merchant.intent(intent.id).state == "authorised"
    platform.hooks.heard.clear()
    platform.pass_ms(1)
    assert platform.merchant.intent(intent.id).state == "expired"
    assert platform.balance(account) == (10_000, 0)
    assert platform.hooks.types() == ["hold.expired"]
    assert platform.hooks.types("wallet") == ["authorisation.updated"]
    assert platform.hooks.heard[-1].data["state"] == "expired"
    assert platform.turns.next_due_ms() is None
    assert platform.sound()


def test_an_authorisation_that_failed_stays_failed(platform):
    """The wallet told its user no; a late copy of the request must not take the money after all."""
    intent, account = platform.open_intent(), platform.account(100)
    with refused(Code.INSUFFICIENT_FUNDS):
        platform.pay(intent, account)
    platform.provider.top_up(account, 10_000, platform.key())
    with refused(Code.INSUFFICIENT_FUNDS):
        platform.pay(intent, account)
    assert platform.balance(account) == (10_100, 0)
    assert platform.pay(intent, account, "au_2").state == "held"
