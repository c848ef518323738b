"""The platform's own turn: notices that are signed, retried, given up, sent again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.payments.conftest import NEW_SECRET, PROVIDER_SECRET, SECRET, START_MS, refused
from vendor_sim.kernel.limits import NOTICE_DELAYS_MS, PAY_WITHIN_MS
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.payments.service import MerchantSeed
from vendor_sim.storage import outbox
from vendor_sim.wire.http import ByteStream, Request, Response
from vendor_sim.wire.signing import ID, TIMESTAMP

if TYPE_CHECKING:
    from tests.payments.conftest import Platform


@pytest.fixture
def closed(platform: Platform) -> str:
    """The id of the notice of an intent that was closed."""
    platform.merchant.close_intent(platform.open_intent().id)
    (notice,) = platform.payments.service.browsing.notices()
    return str(notice["id"])


def test_a_notice_is_delivered_once_and_on_record(platform: Platform, closed: str) -> None:
    assert platform.tick() == 1
    assert platform.tick() == 0
    notice = platform.payments.service.browsing.notice(closed)
    assert (notice["state"], notice["attempts"], notice["problem"]) == ("delivered", 1, None)
    (attempt,) = notice["tried"]
    assert (attempt["status"], attempt["problem"]) == (204, None)
    assert attempt["headers"][ID] == closed
    assert notice["body"].encode() == platform.hooks.heard[0].body
    assert json.loads(notice["body"])["type"] == "intent.closed"


def test_attempts_keep_the_id_and_the_bytes_and_have_each_its_own_time(
    platform: Platform, closed: str
) -> None:
    platform.hooks.status = 500
    platform.pass_ms(sum(NOTICE_DELAYS_MS[:2]))
    heard = platform.hooks.heard
    assert len(heard) == 3
    assert {one.headers[ID] for one in heard} == {closed}
    assert len({one.body for one in heard}) == 1
    assert len({one.headers[TIMESTAMP] for one in heard}) == 3
    assert platform.genuine(heard[-1])


def test_the_schedule_is_kept_and_ends_in_a_dead_notice_with_its_reason(
    platform: Platform, closed: str
) -> None:
    platform.hooks.status = 503
    platform.pass_ms(sum(NOTICE_DELAYS_MS) + PAY_WITHIN_MS)
    notice = platform.payments.service.browsing.notice(closed)
    assert (notice["state"], notice["problem"]) == ("dead", "the hook answered 503")
    assert len(notice["tried"]) == len(NOTICE_DELAYS_MS) + 1
    assert platform.turns.next_due_ms() is None


def test_the_time_between_attempts_is_as_listed(platform: Platform, closed: str) -> None:
    platform.hooks.status = None
    at_ms = START_MS
    platform.tick()
    for delay_ms in NOTICE_DELAYS_MS:
        assert platform.turns.next_due_ms() == at_ms + delay_ms
        at_ms += delay_ms
        platform.clock.advance_to(at_ms)
        platform.tick()
    assert platform.turns.next_due_ms(resting=True) is None
    notice = platform.payments.service.browsing.notice(closed)
    assert notice["problem"] == "no answer: ReadTimeout"


@pytest.mark.parametrize(
    ("status", "arrived"), [(200, True), (299, True), (302, False), (410, False)]
)
def test_only_2xx_is_delivered_and_redirects_are_not_followed(
    platform: Platform, closed: str, status: int, arrived: bool
) -> None:
    platform.hooks.status = status
    platform.tick()
    notice = platform.payments.service.browsing.notice(closed)
    assert notice["state"] == ("delivered" if arrived else "waiting")
    assert [one.url for one in platform.hooks.heard] == ["http://machine/hook"]


def test_a_dead_notice_is_sent_again_by_hand_with_its_whole_schedule(
    platform: Platform, closed: str
) -> None:
    platform.hooks.status = 500
    platform.pass_ms(sum(NOTICE_DELAYS_MS) + PAY_WITHIN_MS)
    platform.payments.service.notices.resend(closed)
    platform.tick()
    assert platform.payments.service.browsing.notice(closed)["state"] == "waiting"
    platform.hooks.status = 200
    platform.pass_ms(NOTICE_DELAYS_MS[0])
    notice = platform.payments.service.browsing.notice(closed)
    assert (notice["state"], notice["attempts"]) == ("delivered", len(NOTICE_DELAYS_MS) + 3)
    platform.payments.service.notices.resend(closed)
    platform.tick()
    assert platform.payments.service.browsing.notice(closed)["state"] == "delivered"
    with refused(Code.NOT_FOUND):
        platform.payments.service.notices.resend("nt_nothing")


def test_resending_what_waits_makes_one_attempt_not_two(platform: Platform, closed: str) -> None:
    platform.payments.service.notices.resend(closed)
    assert platform.tick() == 1
    assert len(platform.hooks.heard) == 1


def test_a_task_that_was_overtaken_is_dropped(platform: Platform, closed: str) -> None:
    original = platform.payments.service.notices.outgoing
    platform.payments.service.notices.outgoing = lambda _: None  # type: ignore[method-assign]
    assert platform.tick() == 1
    platform.payments.service.notices.outgoing = original  # type: ignore[method-assign]
    assert platform.tick() == 0
    assert original("nt_nothing") is None


def test_an_answer_that_comes_after_another_delivered_it_changes_nothing(
    platform: Platform, closed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = platform.hooks.handle_request

    def resend_meanwhile(request: Request) -> Any:
        monkeypatch.setattr(platform.hooks, "handle_request", inner)
        platform.payments.service.notices.resend(closed)
        platform.tick()
        platform.hooks.status = 500
        return inner(request)

    monkeypatch.setattr(platform.hooks, "handle_request", resend_meanwhile)
    platform.tick()
    notice = platform.payments.service.browsing.notice(closed)
    assert (notice["state"], notice["attempts"]) == ("delivered", 2)
    assert platform.turns.next_due_ms() is None


def test_a_rotated_secret_signs_beside_the_old_one(platform: Platform) -> None:
    seed = MerchantSeed("m_lobby", "Lobby", "key-m1", "http://machine/hook", (NEW_SECRET, SECRET))
    platform.payments.service.add_merchant(seed)
    platform.merchant.close_intent(platform.open_intent().id)
    platform.tick()
    (heard,) = platform.hooks.heard
    assert platform.genuine(heard, NEW_SECRET)
    assert platform.genuine(heard, SECRET)


def test_a_merchant_without_a_hook_gets_no_notice(platform: Platform) -> None:
    body = {"order_ref": "o", "amount_minor": 1, "currency": "CNY", "description": "x"}
    platform.other_merchant.close_intent(platform.other_merchant.open_intent(body, "k").id)
    assert platform.payments.service.browsing.notices() == []


def test_a_hook_taken_away_lets_its_notices_go(platform: Platform, closed: str) -> None:
    platform.payments.service.add_merchant(MerchantSeed("m_lobby", "Lobby", "key-m1"))
    assert platform.tick() == 1
    assert platform.hooks.heard == []


def test_a_provider_without_a_hook_gets_no_notice(platform: Platform) -> None:
    intent = platform.open_intent(takes="at_once")
    theirs = platform.other_provider.open_account("Eve", "CNY", "k").id
    platform.other_provider.top_up(theirs, 350, "k2")
    body = {"code": intent.code, "account": theirs, "amount_minor": 350, "currency": "CNY"}
    platform.other_provider.authorise(body, "au_1")
    platform.merchant.fulfil(intent.id, "dropped")
    kinds = {notice["type"] for notice in platform.payments.service.browsing.notices()}
    assert kinds == {"payment.captured"}


def test_a_provider_is_told_at_its_own_hook_with_its_own_secret(platform: Platform) -> None:
    intent, _ = platform.paid()
    platform.merchant.void(intent.id, "v")
    platform.tick()
    (heard,) = [one for one in platform.hooks.heard if one.type == "authorisation.updated"]
    assert heard.url == "http://wallet/hook?a=1"
    assert platform.genuine(heard, PROVIDER_SECRET)
    assert not platform.genuine(heard, SECRET)


def test_a_silent_hook_is_asked_once_a_turn(platform: Platform) -> None:
    for number in range(3):
        platform.merchant.close_intent(platform.open_intent(order_ref=f"o{number}").id)
    platform.hooks.status = None
    assert platform.tick() == 1
    assert platform.tick() == 1
    platform.hooks.status = 200
    assert platform.tick() == 1
    assert len(platform.hooks.heard) == 3


def test_time_ends_things_before_notices_go_out(platform: Platform) -> None:
    platform.merchant.close_intent(platform.open_intent().id)
    expiring = platform.open_intent(order_ref="ord_2")
    platform.clock.advance_to(START_MS + PAY_WITHIN_MS)
    seen: list[str] = []
    original = platform.hooks.handle_request

    def look(request: Request) -> Any:
        seen.append(platform.payments.service.browsing.intent_life(expiring.id)["intent"]["state"])
        return original(request)

    platform.hooks.handle_request = look  # type: ignore[method-assign]
    platform.tick()
    assert seen == ["expired", "expired"]


def test_what_a_locked_database_put_off_is_tried_again(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    intent = platform.open_intent()
    platform.clock.advance_to(START_MS + PAY_WITHIN_MS)

    def locked(*_: Any) -> None:
        raise Refused(Code.UNAVAILABLE, "locked")

    acts = platform.payments.outbound._acts
    monkeypatch.setitem(acts, "expire", locked)
    assert platform.tick() == 1
    monkeypatch.undo()
    assert platform.merchant.intent(intent.id).state == "open"
    platform.pass_ms(5_000)
    assert platform.merchant.intent(intent.id).state == "expired"


def task_about(platform: Platform, intent_id: str) -> Any:
    return platform.door.read(lambda cx: outbox.waiting(cx, intent_id))[0]


def test_an_expiry_read_just_before_the_payment_does_not_lose_the_holds_end(
    platform: Platform,
) -> None:
    intent, account = platform.open_intent(), platform.account()
    stale = task_about(platform, intent.id)
    platform.pay(intent, account)
    platform.payments.service.collecting.expire(stale, START_MS + PAY_WITHIN_MS)
    assert platform.merchant.intent(intent.id).state == "authorised"
    assert task_about(platform, intent.id).due_at_ms > stale.due_at_ms


def test_an_expiry_of_what_has_ended_is_moot(platform: Platform) -> None:
    intent = platform.open_intent()
    stale = task_about(platform, intent.id)
    platform.merchant.close_intent(intent.id)
    platform.payments.service.collecting.expire(stale, START_MS + PAY_WITHIN_MS)
    assert platform.merchant.intent(intent.id).state == "closed"


def test_a_refund_arrives_once_though_its_task_runs_twice(platform: Platform) -> None:
    intent, account = platform.paid(takes="at_once")
    refund = platform.merchant.refund(intent.id, 350, "x", "r")
    task = task_about(platform, refund.id)
    for _ in range(2):
        platform.payments.service.refunding.finish(task, START_MS)
    assert platform.balance(account) == (10_000, 0)


def test_what_a_hook_answers_is_not_unpacked_its_status_counts(
    platform: Platform, closed: str
) -> None:
    def rubbish(_: Request) -> Response:
        stream = ByteStream(b"no gzip at all")
        return Response(200, headers={"Content-Encoding": "gzip"}, stream=stream)

    platform.hooks.handle_request = rubbish  # type: ignore[method-assign]
    platform.tick()
    notice = platform.payments.service.browsing.notice(closed)
    assert (notice["state"], notice["tried"][0]["status"]) == ("delivered", 200)
