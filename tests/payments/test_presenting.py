"""Code pay: the payer's wallet shows a code, a merchant takes the money or asks for a yes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.payments.conftest import START_MS, refused
from vendor_sim.kernel.limits import MINUTE_MS, PRESENTED_MS
from vendor_sim.kernel.problems import Code, Problem
from vendor_sim.payments.domain import Role
from vendor_sim.payments.store import presented as codes
from vendor_sim.wire import qr
from vendor_sim.wire.schemas import Authorise, OpenAccount, PresentedView

if TYPE_CHECKING:
    from tests.payments.conftest import Platform
    from tests.payments.foreign import Foreign
    from vendor_sim.payments.domain import Intent, Presented


def shown(foreign: Foreign, key: str = "k", account: str | None = None) -> Presented:
    view = foreign.service.presenting.issue(foreign.provider, account or foreign.account, key)
    found = foreign.do(lambda cx: foreign.service.presenting.find(cx, view["auth_code"]))
    assert found is not None
    return found  # type: ignore[no-any-return]


def stands(foreign: Foreign, presented: Presented) -> dict[str, Any]:
    view = foreign.service.presenting.state(foreign.provider, presented.auth_code)
    PresentedView.model_validate(view)
    return view


def scanned(foreign: Foreign, presented: Presented, **changes: Any) -> Intent:
    """What a merchant opens for a code that it scanned."""
    given = {"pay_until_ms": foreign.clock.now_ms() + MINUTE_MS, **changes}
    return foreign.open(reserved_for=presented.account, **given)


def charge(foreign: Foreign, presented: Presented, **changes: Any) -> Intent | Problem:
    intent = scanned(foreign, presented, **changes)
    return foreign.do(lambda cx: foreign.service.presenting.charge(cx, intent, presented))  # type: ignore[no-any-return]


def asked(foreign: Foreign, presented: Presented, **changes: Any) -> Intent:
    intent = scanned(foreign, presented, **changes)
    return foreign.do(lambda cx: foreign.service.presenting.ask(cx, intent, presented))  # type: ignore[no-any-return]


def test_a_code_is_shown_over_v1(platform: Platform) -> None:
    account = platform.account()
    view = platform.provider.present(account, "k")
    assert len(view.auth_code) == 18
    assert view.auth_code.isdigit()
    assert 10 <= int(view.auth_code[:2]) <= 15
    assert qr.decode(view.auth_code) is qr.Foreign.WECHAT_PAYMENT_CODE
    assert (view.state, view.account, view.code, view.authorisation, view.reason) == (
        *("ready", account, None, None, None),
    )
    assert platform.provider.present(account, "k") == view
    assert platform.provider.presented(view.auth_code) == view
    assert platform.provider.present(account, "k2").auth_code != view.auth_code
    with refused(Code.KEY_REUSED):
        platform.provider.present(platform.account(), "k")


def test_nobody_shows_or_watches_a_code_of_anothers_payer(platform: Platform) -> None:
    account = platform.account()
    view = platform.provider.present(account, "k")
    with refused(Code.NOT_FOUND):
        platform.other_provider.present(account, "k")
    with refused(Code.NOT_FOUND):
        platform.other_provider.presented(view.auth_code)
    with refused(Code.NOT_FOUND):
        platform.provider.presented("1" * 18)


def test_the_first_digits_take_all_their_values(foreign: Foreign) -> None:
    kinds = {shown(foreign, f"k{number}").auth_code[:2] for number in range(200)}
    assert kinds == {str(kind) for kind in range(10, 16)}


def test_a_charge_takes_the_money_without_a_word(foreign: Foreign) -> None:
    presented = shown(foreign)
    intent = charge(foreign, presented, amount_minor=1_000)
    assert not isinstance(intent, Problem)
    assert (intent.state, intent.payer, intent.fee_minor) == ("captured", foreign.account, 6)
    assert foreign.has(foreign.account) == 99_000
    view = stands(foreign, presented)
    assert (view["state"], view["code"]) == ("paid", None)
    assert view["authorisation"]["id"] == intent.authorisation_id
    assert view["authorisation"]["balance_minor"] == 99_000
    assert foreign.dialect.moves == [("captured", "payment.captured")]
    yes = foreign.service.paying.authorisation(foreign.provider, str(intent.authorisation_id))
    assert yes == view["authorisation"]
    assert yes["auth_code"] == presented.auth_code
    assert foreign.service.browsing.audit() == []


def test_a_code_is_used_once(foreign: Foreign) -> None:
    presented = shown(foreign)
    charge(foreign, presented)
    used = foreign.do(lambda cx: foreign.service.presenting.find(cx, presented.auth_code))
    for act in (charge, asked):
        with refused(Code.WRONG_STATE, "auth_code"):
            act(foreign, used, order_ref="shop-2")
        with refused(Code.UNAVAILABLE):
            act(foreign, presented, order_ref="shop-2")
    assert foreign.has(foreign.account) == 99_650


def test_a_code_is_over_after_a_minute(foreign: Foreign) -> None:
    presented = shown(foreign)
    foreign.pass_ms(PRESENTED_MS - 1)
    assert stands(foreign, presented)["state"] == "ready"
    foreign.pass_ms(1)
    assert (stands(foreign, presented)["state"], stands(foreign, presented)["reason"]) == (
        *("expired", None),
    )
    for act in (charge, asked):
        with refused(Code.EXPIRED, "auth_code"):
            act(foreign, presented)


def test_too_little_money_is_a_failed_attempt_and_uses_the_code_up(foreign: Foreign) -> None:
    presented = shown(foreign)
    problem = charge(foreign, presented, amount_minor=100_001)
    assert isinstance(problem, Problem)
    assert problem.code is Code.INSUFFICIENT_FUNDS
    view = stands(foreign, presented)
    assert (view["state"], view["reason"], view["authorisation"]) == (
        *("failed", "insufficient_funds", None),
    )
    assert foreign.dialect.moves == [("open", "payment.failed")]
    used = foreign.do(lambda cx: foreign.service.presenting.find(cx, presented.auth_code))
    assert (used.intent_id is not None, used.authorisation_id) == (True, None)


def test_a_currency_the_account_does_not_hold_fails_too(foreign: Foreign) -> None:
    problem = charge(foreign, shown(foreign), currency="JPY")
    assert isinstance(problem, Problem)
    assert problem.code is Code.CURRENCY_MISMATCH


def test_what_is_asked_for_is_paid_with_the_payments_own_code(foreign: Foreign) -> None:
    presented = shown(foreign)
    intent = asked(foreign, presented)
    view = stands(foreign, presented)
    assert (view["state"], view["code"]) == ("asking", qr.encode_wechat(intent.token))
    assert view["authorisation"] is None
    foreign.service.paying.resolve(foreign.provider, view["code"], foreign.account)
    foreign.pay(intent)
    view = stands(foreign, presented)
    assert (view["state"], view["code"], view["authorisation"]["id"]) == ("paid", None, "au_1")
    assert view["authorisation"]["auth_code"] is None, "the payer was asked"
    refund = foreign.refund(intent, 350)
    assert refund.amount_minor == 350
    assert stands(foreign, presented)["state"] == "paid"


def test_a_no_is_an_attempt_declined_after_which_no_yes_counts(foreign: Foreign) -> None:
    presented = shown(foreign)
    intent = asked(foreign, presented)
    code = foreign.code(intent)
    for _ in range(2):
        foreign.service.paying.decline(foreign.provider, code, foreign.account)
    view = stands(foreign, presented)
    assert (view["state"], view["reason"], view["code"]) == ("failed", "declined", None)
    assert foreign.now(intent).state == "open"
    with refused(Code.CLOSED):
        foreign.pay(intent)
    assert foreign.dialect.moves == [("open", "payment.declined")]


@pytest.mark.parametrize(
    ("end", "reason"), [("close", "closed"), ("pay_until", "expired"), ("close_at", "expired")]
)
def test_what_ends_while_the_payer_is_asked_has_failed(
    foreign: Foreign, end: str, reason: str
) -> None:
    presented = shown(foreign)
    now_ms = foreign.clock.now_ms()
    intent = asked(foreign, presented, close_at_ms=now_ms + 2 * MINUTE_MS)
    if end == "close":
        foreign.do(lambda cx: foreign.service.collecting.close_in(cx, intent))
    foreign.pass_ms({"close": 0, "pay_until": MINUTE_MS, "close_at": 2 * MINUTE_MS}[end])
    view = stands(foreign, presented)
    assert (view["state"], view["reason"], view["code"]) == ("failed", reason, None)


def test_what_is_reserved_for_one_payer_is_unknown_to_every_other(foreign: Foreign) -> None:
    intent = asked(foreign, shown(foreign))
    code, paying = foreign.code(intent), foreign.service.paying
    party = foreign.service.parties.get(Role.PROVIDER, "other")
    for provider, name in ((foreign.provider, "Eve"), (party, "Mallory")):
        theirs = another(foreign, provider, name)
        with refused(Code.UNKNOWN_CODE, "code"):
            paying.resolve(provider, code, theirs)
        with refused(Code.UNKNOWN_CODE, "code"):
            paying.decline(provider, code, theirs)
        with refused(Code.UNKNOWN_CODE, "code"):
            yes = Authorise(code=code, account=theirs, amount_minor=350, currency="CNY")
            paying.authorise(provider, yes, f"au_{name}")
    assert foreign.now(intent) == intent
    assert foreign.pay(intent)["state"] == "captured"


def another(foreign: Foreign, provider: Any, name: str) -> str:
    account = OpenAccount(name=name, currency="CNY")
    made = str(foreign.service.accounting.open_account(provider, account, name)["id"])
    foreign.service.accounting.top_up(provider, made, 1_000, f"t-{name}")
    return made


def test_payments_without_a_word_are_counted(foreign: Foreign) -> None:
    def free(since_ms: int = START_MS) -> int:
        counted: int = foreign.do(
            lambda cx: foreign.service.presenting.free_payments_since(cx, foreign.account, since_ms)
        )
        return counted

    assert free() == 0
    charge(foreign, shown(foreign, "k1"))
    charge(foreign, shown(foreign, "k2"), amount_minor=999_999, order_ref="shop-2")
    asked(foreign, shown(foreign, "k3"), order_ref="shop-3")
    assert free() == 1
    foreign.pass_ms(1)
    charge(foreign, shown(foreign, "k4"), order_ref="shop-4")
    assert (free(), free(START_MS + 1), free(START_MS + 2)) == (2, 1, 0)
    theirs = another(foreign, foreign.provider, "Eve")
    charge(foreign, shown(foreign, "k5", theirs), order_ref="shop-5")
    assert free() == 2


def test_two_that_use_a_code_at_once_meet(foreign: Foreign) -> None:
    presented = shown(foreign)
    intent = scanned(foreign, presented)
    with refused(Code.UNAVAILABLE):
        foreign.do(
            lambda cx: [codes.use(cx, replace(presented, intent_id=intent.id)) for _ in range(2)]
        )
    assert stands(foreign, presented)["state"] == "ready"
