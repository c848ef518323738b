"""The days of bills: calendar days in Beijing, wherever anybody is.

A day's bill is made in the morning after it and can be had for three months [DOC fundflowbill].
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from vendor_sim.kernel.limits import DAY_MS, HOUR_MS
from vendor_sim.wire import beijing_time

MONTHS_KEPT = 3
"""For how many months back a bill can be asked for."""
_EPOCH = date(1970, 1, 1).toordinal()
_FORM = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class Unusable(Enum):
    """Why there is no bill of a day, as far as its date tells."""

    MALFORMED = "no date"
    NOT_OVER = "today, or later"
    TOO_OLD = "longer ago than bills are kept"
    NOT_MADE = "over, but its bill is not made yet"


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A day in Beijing, counted from 1970-01-01."""

    number: int

    @property
    def begins_ms(self) -> int:
        """Its first instant."""
        return beijing_time.day_begins_ms(self.number)

    @property
    def ends_ms(self) -> int:
        """The first instant of the next day."""
        return self.begins_ms + DAY_MS

    def made_at_ms(self, hour: int) -> int:
        """When its bill is made: at that hour of the next day. What it tells is true of then."""
        return self.ends_ms + hour * HOUR_MS

    @property
    def date(self) -> date:
        """The day as a date."""
        return date.fromordinal(_EPOCH + self.number)

    def __str__(self) -> str:
        return self.date.isoformat()


def day_of(at_ms: int) -> Day:
    """The day in Beijing that an instant falls on."""
    return Day(beijing_time.day_of(at_ms))


def day_named(text: str) -> Day | None:
    """The day of ``2019-06-11``; None for any other form and for no real date."""
    if not _FORM.fullmatch(text):
        return None
    try:
        return Day(date.fromisoformat(text).toordinal() - _EPOCH)
    except ValueError:
        return None


def judge(text: str, now_ms: int, hour: int) -> Day | Unusable:
    """The day somebody asks the bill of, or why there is none.

    Args:
        text: ``yyyy-MM-dd``.
        now_ms: When it is asked.
        hour: At which hour of the next day bills are made.
    """
    day, today = day_named(text), day_of(now_ms)
    if day is None:
        return Unusable.MALFORMED
    if day >= today:
        return Unusable.NOT_OVER
    if day < oldest(today):
        return Unusable.TOO_OLD
    return day if now_ms >= day.made_at_ms(hour) else Unusable.NOT_MADE


def oldest(today: Day) -> Day:
    """The first day whose bill can still be had: the same day of the month, three months ago.

    Where that month is too short for it, its last day.
    """
    months = today.date.year * 12 + today.date.month - 1 - MONTHS_KEPT
    first = date(months // 12, months % 12 + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return Day(min(first.replace(day=min(today.date.day, last.day)), last).toordinal() - _EPOCH)


def stamp(at_ms: int) -> str:
    """An instant as bills write it: ``2019-02-19 01:51:59``, in Beijing."""
    return f"{datetime.fromtimestamp(at_ms // 1000, beijing_time.BEIJING):%Y-%m-%d %H:%M:%S}"
