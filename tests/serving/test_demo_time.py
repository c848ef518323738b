"""A demo's time over restarts, and what hears of it when it is moved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.serving.test_demo import QUICK, served
from vendor_sim.kernel.clock import parse_rfc3339
from vendor_sim.serving.demo import demo
from vendor_sim.serving.errors import CannotStartError

pytestmark = pytest.mark.network
YEAR_MS = 365 * 24 * 3_600_000


def steer(client, **wish) -> dict:
    answer = client.post("/_world/clock", json=wish)
    assert answer.status_code == 200, answer.text
    return answer.json()


def now_ms(client) -> int:
    return parse_rfc3339(client.get("/_world/clock").json()["now"])


def test_time_never_runs_backwards_over_kept_data(tmp_path) -> None:
    options = replace(QUICK, data=tmp_path)
    with served(options) as (made, client):
        before_ms = now_ms(client)
        assert made.world.ready()
        steer(client, advance_ms=YEAR_MS)
        pressed = client.post("/_world/machines/lobby/press", json={"slot": "B4"}).json()
        opened = client.get(f"/_world/orders/{pressed['order']}").json()["opened_at"]
        assert parse_rfc3339(opened) >= before_ms + YEAR_MS, "orders read that clock"
        frozen = steer(client, frozen=True)
    with served(options) as (_, client):
        assert client.get("/_world/clock").json() == frozen
        steer(client, frozen=False)
        assert now_ms(client) >= parse_rfc3339(frozen["now"])


def test_a_broken_clock_stops_the_start(tmp_path) -> None:
    (tmp_path / "clock.json").write_text("{")
    with (
        pytest.raises(CannotStartError, match="cannot tell from"),
        demo(replace(QUICK, data=tmp_path)),
    ):
        pass


def test_a_page_that_is_open_hears_of_a_steered_clock_and_of_its_rate() -> None:
    with served() as (made, client):
        assert made.world.ready()
        with client.stream("GET", "/machine/lobby/events") as page:
            events = page.iter_lines()
            assert "data: 0" in events
            steer(client, frozen=True)
            assert "data: 1" in events
        assert client.get("/machine/lobby/state.json").json()["rate"] == 0
        steer(client, speed=60)
        steer(client, frozen=False)
        assert client.get("/machine/lobby/state.json").json()["rate"] == 60
