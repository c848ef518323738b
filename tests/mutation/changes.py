"""What came of a run: every small change that was made, and whether a test noticed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files
from mutmut.utils.format_utils import orig_function_and_class_names_from_key

if TYPE_CHECKING:
    from pathlib import Path

NOTICED = frozenset({"killed", "timeout"})
"""A change that makes the tests fail, or never end."""
UNNOTICED = frozenset({"survived", "no tests"})


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One small change, known by what it does to a line: its number in a run does not last.

    Attributes:
        file: Where, from ``vendor_sim`` on.
        place: In which function, with its class; or in which table.
        was: The line as it stands, empty where there was none; several are told as one.
        becomes: The same after the change, empty where it is left out.
    """

    file: str
    place: str
    was: str
    becomes: str

    def __str__(self) -> str:
        return f"{self.file} {self.place}: {self.was or '(new)'} -> {self.becomes or '(left out)'}"


@dataclass(frozen=True, slots=True)
class Run:
    """A whole run.

    Attributes:
        made: How many changes each file had.
        unnoticed: Those that no test noticed; two sites of a line may change alike.
        unjudged: Those of which nobody knows, each with what became of it.
    """

    made: Counter[str] = field(default_factory=Counter)
    unnoticed: Counter[Change] = field(default_factory=Counter)
    unjudged: list[str] = field(default_factory=list)

    def __add__(self, other: Run) -> Run:
        """Both as one."""
        return Run(
            self.made + other.made,
            self.unnoticed + other.unnoticed,
            self.unjudged + other.unjudged,
        )


def last_run() -> Run:
    """What the last run of mutmut left in ``mutants/``."""
    run = Run()
    for path in walk_mutatable_files():
        data = SourceFileMutationData(path=path)
        data.load()
        for name, exit_code in data.exit_code_by_key.items():
            run.made[_file(path)] += 1
            status = status_by_exit_code[exit_code]
            if status in UNNOTICED:
                run.unnoticed[_change(path, name)] += 1
            elif status not in NOTICED:
                run.unjudged.append(f"{name}: {status}")
    return run


def complaints(run: Run, accepted: Counter[Change]) -> list[str]:
    """What has to be seen to before the list of what is accepted is true again."""
    new, gone = run.unnoticed - accepted, accepted - run.unnoticed
    return [
        *(f"NOT JUDGED  {one}" for one in run.unjudged),
        *(f"NOT NOTICED {one}" for one in sorted(new.elements())),
        *(f"NOT THERE   {one}" for one in sorted(gone.elements())),
    ]


def _change(path: Path, name: str) -> Change:
    function, of_class = orig_function_and_class_names_from_key(name)
    lines = get_diff_for_mutant(name, path=path).splitlines()[2:]
    was, becomes = (
        " ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
    )
    return Change(_file(path), f"{of_class}.{function}" if of_class else function, was, becomes)


def _file(path: Path) -> str:
    return path.relative_to("vendor_sim").as_posix()
