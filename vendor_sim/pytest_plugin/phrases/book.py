"""The phrase book open: what a sentence means, and what somebody may have meant to write."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from vendor_sim.pytest_plugin.phrases.table import load
from vendor_sim.pytest_plugin.phrases.words import Words
from vendor_sim.pytest_plugin.phrases.writing import LANGUAGES, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vendor_sim.pytest_plugin.phrases.table import Phrase, Table

_REMEMBERED = 4_096
_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Tongue:
    """The language in which a step was written, for what stands below its sentence.

    Attributes:
        language: One of ours.
        table: The phrase table.
    """

    language: str
    table: Table

    def read(self, kind: str, text: str) -> Any:
        """What a word in a cell of a data table means.

        Raises:
            ValueError: That vocabulary has no such word.
        """
        return self.table.vocabulary.words(kind).read(text, self.language)


class Book:
    """Finds phrases.

    Args:
        table: The phrases.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.matches = lru_cache(_REMEMBERED)(self._matches)
        """By phrase, what stands in the holes of a sentence: ``matches(text)``.

        Beside the holes stands ``tongue``, the language; a step that has a table asks for it.
        """

    def _matches(self, text: str) -> Mapping[str, dict[str, Any]]:
        said = plain(text)
        for language in LANGUAGES:
            found = list(self._in(language, said))
            if found:
                most = max(weight for weight, _, _ in found)
                return {name: holes for weight, name, holes in found if weight == most}
        return {}

    def _in(self, language: str, said: str) -> Iterator[tuple[int, str, dict[str, Any]]]:
        """Phrases that a text may be, and how many letters of it are theirs.

        A Chinese name has no capital and no space behind it: 小明和小红 might be one person. So a
        sentence is that phrase which explains most of it.
        """
        for phrase in self.table.phrases.values():
            for sentence in phrase.sentences[language]:
                holes = sentence.match(said)
                if holes is not None:
                    tongue = Tongue(language, self.table)
                    yield sentence.weight, phrase.id, {**holes, "tongue": tongue}
                    break

    def nearest(self, text: str, language: str, keyword: str | None = None) -> list[str]:
        """The phrases that are most like a text, each behind its keyword, the likeliest first.

        Args:
            text: What somebody wrote.
            language: In which language they wrote.
            keyword: ``given``, ``when`` or ``then``: among equals those that may stand behind it.
        """
        ranked: list[tuple[float, bool, int, str]] = []
        wanted = plain(text)
        for at, phrase in enumerate(self.table.phrases.values()):
            score, best = max(
                (SequenceMatcher(None, wanted, plain(shown)).ratio(), shown)
                for shown in self._shapes(phrase, language)
            )
            elsewhere = keyword is not None and keyword not in phrase.keywords
            ranked.append((-score, elsewhere, at, phrase.opened(best, language, keyword)))
        return [shown for *_, shown in sorted(ranked)[:_NEAREST]]

    def _shapes(self, phrase: Phrase, language: str) -> Iterator[str]:
        """A phrase in all its ways, and with each of the words that its holes take."""
        for way in range(len(phrase.sentences[language])):
            yield self.table.example(phrase, language, way)
        for name, kind in phrase.sentences[language][0].holes:
            fills = self.table.vocabulary.kinds[kind]
            for word in fills.words if isinstance(fills, Words) else ():
                yield self.table.example(phrase, language, own={name: word.key})


@cache
def book() -> Book:
    """The phrase book; read when somebody first looks into it."""
    return Book(load())
