"""What may go unnoticed is listed, is still there, and nothing else may."""

from __future__ import annotations

import ast
import tomllib
from collections import Counter

import pytest

from tests.mutation.accepted import accepted, reasons
from tests.mutation.changes import Change, Run, complaints
from tests.mutation.page import PAGE, figures, rewritten, survivors
from tests.mutation.tables import ROOMS, ROOT, edits

SOURCES = ROOT / "vendor_sim"
TABLES = {edit.change for room in ROOMS for edit in edits(room)}
KNOWN = Change("kernel/ids.py", "_spell", "a + 1", "a + 2")
NEW = Change("kernel/ids.py", "_spell", "return a", "")


def run_of(*unnoticed: Change, unjudged: tuple[str, ...] = ()) -> Run:
    return Run(Counter({"kernel/ids.py": 1_500}), Counter(unnoticed), list(unjudged))


# -- holding a run against the list --------------------------------------------------------------


def test_a_run_that_agrees_with_the_list_is_silent() -> None:
    assert complaints(run_of(KNOWN, KNOWN), Counter([KNOWN, KNOWN])) == []


def test_a_change_that_is_not_on_the_list_is_told() -> None:
    assert complaints(run_of(KNOWN, NEW), Counter([KNOWN])) == [
        "NOT NOTICED kernel/ids.py _spell: return a -> (left out)"
    ]
    assert len(complaints(run_of(KNOWN, KNOWN), Counter([KNOWN]))) == 1, "one was accepted, not two"


def test_a_change_on_the_list_that_is_noticed_by_now_is_told() -> None:
    assert complaints(run_of(), Counter([KNOWN])) == [
        "NOT THERE   kernel/ids.py _spell: a + 1 -> a + 2"
    ]


def test_a_change_of_which_nobody_knows_is_told() -> None:
    assert complaints(run_of(unjudged=("x__mutmut_1: not checked",)), Counter()) == [
        "NOT JUDGED  x__mutmut_1: not checked"
    ]


# -- what judges --------------------------------------------------------------------------------


def test_every_test_of_a_domain_judges_and_no_other() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mutmut"]
    rooms = ("ledger", "payments", "machine")
    tests = [one for room in rooms for one in sorted((ROOT / "tests" / room).glob("test_domain*"))]
    assert config["pytest_add_cli_args_test_selection"] == [
        "tests/kernel",
        *(one.relative_to(ROOT).as_posix() for one in tests),
    ]


# -- the list ------------------------------------------------------------------------------------


def functions(file: str) -> dict[str, str]:
    """The text of every function of a file, in one line each, by name and class."""
    text = (SOURCES / file).read_text("utf-8")
    found = {}
    for node in ast.parse(text).body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        prefix = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
        for one in inside:
            if isinstance(one, ast.FunctionDef):
                lines = (ast.get_source_segment(text, one) or "").splitlines()
                found[f"{prefix}{one.name}"] = " ".join(line.strip() for line in lines)
    return found


@pytest.mark.parametrize("change", accepted(), ids=str)
def test_what_is_listed_stands_in_the_code(change: Change) -> None:
    of_function = change.was and change.was in functions(change.file).get(change.place, "")
    assert of_function or change in TABLES


def test_every_reason_is_given_for_something() -> None:
    assert len(reasons()) > 1
    for reason in reasons():
        assert reason.title
        assert reason.why.endswith(".")
        assert reason.changes


# -- the page ------------------------------------------------------------------------------------


def test_the_page_lists_what_the_list_lists() -> None:
    """Otherwise: ``make mutants`` writes it."""
    page = PAGE.read_text("utf-8")
    assert rewritten(page, "survivors", survivors(reasons())) == page


def test_the_figures_of_the_page_are_of_a_run_that_agreed_with_the_list() -> None:
    rows = [line.split(" | ") for line in PAGE.read_text("utf-8").splitlines() if ".py | " in line]
    told = {file.removeprefix("| "): int(left.removesuffix(" |")) for file, _, _, left in rows}
    listed = Counter(change.file for change in accepted().elements())
    assert {file: left for file, left in told.items() if left} == listed
    assert all((SOURCES / file).is_file() for file in told)


def test_a_table_of_figures_adds_up() -> None:
    assert figures(run_of(KNOWN, NEW)).splitlines()[2:] == [
        "| kernel/ids.py | 1,500 | 1,498 | 2 |",
        "| **all** | 1,500 | 1,498 | 2 |",
    ]
