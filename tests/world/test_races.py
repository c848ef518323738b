"""Race theatre: every order is tried, one outcome each, and a planted bug is found and replayed."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from vendor_sim.kernel.problems import Refused
from vendor_sim.machine.payments_v1 import PaymentsV1
from vendor_sim.payments.domain import IntentState
from vendor_sim.payments.service.collecting import Collecting
from vendor_sim.payments.store import intents
from vendor_sim.world import acts
from vendor_sim.world.races import (
    EVENTS,
    Cast,
    Theatre,
    count_orders,
    event_of,
    events_of,
    steps_of,
)
from vendor_sim.world.races import theatre as theatres

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from tests.world.conftest import Control
    from vendor_sim.payments.domain import Intent
    from vendor_sim.world.races import Ending, Order

PEOPLE = ("pete", "sandrine", "broke")


def pressed(control: Control, machine: str = "lobby", slot: str = "B4") -> Cast:
    """Somebody has pressed a slot and sees the code."""
    order = str(control.post(f"/machines/{machine}/press", {"slot": slot}, 202)["order"])
    control.get(f"/orders/{order}?wait_for=awaiting_payment")
    return Cast(control.world, machine, order, PEOPLE)


@pytest.fixture
def cast(control: Control) -> Cast:
    return pressed(control)


def tried(cast: Cast, *names: str) -> dict[Order, Ending]:
    theatre = Theatre(cast, events_of(names))
    found = dict(theatre.try_all().orders())
    theatre.close()
    return found


def merges(events: Sequence[tuple[str, int]]) -> set[Order]:
    """All orders, the slow way: every shuffling of the names."""
    flat = [name for name, count in events for _ in range(count)]
    return set(permutations(flat))


# -- counting -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("names", "count"),
    [
        ("cancel", 1),
        ("release, drop", 2),
        ("pay, expire", 20),
        ("pay, cancel, query", 560),
        ("pay, cancel, notify, query", 5_040),
        ("pay, cancel, notify twice, query, expire", 7_207_200),
    ],
)
def test_there_are_as_many_orders_as_ways_to_shuffle_that_keep_each_events_own(
    names: str, count: int
) -> None:
    assert count_orders(events_of(names.split(", "))) == count


def test_every_order_is_tried_and_no_other(cast: Cast) -> None:
    found = tried(cast, "pay", "query")
    assert set(found) == merges([("pay", 3), ("query", 2)])
    assert len(found) == 10


def test_too_many_orders_are_refused_with_their_number(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("pay", "cancel", "notify twice", "query", "expire")
    theatre = Theatre(cast, events_of(names))
    with pytest.raises(Refused, match="there would be 7207200 orders, and at most 1000000"):
        theatre.try_all()
    theatre.close()
    monkeypatch.setattr(theatres, "RACE_STATES_MAX", 5)
    theatre = Theatre(cast, events_of(("pay", "query")))
    with pytest.raises(Refused, match="states, and at most 5 are tried"):
        theatre.try_all()
    theatre.close()


@pytest.mark.parametrize("names", [(), ("pay", "pay"), ("paid",)])
def test_events_have_names_and_are_named_once(names: tuple[str, ...]) -> None:
    with pytest.raises(Refused):
        events_of(names)


def test_the_table_in_the_docstring_lists_every_event() -> None:
    page = event_of.__globals__["__doc__"]
    told = [line.split("|")[1].strip() for line in page.splitlines() if line.startswith("|")]
    assert told[2:] == list(EVENTS)


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (("cancel", "pay"), "steps of pay, cancel are missing"),
        (("query",), "'query' has no step more"),
        (("cancel",) * 4, "'cancel' has no step more"),
    ],
)
def test_an_order_names_each_step_of_its_events(order: Order, why: str) -> None:
    with pytest.raises(Refused, match=why):
        list(steps_of(events_of(("pay", "cancel")), order))


# -- outcomes -------------------------------------------------------------------------------------
def test_who_walks_states_sees_what_who_plays_each_order_alone_sees(cast: Cast) -> None:
    """Orders that meet in one state are counted together: that changes no outcome."""
    theatre = Theatre(cast, events_of(("pay", "cancel")))
    found = theatre.try_all()
    alone = {}
    for order, _ in found.orders():
        theatre.put_back()
        alone[order] = theatre.play(order)
    theatre.close()
    assert alone == dict(found.orders())
    assert len(set(alone.values())) == 2
    assert found.states < 100


def test_the_same_race_ends_the_same_way_each_time(cast: Cast) -> None:
    theatre = Theatre(cast, events_of(("pay", "expire")))
    first = theatre.try_all()
    theatre.put_back()
    again = Theatre(cast, events_of(("pay", "expire"))).try_all()
    assert list(first.orders()) == list(again.orders())
    assert sum(group.orders for group in first.groups()) == 20


def test_a_world_that_is_put_back_is_as_it_was(cast: Cast) -> None:
    theatre = Theatre(cast, events_of(("pay", "notify", "release", "drop", "capture")))
    before = acts.order(cast.world, cast.order), cast.world.clock.now_ms()
    digest = theatre._mark.snapshot.digest()
    ending = theatre.play(("pay", "pay", "pay", "notify", "release", "drop", "capture", "capture"))
    assert (ending.state, ending.money, ending.drops) == ("released", "taken", 1)
    theatre.put_back()
    assert (acts.order(cast.world, cast.order), cast.world.clock.now_ms()) == before
    assert theatre._mark.snapshot.digest() == digest
    theatre.close()


def endings(found: dict[Order, Ending]) -> set[tuple[str, str]]:
    return {(ending.state, ending.money) for ending in found.values()}


def test_cancelled_and_paid_at_the_same_moment_gives_a_drink_or_the_money_back(
    cast: Cast,
) -> None:
    found = tried(cast, "pay", "cancel", "notify")
    assert endings(found) == {
        ("released", "taken"),
        ("cancelled", "returned"),
        ("cancelled", "none"),
    }
    assert not any(one.breaches for one in found.values())


def test_two_customers_pay_and_one_drink_falls(cast: Cast) -> None:
    found = tried(cast, "pay", "pay too")
    told = {(one.answer_to("pete"), one.answer_to("sandrine")) for one in found.values()}
    assert told == {("paid", "already_paid"), ("already_paid", "paid")}
    assert {one.drops for one in found.values()} == {1}


def test_somebody_scans_and_somebody_declines_while_another_pays(cast: Cast) -> None:
    scanned = tried(cast, "pay", "scan")
    assert {one.answer_to("sandrine") for one in scanned.values()} == {"asking", "already_paid"}
    assert endings(scanned) == {("released", "taken")}


def test_a_no_does_not_take_the_drink_from_who_says_yes(cast: Cast) -> None:
    declined = tried(cast, "pay", "decline")
    assert {one.answer_to("sandrine") for one in declined.values()} == {"declined"}
    assert endings(declined) == {("released", "taken")}


def test_a_payment_code_presented_while_the_customer_cancels(control: Control) -> None:
    found = tried(pressed(control, "platform-9", "B1"), "present", "cancel")
    assert endings(found) == {
        ("released", "taken"),
        ("cancelled", "returned"),
        ("cancelled", "none"),
    }
    assert not any(one.breaches for one in found.values())


def test_a_notice_that_comes_twice_releases_once(cast: Cast) -> None:
    found = tried(cast, "pay", "notify twice", "release")
    assert {(one.state, one.drops) for one in found.values()} == {("released", 1)}
    assert not any(one.breaches for one in found.values())


def test_a_refund_while_the_motor_turns(control: Control) -> None:
    order = control.buy("platform-9", "A2", "pete")
    cast = Cast(control.world, "platform-9", order, PEOPLE)
    found = tried(cast, "refund", "drop")
    assert endings(found) == {("released", "returned")}
    assert not any(one.breaches for one in found.values())


@pytest.mark.parametrize(
    ("word", "ends"),
    [
        # Too late by time is too late: a hold that is over is not captured, whoever says so.
        ("desk", {("unsure", "returned")}),
        ("desk no", {("unsure", "returned")}),
    ],
)
def test_the_desk_and_the_end_of_the_hold(
    control: Control, word: str, ends: set[tuple[str, str]]
) -> None:
    control.post("/machines/lobby/dispenser", {"next": "unsure"})
    cast = Cast(control.world, "lobby", control.buy(), PEOPLE)
    found = tried(cast, word, "lapse")
    assert endings(found) == ends
    assert not any(one.breaches for one in found.values())


def test_nobody_races_for_a_code_that_is_gone(control: Control) -> None:
    cast = pressed(control)
    control.post("/machines/lobby/cancel", {}, 202)
    control.get(f"/orders/{cast.order}?wait_for=done")
    found = tried(cast, "query", "expire", "drop", "capture")
    assert endings(found) == {("cancelled", "none")}


def test_somebody_who_is_not_there_cannot_race(cast: Cast) -> None:
    alone = Cast(cast.world, cast.machine, cast.order, ("pete",))
    with pytest.raises(Refused, match="no wallet number 2"):
        Theatre(alone, events_of(("pay too",)))


# -- planted bugs ---------------------------------------------------------------------------------
CLOSE = Collecting.close_in


def blind_close(self: Collecting, cx: Connection, intent: Intent) -> Intent:
    """Close without a look at whether somebody has paid: what is held stays held."""
    if intent.state is IntentState.OPEN:
        return CLOSE(self, cx, intent)
    after = replace(intent, state=IntentState.CLOSED, version=intent.version + 1)
    intents.save(cx, after)
    return after


def test_a_close_that_ignores_a_payment_is_found_in_the_orders_in_which_it_can_be(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Collecting, "close_in", blind_close)
    found = tried(cast, "pay", "cancel")
    for order, ending in found.items():
        yes = [place for place, name in enumerate(order) if name == "pay"][1]
        pressed_at, closed = [place for place, name in enumerate(order) if name == "cancel"][:2]
        assert bool(ending.breaches) == (yes < closed), (order, ending)
        assert pressed_at < closed
    assert {bool(one.breaches) for one in found.values()} == {True, False}


def test_a_service_that_raises_is_a_breach_of_the_orders_in_which_it_does(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall_over(*_args: object) -> None:
        raise RuntimeError("no such close")

    monkeypatch.setattr(PaymentsV1, "close", fall_over)
    found = tried(cast, "cancel", "notify")
    told = ["\n".join(one.breaches) for one in found.values()]
    assert all("no such close" in lines for lines in told)
    assert len(told) == 4
