"""Which changes of a table there are, and that everybody who knows it knows of them."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

import pytest

from tests.kernel.test_lifecycle import Act, Light
from tests.mutation.changes import Change
from tests.mutation.tables import ROOMS, Edit, edits, edits_of

FILE = '''
"""A room with two tables, one of which is part of the other."""
from tests.kernel.test_lifecycle import LIGHT, Act, Light
_MORE = {Light.ON: 2}
SEEN = {Light.OFF: Act.SWITCH, **_MORE}
DARK = frozenset({Light.OFF})
LIMIT = 7
'''


def test_a_line_may_go_come_or_say_another_word(tmp_path, monkeypatch):
    (tmp_path / "hall_tables.py").write_text(FILE)
    monkeypatch.syspath_prepend(tmp_path)
    made = edits_of(importlib.import_module("hall_tables"), "hall_tables.py")
    told = [(edit.change.place, edit.change.was, edit.change.becomes) for edit in made]
    assert told == [
        ("SEEN", "off: switch", ""),
        ("SEEN", "off: switch", "off: drop"),
        ("SEEN", "on: 2", ""),
        ("SEEN", "on: 2", "on: 3"),
        ("SEEN", "", "broken: switch"),
        ("DARK", "off", ""),
        ("DARK", "", "on"),
        ("DARK", "", "broken"),
    ]


def test_the_moves_of_a_life_are_a_table():
    places = {edit.change.place for room in ROOMS for edit in edits(room)}
    assert places >= {"ORDER", "INTENT[hold]", "INTENT[at_once]", "REFUND", "NOTICE", "FORWARD"}


@pytest.mark.parametrize("kind", [dict, frozenset])
def test_whoever_imported_a_table_has_it_as_it_was_changed(kind, monkeypatch):
    table, edited = kind([(Light.OFF, Act.SWITCH)]), kind([(Light.ON, Act.DROP)])
    rooms = [ModuleType("its_own"), ModuleType("another")]
    for room in rooms:
        room.TABLE = table
        monkeypatch.setitem(sys.modules, room.__name__, room)
    Edit(Change("", "", "", ""), table, edited).make()
    assert [room.TABLE for room in rooms] == [edited, edited]
