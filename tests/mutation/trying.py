"""Tries every change of a table on the tests that judge its room, each in a process of its own."""

from __future__ import annotations

import os
import signal
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest

from tests.mutation.changes import Run
from tests.mutation.tables import ROOMS, ROOT, edits

if TYPE_CHECKING:
    from tests.mutation.tables import Edit

WITHIN_S = 60
"""Tests that take longer never end."""
_QUIETLY = ("-x", "-q", "--tb=no", "--no-header", "-W", "ignore::pytest.PytestAssertRewriteWarning")
_MUTMUT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mutmut"]


def tables_run() -> Run:
    """What came of every change of every table."""
    run = Run()
    for room in ROOMS:
        tests = [one for one in _MUTMUT["pytest_add_cli_args_test_selection"] if _of(one, room)]
        if _passes(tests) != pytest.ExitCode.OK:
            run.unjudged.append(f"{room}: its tests fail as it is")
            continue
        for edit in edits(room):
            _try(edit, tests, run)
    return run


def _of(test: str, room: str) -> bool:
    return test.split("/")[1] == room.partition("/")[0]


def _try(edit: Edit, tests: list[str], run: Run) -> None:
    run.made[edit.change.file] += 1
    child = os.fork()
    if not child:
        _end_with(edit, tests)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status == pytest.ExitCode.OK:
        run.unnoticed[edit.change] += 1
    elif status not in {pytest.ExitCode.TESTS_FAILED, -signal.SIGALRM}:
        run.unjudged.append(f"{edit.change}: status {status}")


def _end_with(edit: Edit, tests: list[str]) -> None:
    """Live on as a process that makes a change, runs the tests, and is no more."""
    signal.alarm(WITHIN_S)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    edit.make()
    os._exit(_passes(tests))


def _passes(tests: list[str]) -> int:
    return pytest.main([*_QUIETLY, *_MUTMUT["pytest_add_cli_args"], *tests])
