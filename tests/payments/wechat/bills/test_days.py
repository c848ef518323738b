"""Beijing's calendar: which day, which hour, how far back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_sim.kernel.limits import DAY_MS, HOUR_MS
from vendor_sim.payments.wechat.bills.days import (
    Day,
    Unusable,
    day_named,
    day_of,
    judge,
    oldest,
    stamp,
)


def at(text: str) -> int:
    """An instant, from Beijing's clock."""
    return int(datetime.fromisoformat(f"{text}+08:00").timestamp() * 1000)


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (utc("2019-06-10T15:59:59.999"), "2019-06-10"),
        (utc("2019-06-10T16:00:00"), "2019-06-11"),
        (utc("2019-06-11T15:59:59.999"), "2019-06-11"),
        (0, "1970-01-01"),
        (utc("1969-12-31T15:59:59.999"), "1969-12-31"),
        (utc("2024-02-28T16:00:00"), "2024-02-29"),
    ],
)
def test_a_day_is_one_in_beijing(instant, day):
    assert str(day_of(instant)) == day


@given(st.integers(-(10**12), 4 * 10**12))
def test_every_instant_belongs_to_the_day_that_holds_it(at_ms):
    day = day_of(at_ms)
    assert day.begins_ms <= at_ms < day.ends_ms == day.begins_ms + DAY_MS
    assert day_named(str(day)) == day


def test_a_bill_is_made_at_ten_of_the_next_day():
    assert Day(0).begins_ms == -8 * HOUR_MS
    assert day_of(at("2019-06-11T12:00:00")).made_at_ms(10) == at("2019-06-12T10:00:00")


@pytest.mark.parametrize(
    "text",
    [
        *("", "2019-6-11", "20190611", "2019-06-11 ", "2019-06-11T00:00:00", "2019/06/11"),
        *("2019-02-29", "2019-13-01", "2019-00-10", "2019-06-31", "0000-01-01", "yyyy-MM-dd"),
        *(
            "\uff12\uff10\uff11\uff19-06-11",
            "\u0662\u0660\u0661\u0669-06-11",
            "2019-W24-2",
            "-019-06-11",
            "2019-06-11\n",
        ),
    ],
)
def test_what_names_no_day_is_malformed(text):
    assert judge(text, at("2019-06-30T12:00:00"), 10) is Unusable.MALFORMED


@pytest.mark.parametrize(
    ("now", "asked", "judged"),
    [
        ("2019-06-12T10:00:00", "2019-06-11", "2019-06-11"),
        ("2019-06-12T09:59:59.999", "2019-06-11", Unusable.NOT_MADE),
        ("2019-06-12T00:00:00", "2019-06-11", Unusable.NOT_MADE),
        ("2019-06-12T00:00:00", "2019-06-10", "2019-06-10"),
        ("2019-06-11T23:59:59.999", "2019-06-11", Unusable.NOT_OVER),
        ("2019-06-12T12:00:00", "2019-06-12", Unusable.NOT_OVER),
        ("2019-06-12T12:00:00", "2019-06-13", Unusable.NOT_OVER),
        ("2019-06-12T12:00:00", "2019-03-12", "2019-03-12"),
        ("2019-06-12T12:00:00", "2019-03-11", Unusable.TOO_OLD),
        ("2019-06-12T23:59:59.999", "2019-03-12", "2019-03-12"),
    ],
)
def test_the_window_of_a_bill(now, asked, judged):
    found = judge(asked, at(now), 10)
    assert found is judged if isinstance(judged, Unusable) else str(found) == judged


@pytest.mark.parametrize(
    ("today", "first"),
    [
        ("2019-06-12", "2019-03-12"),
        ("2019-03-31", "2018-12-31"),
        ("2019-05-31", "2019-02-28"),
        ("2024-05-31", "2024-02-29"),
        ("2024-05-29", "2024-02-29"),
        ("2019-01-15", "2018-10-15"),
        ("2019-12-31", "2019-09-30"),
        ("2019-04-01", "2019-01-01"),
    ],
)
def test_three_months_back_is_the_same_day_of_that_month_or_its_last(today, first):
    named = day_named(today)
    assert named is not None
    assert str(oldest(named)) == first


def test_a_bill_writes_the_time_of_beijing():
    assert stamp(utc("2019-02-18T17:51:59.999")) == "2019-02-19 01:51:59"
