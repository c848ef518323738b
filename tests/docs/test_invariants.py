"""The page of what must hold lists every rule under its number, and tests that are there."""

from __future__ import annotations

import re

from tests.docs.pages import DOCS, ROOT
from vendor_sim.world.audit import RULES

ROW = re.compile(r"^\| (I\d+) \| (.+?) \| (.*?) \| (.*?)\|$", re.MULTILINE)
NUMBERS = [f"I{number}" for number in range(1, 25)]


def checks():
    """What the page says each promise is checked by."""
    page = (DOCS / "invariants.md").read_text("utf-8")
    return {number: re.findall(r"`([^`]+)`", cell) for number, _, cell, _ in ROW.findall(page)}


def test_every_rule_is_listed_under_its_number():
    listed = {
        (number, name) for number, names in checks().items() for name in names if "/" not in name
    }
    assert listed == {(rule.number, rule.name) for rule in RULES}


def test_every_promise_is_there_in_turn_and_says_how_it_is_checked():
    assert list(checks()) == NUMBERS
    assert [number for number, names in checks().items() if not names] == ["I24"]


def test_every_test_that_is_named_is_there():
    named = [name for names in checks().values() for name in names if "/" in name]
    assert len(named) > 10
    assert [name for name in named if not (ROOT / name).is_file()] == []
