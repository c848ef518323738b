"""``/_world/clock``: in a simulated world it steps, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.world.conftest import TOKEN, code_of
from vendor_sim.kernel.clock import VirtualClock, rfc3339
from vendor_sim.kernel.limits import ADVANCE_MAX_MS, INSTANT_MAX_MS, PAY_WITHIN_MS
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.world.build import SIMULATION_STARTS_AT_MS
from vendor_sim.world.control import Portion, create_control
from vendor_sim.world.timekeeping import SteppedTime

if TYPE_CHECKING:
    from tests.world.conftest import Control
    from vendor_sim.world.build import World

HOUR_MS = 3_600_000


def test_it_tells_the_time_and_that_it_stands_still(control: Control, world: World) -> None:
    told = control.get("/clock")
    assert told == {"now": rfc3339(world.clock.now_ms()), "frozen": True, "speed": 1.0}
    assert world.clock.now_ms() >= SIMULATION_STARTS_AT_MS


def test_a_step_does_what_falls_due_on_the_way(control: Control, world: World) -> None:
    order = control.post("/machines/lobby/press", {"slot": "B4"}, 202)["order"]
    control.get(f"/orders/{order}?wait_for=awaiting_payment")
    began_ms = world.clock.now_ms()
    told = control.post("/clock", {"advance_ms": HOUR_MS})
    assert told == {"now": rfc3339(began_ms + HOUR_MS), "frozen": True, "speed": 1.0}
    found = control.get(f"/orders/{order}")
    assert found["state"] == "expired"
    assert found["ended_at"] <= rfc3339(began_ms + PAY_WITHIN_MS), "in its own time"


def test_a_step_of_nothing_does_what_is_due_now(control: Control, world: World) -> None:
    order = control.post("/machines/lobby/press", {"slot": "B4"}, 202)["order"]
    before_ms = world.clock.now_ms()
    control.post("/clock", {"advance_ms": 0})
    assert world.clock.now_ms() == before_ms
    assert control.get(f"/orders/{order}")["state"] == "awaiting_payment"


def test_what_it_is_already_is_no_news(control: Control) -> None:
    told = control.get("/clock")
    assert control.post("/clock", {"frozen": True}) == told
    assert control.post("/clock", {"speed": 1}) == told
    assert control.post("/clock", {"speed": 1.0}) == told


@pytest.mark.parametrize("wish", [{"frozen": False}, {"speed": 2}, {"speed": 0.5}])
def test_it_does_not_run_and_says_why(control: Control, wish: dict) -> None:
    told = control.post("/clock", wish, 409)
    assert code_of(told) == "wrong_state"
    assert told["error"]["where"] == next(iter(wish))
    assert "step it with advance_ms" in told["error"]["message"]


@pytest.mark.parametrize(
    "wish",
    [
        *({}, {"advance_ms": 1, "frozen": True}, {"frozen": True, "speed": 1}),
        *({"advance_ms": None}, {"advance_ms": 1, "speed": None}),
        *({"advance_ms": -1}, {"advance_ms": ADVANCE_MAX_MS + 1}, {"advance_ms": 1.5}),
        *({"advance_ms": "1"}, {"advance_ms": True}, {"frozen": 1}, {"frozen": "no"}),
        *({"speed": "2"}, {"speed": True}, {"now": "2026-11-18T11:06:40Z"}),
    ],
)
def test_what_is_no_wish_is_refused_and_moves_nothing(control: Control, wish: dict) -> None:
    before = control.get("/clock")
    assert code_of(control.post("/clock", wish, 422)) == "invalid"
    assert control.get("/clock") == before


@pytest.mark.parametrize("raw", [b'{"speed":NaN}', b'{"speed":1e999}', b'{"speed":Infinity}', b"2"])
def test_what_is_no_number_is_refused(control: Control, raw: bytes) -> None:
    answer = control.client.post("/_world/clock", data=raw, content_type="application/json")
    assert (answer.status_code, code_of(answer.get_json())) == (400, "malformed")


def test_no_query_is_known(control: Control) -> None:
    assert code_of(control.get("/clock?now=1", 422)) == "invalid"
    assert code_of(control.post("/clock?now=1", {"advance_ms": 0}, 422)) == "invalid"


def test_the_longest_step_is_taken_as_long_as_time_has_not_ended() -> None:
    clock = VirtualClock(INSTANT_MAX_MS - 5)
    time = SteppedTime(clock, lambda ms: clock.advance_to(clock.now_ms() + ms))
    with pytest.raises(Refused, match="time ends at 9000") as refused:
        time.advance(6)
    assert refused.value.problem.code is Code.INVALID
    time.advance(5)
    assert clock.now_ms() == INSTANT_MAX_MS


def test_a_reset_leaves_the_time_where_it_is(control: Control, world: World) -> None:
    control.post("/clock", {"advance_ms": HOUR_MS})
    before_ms = world.clock.now_ms()
    control.post("/reset", {})
    assert world.clock.now_ms() >= before_ms


@pytest.mark.parametrize("part", ["ledger", "machine", "wallet"])
def test_a_service_alone_tells_the_time_and_steers_nothing(world: World, part: str) -> None:
    class Outside:
        def now_ms(self) -> int:
            return 1_000

    portion = Portion(Outside(), world.driver, world.keys)
    client = create_control(portion, TOKEN, part).test_client()
    told = {"now": "1970-01-01T00:00:01.000Z", "frozen": False, "speed": 1.0}
    assert client.get("/_world/clock").get_json() == told
    for wish in ({"advance_ms": 0}, {"frozen": False}, {"speed": 1}):
        answer = client.post("/_world/clock", json=wish)
        assert (answer.status_code, code_of(answer.get_json())) == (409, "wrong_state")
        assert "runs alone" in answer.get_json()["error"]["message"]
    portion.time.let_go()
    assert client.get("/_world/clock").get_json() == told
