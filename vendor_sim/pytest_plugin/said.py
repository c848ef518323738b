"""What a scenario has said so far, in its own words: a step may need to say it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vendor_sim.pytest_plugin.phrases.writing import wide

if TYPE_CHECKING:
    from pytest_bdd.parser import Step

_APOSTROPHES = ("'", "\u2019")
_SAID = pytest.StashKey[list["Step"]]()


@pytest.hookimpl(optionalhook=True)
def pytest_bdd_before_step(request: pytest.FixtureRequest, step: Step) -> None:
    """Remember each step as it is begun."""
    request.node.stash.setdefault(_SAID, []).append(step)


def said_before(request: pytest.FixtureRequest) -> list[str]:
    """The lines of all steps before the one under way, with their tables."""
    lines: list[str] = []
    for step in request.node.stash.get(_SAID, [])[:-1]:
        keyword = step.keyword.capitalize()  # pytest-bdd makes "Et Que" of "Et que"
        lines.append(f"{keyword}{'' if keyword.endswith(_APOSTROPHES) else ' '}{step.name}")
        lines += table_lines([] if step.datatable is None else step.datatable.raw())
    return lines


def table_lines(rows: list[list[str]]) -> list[str]:
    """A data table as it stands under a step."""
    widths = [max(map(wide, column)) for column in zip(*rows, strict=True)]
    padded = (
        [cell + " " * (width - wide(cell)) for cell, width in zip(row, widths, strict=True)]
        for row in rows
    )
    return [f"  | {' | '.join(row)} |" for row in padded]
