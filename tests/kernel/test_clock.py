"""Time is an argument."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_sim.kernel.clock import VirtualClock, WallClock, parse_rfc3339, rfc3339, running_ms

if TYPE_CHECKING:
    from collections.abc import Iterator

YEAR_9999_MS = 253_402_300_799_999


def test_the_wall_clock_tells_whole_milliseconds_since_1970() -> None:
    before = int(time.time() * 1000) - 1
    now_ms = WallClock().now_ms()
    assert before <= now_ms <= int(time.time() * 1000) + 1
    assert type(now_ms) is int


def test_running_time_is_counted_in_milliseconds_and_never_set_back() -> None:
    before = time.monotonic_ns() // 1_000_000
    assert before <= running_ms() <= running_ms() <= time.monotonic_ns() // 1_000_000


def test_a_virtual_clock_moves_when_told_and_never_back() -> None:
    clock = VirtualClock(100)
    assert clock.now_ms() == 100
    clock.advance_to(250)
    clock.advance_to(200)
    assert clock.now_ms() == 250


def test_a_virtual_clock_can_be_put_back_with_the_world_that_it_is_of() -> None:
    clock = VirtualClock(100)
    clock.advance_to(250)
    clock.begin_at(100)
    assert clock.now_ms() == 100


@pytest.fixture(params=["UTC", "CST-8"])
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A computer whose own time is that of Greenwich, then one in Shanghai."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("place")
def test_an_instant_is_written_in_utc_with_milliseconds_wherever_the_computer_stands() -> None:
    assert rfc3339(1_795_371_180_250) == "2026-11-22T18:13:00.250Z"
    assert rfc3339(5) == "1970-01-01T00:00:00.005Z"


@given(st.integers(0, YEAR_9999_MS))
def test_what_was_written_is_read_back(at_ms: int) -> None:
    assert parse_rfc3339(rfc3339(at_ms)) == at_ms


@pytest.mark.parametrize(
    ("text", "at_ms"),
    [
        ("1970-01-01T01:00:00+01:00", 0),
        ("1970-01-01t00:00:01z", 1_000),
        ("1969-12-31T23:59:59.5-00:30", 1_799_500),
        ("1970-01-01T00:00:00.123456789Z", 123),
        ("1969-12-31T23:59:59.250Z", -750),
    ],
)
def test_offsets_and_other_precisions_are_read(text: str, at_ms: int) -> None:
    assert parse_rfc3339(text) == at_ms


@pytest.mark.parametrize(
    "text",
    [
        *("", "now", "2026-11-22", "2026-11-22T18:13:00", "1795371180"),
        *("\N{FULLWIDTH DIGIT TWO}026-11-22T18:13:00Z", "2026-11-22T18:13:00Z\n"),
    ],
)
def test_what_is_no_timestamp_is_refused_with_one_that_is(text: str) -> None:
    sentence = f"{text!r} is no RFC 3339 timestamp like 2026-11-22T18:13:00Z"
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        parse_rfc3339(text)


def test_a_thirteenth_month_is_refused() -> None:
    with pytest.raises(ValueError, match=r"month must be in 1\.\.12"):
        parse_rfc3339("2026-13-01T00:00:00Z")


def test_the_first_and_the_last_instant_of_the_calendar_are_read() -> None:
    assert parse_rfc3339("0001-01-01T00:00:00+23:59") < 0
    assert parse_rfc3339("9999-12-31T23:59:59.999Z") == YEAR_9999_MS
