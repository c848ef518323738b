"""Everything in a served world reads one clock: it is stepped over sockets, and nobody waits."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from vendor_sim.kernel.clock import parse_rfc3339
from vendor_sim.kernel.limits import (
    ADVANCE_MAX_MS,
    DAY_MS,
    HOLD_MS,
    MINUTE_MS,
    NOTICE_DELAYS_MS,
    PAY_WITHIN_MS,
    PIN_LOCK_MS,
    SPEED_MAX,
    UNSURE_MS,
)
from vendor_sim.kernel.problems import Code, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_sim.pytest_plugin.stage import Stage

pytestmark = pytest.mark.network

LOST = "request_lost"
SLOTS = [{"slot": "A1", "product": "Tea", "price_minor": 350, "stock": 5}]


class People:
    """Who buys and pays, while the clock stands still."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.ask = stage.ask
        self.steer(frozen=True)
        machine = {"id": "front", "takes": "hold", "currency": "CNY", "slots": SLOTS}
        self.ask("POST", "/machines", machine)
        wallet = {"id": "pete", "balance_minor": 1_000, "currency": "CNY", "pin": "1234"}
        self.ask("POST", "/wallets", wallet)

    def steer(self, **wish: Any) -> Any:
        return self.ask("POST", "/clock", wish)

    def now_ms(self) -> int:
        return parse_rfc3339(self.ask("GET", "/clock")["now"])

    def press(self) -> tuple[str, str]:
        order = str(self.ask("POST", "/machines/front/press", {"slot": "A1"})["order"])
        return order, str(self.stage.order(order, "awaiting_payment")["code"])

    def pay(self, code: str, pin: str = "1234") -> Any:
        told = self.ask("POST", "/wallets/pete/pay", {"code": code, "pin": pin})
        return told["reason"] or told["state"]

    def purse(self) -> tuple[int, int]:
        found = self.ask("GET", "/wallets/pete")
        return found["balance_minor"], found["held_minor"]


@pytest.fixture
def people(world: Stage) -> Iterator[People]:
    yield People(world)
    world.ask("POST", "/reset", {})


def test_a_code_expires_and_not_a_moment_earlier(people: People) -> None:
    order, code = people.press()
    people.steer(advance_ms=PAY_WITHIN_MS - 1_000)
    assert people.stage.order(order)["state"] == "awaiting_payment"
    people.steer(advance_ms=1_000)
    assert people.stage.order(order, "done")["state"] == "expired"
    assert people.pay(code) in {"expired", "closed"}


def test_a_hold_lets_go_when_nobody_takes_the_money(people: People) -> None:
    """The machine never hears that it was paid, and is deaf when it asks."""
    order, code = people.press()
    people.stage.trouble(LOST, "ledger", "machine", None)
    people.stage.trouble(LOST, "machine", "ledger", None)
    assert people.pay(code) == "paid"
    assert people.purse() == (1_000, 350)
    people.steer(advance_ms=HOLD_MS)
    assert people.purse() == (1_000, 0)
    people.stage.mend()
    people.steer(advance_ms=DAY_MS)
    assert people.stage.order(order)["done"]


def test_a_notification_is_tried_again_at_its_time(people: People) -> None:
    _, code = people.press()
    people.stage.trouble(LOST, "ledger", "machine", None)
    assert people.pay(code) == "paid"
    people.steer(advance_ms=sum(NOTICE_DELAYS_MS[:3]))
    sent = [
        one["at_ms"]
        for one in people.ask("GET", "/journal")
        if one["target"] == "machine" and "payment.authorised" in str(one["request"]["body"])
    ]
    assert [later - earlier for earlier, later in pairwise(sent)] == [*NOTICE_DELAYS_MS[:3]]


def test_a_pin_lock_ends(people: People) -> None:
    _, code = people.press()
    assert [people.pay(code, "0000") for _ in range(3)][-1] == "pin_locked"
    assert people.pay(code) == "pin_locked"
    people.steer(advance_ms=PIN_LOCK_MS)
    assert people.pay(code) == "paid"


def test_what_nobody_settles_at_the_desk_goes_back_by_itself(people: People) -> None:
    people.ask("POST", "/machines/front/dispenser", {"next": "unsure"})
    order, code = people.press()
    assert people.pay(code) == "paid"
    people.steer(advance_ms=MINUTE_MS)
    assert people.stage.order(order)["state"] == "unsure"
    people.steer(advance_ms=UNSURE_MS)
    ended = people.stage.order(order, "done")
    assert (ended["state"], ended["money"], people.purse()) == ("unsure", "returned", (1_000, 0))
    assert people.ask("GET", "/audit?settle=1")["breaches"] == []


def test_frozen_the_world_does_what_is_due_now_and_nothing_more(people: People) -> None:
    order, code = people.press()
    assert people.pay(code) == "paid", "messages travel at this very instant"
    before_ms = people.now_ms()
    told = people.ask("GET", "/audit?settle=1")
    assert told == {"breaches": [], "timed_out": True}, "the motor has not turned its time"
    assert people.stage.order(order)["state"] == "releasing"
    assert people.now_ms() == before_ms
    people.steer(advance_ms=MINUTE_MS)
    assert people.stage.order(order)["state"] == "released"


def test_it_runs_fast_and_goes_back_to_its_pace(people: People) -> None:
    order, _ = people.press()
    assert people.steer(speed=SPEED_MAX)["frozen"]
    people.steer(frozen=False)
    assert people.stage.order(order, "done")["state"] == "expired"
    before_ms = people.now_ms()
    assert people.steer(speed=0.5)["speed"] == 0.5
    people.ask("POST", "/reset", {})
    told = people.ask("GET", "/clock")
    assert (told["frozen"], told["speed"]) == (False, 1.0)
    assert before_ms <= people.now_ms(), "a reset never moves it backwards"


@pytest.mark.parametrize(
    "wish",
    [
        *({}, {"advance_ms": -1}, {"advance_ms": ADVANCE_MAX_MS + 1}, {"advance_ms": 1.5}),
        *({"speed": 0}, {"speed": -1}, {"speed": SPEED_MAX + 1}, {"frozen": True, "speed": 1}),
    ],
)
def test_what_makes_no_sense_is_refused_and_moves_nothing(
    people: People, wish: dict[str, Any]
) -> None:
    before = people.ask("GET", "/clock")
    with pytest.raises(Refused) as refused:
        people.steer(**wish)
    assert refused.value.problem.code is Code.INVALID
    assert people.ask("GET", "/clock") == before
