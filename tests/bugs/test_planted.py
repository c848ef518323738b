"""The checks can fail: each planted bug is found by the run that is known to find it."""

from __future__ import annotations

import pytest

from tests.bugs import goods, money, words
from tests.bugs.planting import BUGS, Bug, Sweep

LISTS = (goods, money, words)
LEAST = 40


def test_there_are_enough_and_each_list_is_read():
    assert len(BUGS) >= LEAST
    assert {bug.plant.__module__ for bug in BUGS.values()} == {one.__name__ for one in LISTS}


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_is_found_and_nothing_is_where_it_is_not_planted(name, monkeypatch):
    bug = BUGS[name]
    assert not bug.killer.breaches()
    found = bug.found_by(bug.killer, monkeypatch)
    assert {one.number for one in found} & bug.breaks, [str(one) for one in found]


def test_a_canary_is_always_found(monkeypatch):
    """A mistake nobody could miss: were it not found, nothing above would mean a thing."""
    canary = Bug("every drink falls twice", frozenset({"I5"}), Sweep("buy by hold"), _twice)
    assert "I5" in {one.number for one in canary.found_by(canary.killer, monkeypatch)}


def _twice(patch):
    release = goods.Outbound._release

    def again(self, task):
        release(self, task)
        order = self._work.order(task.body["order"])
        self._dispenser.release(f"{order.command_id}_again", order.machine, order.slot)

    patch.setattr(goods.Outbound, "_release", again)
