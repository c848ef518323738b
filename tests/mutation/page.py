"""The tables of ``docs/mutants.md``: figures of a run, and every change that goes unnoticed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.mutation.accepted import Reason
    from tests.mutation.changes import Run

PAGE = Path(__file__).parents[2] / "docs" / "mutants.md"


def figures(run: Run) -> str:
    """How many changes each file had, and how many of them were noticed."""
    unnoticed = Counter(change.file for change in run.unnoticed.elements())
    rows = [(file, made, unnoticed[file]) for file, made in sorted(run.made.items())]
    rows.append(("**all**", run.made.total(), unnoticed.total()))
    lines = ["| file | changes | noticed | not noticed |", "|---|---|---|---|"]
    lines += [f"| {file} | {made:,} | {made - left:,} | {left} |" for file, made, left in rows]
    return "\n".join(lines)


def survivors(reasons: Iterable[Reason]) -> str:
    """Each change that goes unnoticed, under the reason why."""
    return "\n\n".join(_section(reason) for reason in reasons)


def rewritten(page: str, name: str, text: str) -> str:
    """The page with one of its tables replaced."""
    begin, end = (f"<!-- {name}: {which} -->\n" for which in ("begin", "end"))
    before, rest = page.split(begin)
    _, after = rest.split(end)
    return f"{before}{begin}\n{text}\n\n{end}{after}"


def _section(reason: Reason) -> str:
    lines = [f"### {reason.title}", "", reason.why, "", "| where | the line | becomes |"]
    lines.append("|---|---|---|")
    lines += [
        f"| `{one.file}` {one.place} | {_code(one.was, 'new')} | {_code(one.becomes, 'left out')} |"
        for one in reason.changes
    ]
    return "\n".join(lines)


def _code(line: str, instead: str) -> str:
    return f"`{line.replace('|', chr(92) + '|')}`" if line else f"*{instead}*"
