"""What a step says: a phrase of the table, in whichever language a feature was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_bdd.parsers import StepParser

if TYPE_CHECKING:
    from collections.abc import Mapping


class PhraseParser(StepParser):
    """Recognises a phrase in all its languages; the holes mean the same in each."""

    def is_matching(self, name: str) -> bool:
        """Whether a sentence is this phrase."""
        return self.name in _matches(name)

    def parse_arguments(self, name: str) -> dict[str, Any]:
        """What stands in its holes, and ``tongue``: the language."""
        return _matches(name)[self.name]


def phrase(name: str) -> PhraseParser:
    """A phrase by its name in the table; the table is read when a step is first looked for."""
    return PhraseParser(name)


def _matches(text: str) -> Mapping[str, dict[str, Any]]:
    from vendor_sim.pytest_plugin.phrases.book import book  # noqa: PLC0415 - read when needed

    return book().matches(text)
