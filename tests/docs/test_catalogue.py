"""The catalogue has every number once, and names only what exists."""

from __future__ import annotations

import ast
import re

import pytest
from pytest_bdd.feature import get_features

from tests.docs.pages import DOCS, ROOT

ROW = re.compile(r"^\| (F\d\d) \| (.+?) \| (.+?) \| (.+) \|$", re.MULTILINE)
ROWS = {row[0]: row[1:] for row in ROW.findall((DOCS / "catalogue.md").read_text("utf-8"))}
RANGES = ((1, 16), (20, 28), (30, 38), (40, 49), (50, 56), (60, 63), (70, 78))
NUMBERS = [f"F{number:02}" for first, last in RANGES for number in range(first, last + 1)]
STORIES = {name for feature in get_features([str(ROOT / "features")]) for name in feature.scenarios}


def stories(shown: str) -> list[str]:
    """The scenarios that a row names."""
    return re.findall(r'"([^"]+)"', shown)


def named(shown: str) -> list[str]:
    """The tests that a row names."""
    return re.findall(r"`([^`]+)`", shown)


def exists(test: str) -> bool:
    """Whether there is such a test."""
    path, _, name = test.partition("::")
    if not (ROOT / path).is_file():
        return False
    made = ast.parse((ROOT / path).read_text("utf-8")).body
    return any(isinstance(one, ast.FunctionDef) and one.name == name for one in made)


def test_every_number_is_there_once_and_in_turn() -> None:
    page = (DOCS / "catalogue.md").read_text("utf-8")
    assert re.findall(r"^\| (F\d\d) ", page, re.MULTILINE) == NUMBERS == [*ROWS]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_row_says_what_shows_it_and_that_exists(number: str) -> None:
    *_, shown = ROWS[number]
    assert stories(shown) or named(shown)
    assert [name for name in stories(shown) if name not in STORIES] == []
    assert [name for name in named(shown) if not exists(name)] == []


def test_what_does_not_exist_is_told() -> None:
    assert not exists("tests/docs/test_catalogue.py::test_of_nothing")
    assert not exists("tests/docs/test_nothing.py::test_of_nothing")
    assert exists("tests/docs/test_catalogue.py::test_what_does_not_exist_is_told")
    assert "A story of nothing" not in STORIES
    assert len(STORIES) > 100
