"""What the console and the world look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.payments.conftest import refused
from vendor_sim.kernel.limits import REFUND_MS
from vendor_sim.kernel.problems import Code

if TYPE_CHECKING:
    from tests.payments.conftest import Platform


def test_an_intents_life_shows_all_that_happened(platform: Platform) -> None:
    intent, account = platform.open_intent(), platform.account()
    platform.provider.resolve(intent.code, account)
    platform.provider.decline(intent.code, account)
    platform.pay(intent, account)
    platform.merchant.capture(intent.id, "c")
    platform.merchant.refund(intent.id, 100, "x", "r")
    platform.pass_ms(REFUND_MS)
    life = platform.payments.service.browsing.intent_life(intent.id)
    assert (life["intent"]["payer"], life["intent"]["authorisation"]) == (account, "au_1")
    assert [one["kind"] for one in life["facts"]] == ["scanned", "declined"]
    assert [(one["kind"], one["code"]) for one in life["transfers"]] == [
        *(("pending", "hold"), ("post", "sale")),
        *(("single", "refund"), ("single", "refund_done")),
    ]
    for transfer in life["transfers"]:
        debit, credit = transfer["entries"]
        assert (debit["account"], credit["account"]) == (transfer["debit"], transfer["credit"])
    assert [one["state"] for one in life["refunds"]] == ["succeeded"]
    assert {one["type"] for one in life["notices"]} == {
        *("payment.declined", "payment.authorised", "payment.captured", "refund.succeeded"),
        "authorisation.updated",
    }
    assert all(one["state"] == "delivered" for one in life["notices"])


def test_accounts_are_named_by_who_owns_them(platform: Platform) -> None:
    _, account = platform.paid()
    owners = {
        one["id"]: (one["owner"], one["name"]) for one in platform.payments.service.accounts()
    }
    assert owners == {
        account: ("payer", "Pete"),
        "merchant:m_lobby:CNY": ("merchant", "Lobby"),
        "funding:CNY": ("platform", "funding:CNY"),
    }


def test_lists_are_newest_first_and_bounded(platform: Platform) -> None:
    made = []
    for number in range(3):
        platform.clock.advance_to(platform.clock.now_ms() + 1)
        made.append(platform.open_intent(order_ref=f"o{number}").id)
    browsing = platform.payments.service.browsing
    assert [one["id"] for one in browsing.intents(2)] == made[:0:-1]
    account = platform.account()
    (newest,) = browsing.transfers(account, limit=1)
    assert browsing.transfer(newest["id"]) == newest
    assert browsing.transfers(before_seq=newest["seq"]) == []


def test_what_is_not_there_is_not_found(platform: Platform) -> None:
    browsing = platform.payments.service.browsing
    for look in (browsing.intent_life, browsing.notice, browsing.account, browsing.transfer):
        with refused(Code.NOT_FOUND):
            look("nothing")


def test_the_audit_finds_what_somebody_changed_in_the_books(platform: Platform) -> None:
    _, account = platform.paid()
    assert platform.sound()
    change = f"UPDATE balance SET credits_posted = 99999 WHERE account_id = '{account}'"  # noqa: S608
    platform.door.transact(lambda cx: cx.exec_driver_sql(change))
    found = platform.payments.service.browsing.audit()
    assert found
    assert all(set(one) == {"rule", "evidence"} for one in found)


def test_changes_are_told_to_whoever_watches(platform: Platform) -> None:
    told: set[str] = set()
    platform.door.on_commit(told.update)
    intent = platform.open_intent()
    assert {"payments", "tasks", f"intent:{intent.id}"} <= told
