"""A clock kept in a file never tells an earlier time than before."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

import pytest

from vendor_sim.kernel.limits import INSTANT_MAX_MS
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.kernel.steering import Pace
from vendor_sim.serving.errors import CannotStartError
from vendor_sim.serving.kept_clock import kept_clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vendor_sim.kernel.steering import SteeredClock


class Outside:
    """The time outside."""

    def __init__(self) -> None:
        self.at_ms = 10_000

    def now_ms(self) -> int:
        return self.at_ms


@pytest.fixture
def outside() -> Outside:
    return Outside()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "clock.json"


@contextlib.contextmanager
def program(path: Path, outside: Outside) -> Iterator[SteeredClock]:
    """One that ends properly."""
    with contextlib.ExitStack() as held:
        yield kept_clock(path, outside, held)


def crashed(path: Path, outside: Outside) -> SteeredClock:
    """The clock of one that never comes to its end."""
    return kept_clock(path, outside, contextlib.ExitStack())


def test_a_clock_nobody_steered_leaves_nothing_behind(path: Path, outside: Outside) -> None:
    with program(path, outside) as clock:
        outside.at_ms += 5
        assert clock.now_ms() == 10_005
    assert not path.exists()


def test_after_a_restart_it_is_as_far_ahead_as_before(path: Path, outside: Outside) -> None:
    with program(path, outside) as clock:
        clock.advance_to(90_000)
        outside.at_ms += 5
    outside.at_ms += 100
    with program(path, outside) as clock:
        assert clock.pace() == Pace(90_105)


def test_frozen_it_is_frozen_where_it_was(path: Path, outside: Outside) -> None:
    with program(path, outside) as clock:
        clock.steer(frozen=True)
    outside.at_ms += 100_000
    with program(path, outside) as clock:
        assert clock.pace() == Pace(10_000, frozen=True)


def test_a_fast_one_goes_on_at_real_pace_while_the_program_is_stopped(
    path: Path, outside: Outside
) -> None:
    with program(path, outside) as clock:
        clock.steer(speed=100)
        outside.at_ms += 10
    outside.at_ms += 7
    with program(path, outside) as clock:
        assert clock.pace() == Pace(10_000 + 1_000 + 7, speed=100)


def test_after_a_crash_a_fast_one_is_taken_to_have_gone_on(path: Path, outside: Outside) -> None:
    clock = crashed(path, outside)
    clock.steer(speed=100)
    outside.at_ms += 10
    last_ms = clock.now_ms()
    outside.at_ms += 1
    assert crashed(path, outside).pace() == Pace(last_ms + 100, speed=100)


def test_set_back_outside_it_goes_on_from_what_was_kept(path: Path, outside: Outside) -> None:
    with program(path, outside) as clock:
        clock.advance_to(90_000)
    outside.at_ms = 3
    with program(path, outside) as clock:
        assert clock.now_ms() == 90_000
        outside.at_ms = 5
        assert clock.now_ms() == 90_002


def test_time_ends_where_it_ends(path: Path, outside: Outside) -> None:
    with program(path, outside) as clock:
        clock.advance_to(INSTANT_MAX_MS - 1)
    outside.at_ms += 50
    with program(path, outside) as clock:
        assert clock.now_ms() == INSTANT_MAX_MS


def test_it_is_for_its_owner_only_and_leaves_no_draft(path: Path, outside: Outside) -> None:
    with program(path, outside) as clock:
        clock.steer(frozen=True)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["clock.json"]


def test_a_change_that_cannot_be_kept_is_told(path: Path, outside: Outside) -> None:
    with program(path, outside) as clock:
        path.with_name("clock.json.new").mkdir()
        with pytest.raises(Refused, match="could not be kept") as refused:
            clock.steer(frozen=True)
    assert refused.value.problem.code is Code.UNAVAILABLE
    assert clock.pace().frozen


def test_an_end_that_cannot_be_kept_is_logged(
    path: Path, outside: Outside, caplog: pytest.LogCaptureFixture
) -> None:
    with program(path, outside) as clock:
        clock.steer(frozen=True)
        path.with_name("clock.json.new").mkdir()
    assert "where the clock was could not be kept" in caplog.text


GOOD = {"now_ms": 1, "real_ms": 1, "frozen": False, "speed": 1.0, "stopped": True}


def test_what_is_written_is_what_is_read(path: Path, outside: Outside) -> None:
    path.write_text(json.dumps(GOOD))
    assert crashed(path, outside).pace() == Pace(10_000)


@pytest.mark.parametrize(
    "text",
    [
        *("", "no json", "[]", "3", '{"now_ms": 1}', "\ufffd"),
        *(json.dumps({**GOOD, name: None}) for name in GOOD),
        *(json.dumps({**GOOD, name: -1}) for name in ("now_ms", "real_ms", "speed")),
        *(json.dumps({**GOOD, "speed": float("nan")}), json.dumps({**GOOD, "speed": True})),
        *(json.dumps({**GOOD, "more": 1}), json.dumps({**GOOD, "now_ms": INSTANT_MAX_MS + 1})),
    ],
)
def test_a_file_that_makes_no_sense_stops_the_start(
    path: Path, outside: Outside, text: str
) -> None:
    path.write_text(text)
    with pytest.raises(CannotStartError, match="cannot tell from") as told:
        crashed(path, outside)
    assert str(path) in str(told.value)


def test_a_file_that_cannot_be_read_stops_the_start(path: Path, outside: Outside) -> None:
    path.mkdir()
    with pytest.raises(CannotStartError, match="cannot tell from"):
        crashed(path, outside)
