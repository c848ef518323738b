"""Notices leave by lanes: what goes to one host keeps its order, what goes to others passes by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.payments.conftest import PROVIDER_SECRET, SECRET, START_MS
from vendor_sim.kernel.limits import NOTICE_DELAYS_MS, NOTICE_LANES, REFUND_MS
from vendor_sim.payments.assembly import MerchantSeed
from vendor_sim.payments.service import LANES, ProviderSeed, destination
from vendor_sim.payments.service.lanes import lane_of
from vendor_sim.storage import outbox
from vendor_sim.wire.clients import PaymentsClient
from vendor_sim.wire.transports import InProcess

if TYPE_CHECKING:
    from tests.payments.conftest import Platform
    from vendor_sim.payments.outbound import Courier

MACHINE, QUIET = "http://machine/hook", "http://b/hook"


@pytest.mark.parametrize(
    ("url", "there"),
    [
        ("http://Shop.Example/a?b=c", "http://shop.example:80"),
        ("http://shop.example:80/other", "http://shop.example:80"),
        ("https://shop.example/a", "https://shop.example:443"),
        ("http://user:word@shop.example:8080", "http://shop.example:8080"),
        ("http://[::1]:5000/x", "http://::1:5000"),
        ("http://shop:port/", "http://shop:port/"),
        ("http://[::1/", "http://[::1/"),
        ("nowhere", "nowhere"),
        ("", ""),
    ],
)
def test_a_destination_is_who_answers(url: str, there: str) -> None:
    assert destination(url) == there


def test_a_lane_is_the_same_in_every_process_and_for_every_path() -> None:
    """What one process put has to be found by the next one that starts."""
    assert [lane_of(url) for url in (MACHINE, QUIET, "http://c/", "http://localhost:8000/x")] == [
        *("notify.3", "notify.1", "notify.4"),
        lane_of("http://localhost:8000/y?z=1"),
    ]
    hosts = [f"http://127.0.0.1:{port}/" for port in range(5_000, 5_100)]
    assert {lane_of(host) for host in hosts} == set(LANES)
    assert len(LANES) == NOTICE_LANES


def closed(platform: Platform, ref: str) -> None:
    platform.merchant.close_intent(platform.open_intent(order_ref=ref).id)


def closed_by_another(platform: Platform, hook_url: str = QUIET) -> None:
    platform.payments.service.add_merchant(
        MerchantSeed("m_quiet", "Quiet", "key-m2", hook_url, (SECRET,))
    )
    body = {"order_ref": "o", "amount_minor": 1, "currency": "CNY", "description": "x"}
    opened = platform.other_merchant.open_intent(body, platform.key())
    platform.other_merchant.close_intent(opened.id)


def courier_of(platform: Platform, url: str) -> Courier:
    return platform.payments.couriers[LANES.index(lane_of(url))]


def test_a_courier_delivers_what_is_in_its_lane_and_nothing_else(platform: Platform) -> None:
    closed(platform, "o1")
    closed_by_another(platform)
    due = {courier: courier.next_due_ms() for courier in platform.payments.couriers}
    mine, other = courier_of(platform, MACHINE), courier_of(platform, QUIET)
    assert [courier for courier, at_ms in due.items() if at_ms == START_MS] == [other, mine]
    assert other.tick(START_MS) == 1
    assert [one.url for one in platform.hooks.heard] == [QUIET]
    assert other.next_due_ms() is None
    assert mine.tick(START_MS) == 1
    assert [one.url for one in platform.hooks.heard] == [QUIET, MACHINE]


def test_what_time_ends_is_no_couriers_business_nor_the_other_way_round(
    platform: Platform,
) -> None:
    intent, account = platform.paid(takes="at_once")
    platform.merchant.refund(intent.id, 350, "x", "r")
    outbound = platform.payments.outbound
    assert outbound.next_due_ms() == START_MS + REFUND_MS
    platform.clock.advance_to(START_MS + REFUND_MS)
    assert outbound.tick(START_MS + REFUND_MS) == 1
    assert platform.hooks.heard == []
    assert platform.balance(account) == (10_000, 0)
    assert outbound.next_due_ms() is None
    assert platform.turns.next_due_ms(resting=True) == START_MS


def test_what_one_destination_is_told_comes_in_order(platform: Platform) -> None:
    """Also where it answered no at first."""
    for number in range(5):
        closed(platform, f"o{number}")
        closed_by_another(platform, MACHINE.replace("/hook", "/other?x=1"))
    platform.tick()
    refs = [one.data["order_ref"] for one in platform.hooks.heard]
    assert refs == [*("o0", "o", "o1", "o", "o2", "o"), *("o3", "o", "o4", "o")]
    platform.hooks.status = 500
    for number in range(5, 8):
        closed(platform, f"o{number}")
    platform.tick()
    platform.hooks.status, platform.hooks.heard[:] = 204, []
    platform.pass_ms(NOTICE_DELAYS_MS[0])
    assert [one.data["order_ref"] for one in platform.hooks.heard] == ["o5", "o6", "o7"]


def test_one_cause_tells_two_destinations_each_in_its_lane(platform: Platform) -> None:
    """And wakes those two couriers, not the one that waits for what is due by time."""
    seed = ProviderSeed("wallet", "W", "key-p1", QUIET, (PROVIDER_SECRET,))
    platform.payments.service.parties.add_provider(seed)
    intent, _ = platform.paid()
    platform.tick()
    heard: list[frozenset[str]] = []
    platform.door.on_commit(heard.append)
    platform.merchant.void(intent.id, "v")
    topics = frozenset().union(*heard)
    both = courier_of(platform, MACHINE).topics | courier_of(platform, QUIET).topics
    assert both == {"notify.1", "notify.3"}
    assert topics >= both
    assert not topics & (set(LANES) - both)
    assert outbox.TASKS not in topics
    platform.hooks.heard.clear()
    assert courier_of(platform, QUIET).tick(START_MS) == 1
    assert [one.type for one in platform.hooks.heard] == ["authorisation.updated"]


def test_a_notice_sent_again_takes_the_lane_of_where_it_goes_now(platform: Platform) -> None:
    closed_by_another(platform)
    courier_of(platform, QUIET).tick(START_MS)
    (notice,) = platform.payments.service.browsing.notices()
    moved = MerchantSeed("m_quiet", "Quiet", "key-m2", MACHINE, (SECRET,))
    platform.payments.service.add_merchant(moved)
    platform.payments.service.notices.resend(str(notice["id"]))
    assert courier_of(platform, QUIET).next_due_ms() is None
    assert courier_of(platform, MACHINE).tick(START_MS) == 1
    assert [one.url for one in platform.hooks.heard] == [QUIET, MACHINE]


def test_a_hook_that_moved_is_told_in_the_old_lane_what_was_on_its_way(platform: Platform) -> None:
    closed_by_another(platform)
    moved = MerchantSeed("m_quiet", "Quiet", "key-m2", MACHINE, (SECRET,))
    platform.payments.service.add_merchant(moved)
    assert courier_of(platform, QUIET).tick(START_MS) == 1
    assert [one.url for one in platform.hooks.heard] == [MACHINE]


def test_two_in_one_lane_where_one_is_silent_wait_for_one_timeout_only(platform: Platform) -> None:
    """The lane is shared, the silence is not."""
    other = "http://shop/else"
    assert lane_of(other) == lane_of(MACHINE)
    for number in range(3):
        closed(platform, f"o{number}")
    closed_by_another(platform, other)
    answer_only(platform, other)
    ticks = [courier_of(platform, MACHINE).tick(START_MS) for _ in range(2)]
    assert ticks == [1, 2]
    assert [one.url for one in platform.hooks.heard] == [MACHINE, other, MACHINE]


def answer_only(platform: Platform, live: str) -> None:
    """From now on one hook answers, and all the others are silent."""
    inner = platform.hooks.handle_request

    def answer(request: Any) -> Any:
        platform.hooks.status = 204 if str(request.url) == live else None
        return inner(request)

    platform.hooks.handle_request = answer  # type: ignore[method-assign]


def test_however_many_are_dead_in_a_lane_a_live_one_waits_for_one_timeout(
    platform: Platform,
) -> None:
    """Strangers come before those known to be silent, and those known to answer before both."""
    lane = lane_of(MACHINE)
    dead = [url for number in range(80) if lane_of(url := f"http://dead-{number}/") == lane][:6]
    assert len(dead) == 6
    courier = courier_of(platform, MACHINE)
    answer_only(platform, MACHINE)
    closed(platform, "first")
    assert courier.tick(START_MS) == 1
    for number, url in enumerate(dead):
        platform.payments.service.add_merchant(
            MerchantSeed(f"m_{number}", "Dead", f"key-dead-{number}", url, (SECRET,))
        )
        other = PaymentsClient(
            "http://ledger", f"key-dead-{number}", InProcess(platform.payments.app)
        )
        body = {"order_ref": "o", "amount_minor": 1, "currency": "CNY", "description": "x"}
        other.close_intent(other.open_intent(body, platform.key()).id)
    closed(platform, "behind-them-all")
    ticks = [courier.tick(START_MS) for _ in range(7)]
    assert ticks == [1, 2, 1, 1, 1, 1, 0]
    heard = [one.url for one in platform.hooks.heard]
    assert heard == [MACHINE, dead[0], MACHINE, *dead[1:]]


def test_a_courier_remembers_so_many_answers_and_no_more(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vendor_sim.payments.outbound._REMEMBERED_MAX", 1)
    courier = courier_of(platform, MACHINE)
    for url, answered in ((MACHINE, False), (QUIET, True), (MACHINE, True)):
        courier._remember(destination(url), answered=answered)
    assert courier._answers == {destination(MACHINE): True}
