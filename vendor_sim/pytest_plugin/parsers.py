"""How step code says which phrase it is the step of: ``@given(phrase("machine-with"))``.

pytest-bdd asks each step that there is, one after the other, whether it is meant by a sentence, and
pytest looks each of them up. So it knows three steps of ours, one for each keyword, that are meant
by any phrase (``telling``); which one it is, the phrase book knows.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NewType, TypeVar

from pytest_bdd.parsers import StepParser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pytest

F = TypeVar("F", bound="Callable[..., Any]")
Name = NewType("Name", str)
"""Of a phrase in the table."""
GIVEN, WHEN, THEN = "given", "when", "then"
TABLE, TEXT = "datatable", "docstring"


@dataclass(frozen=True, slots=True)
class Step:
    """What is done where a phrase stands behind a keyword.

    Attributes:
        phrase: Its name in the table.
        keyword: ``given``, ``when`` or ``then``.
        function: Does it.
        takes: What the function takes: holes of the phrase, what stands below it, fixtures.
    """

    phrase: Name
    keyword: str
    function: Callable[..., Any]
    takes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that is a phrase of ours.

    Attributes:
        step: What it asks for.
        holes: What stands in its holes, and ``tongue``: the language.
    """

    step: Step
    holes: Mapping[str, Any]

    def do(self, request: pytest.FixtureRequest, below: Mapping[str, Any]) -> Any:
        """Do it, with fixtures for what neither the sentence says nor what stands below it."""
        __tracebackhide__ = True
        given = {**self.holes, **below}
        taken = {
            name: given[name] if name in given else request.getfixturevalue(name)
            for name in self.step.takes
        }
        return self.step.function(**taken)


class AnyPhrase(StepParser):
    """Recognises every phrase that may stand behind a keyword, in all its languages."""

    def is_matching(self, name: str) -> bool:
        """Whether a sentence is such a phrase."""
        return self._said(name) is not None

    def parse_arguments(self, name: str) -> dict[str, Any]:
        """``said``: which phrase it is, and what stands in its holes."""
        return {"said": self._said(name)}

    def _said(self, name: str) -> Said | None:
        known = _STEPS[self.name]
        found = (
            Said(known[Name(phrase)], holes)
            for phrase, holes in _matches(name).items()
            if phrase in known
        )
        return next(found, None)


_STEPS: dict[str, dict[Name, Step]] = {GIVEN: {}, WHEN: {}, THEN: {}}


def phrase(name: str) -> Name:
    """A phrase by its name in the table; the table is read when a step is first looked for."""
    return Name(name)


def given(name: Name) -> Callable[[F], F]:
    """The step of a phrase behind ``Given``."""
    return _step(name, GIVEN)


def when(name: Name) -> Callable[[F], F]:
    """The step of a phrase behind ``When``."""
    return _step(name, WHEN)


def then(name: Name) -> Callable[[F], F]:
    """The step of a phrase behind ``Then``."""
    return _step(name, THEN)


def steps() -> Iterator[Step]:
    """Every step of the themes that were imported."""
    for known in _STEPS.values():
        yield from known.values()


def _step(name: Name, keyword: str) -> Callable[[F], F]:
    def keep(function: F) -> F:
        takes = tuple(inspect.signature(function).parameters)
        _STEPS[keyword][name] = Step(name, keyword, function, takes)
        return function

    return keep


def _matches(text: str) -> Mapping[str, dict[str, Any]]:
    from vendor_sim.pytest_plugin.phrases.book import book  # noqa: PLC0415 - read when needed

    return book().matches(text)
