"""Closed vocabularies: what may stand in a hole of a sentence, and what it means to the step."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vendor_sim.pytest_plugin.phrases.writing import LANGUAGES, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

_PATTERN = "_pattern"
_COUNTED = "_counted"
_COMMA = "[,、] ?"


@dataclass(frozen=True, slots=True)
class Word:
    """One thing that can be said.

    Attributes:
        key: Its name, the same in every language.
        means: What the step gets.
        said: How each language says it; the first way is the one that examples show.
    """

    key: str
    means: Any
    said: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Words:
    """A vocabulary.

    Attributes:
        name: What holes call it.
        words: In the order of the page.
        other: What else may stand there as it is: a pattern; None for nothing.
        counted: How each language says ``3 times``, with ``{}`` for the number; the step gets the
            number. Empty where nothing is counted.
    """

    name: str
    words: tuple[Word, ...]
    other: str | None = None
    counted: Mapping[str, str] = field(default_factory=dict)

    def pattern(self, language: str) -> str:
        """What matches any of it."""
        texts = [plain(text) for word in self.words for text in word.said[language]]
        parts = [re.escape(text) for text in sorted(texts, key=len, reverse=True)]
        parts += [self.other] if self.other else []
        parts += [self._count(language, "[0-9]+")] if self.counted else []
        return "|".join(parts)

    def read(self, text: str, language: str) -> Any:
        """What was meant.

        Raises:
            ValueError: Nothing that this vocabulary has.
        """
        for word in self.words:
            if plain(text) in map(plain, word.said[language]):
                return word.means
        if self.other and re.fullmatch(self.other, text):
            return text
        count = re.fullmatch(self._count(language, "([0-9]+)"), text) if self.counted else None
        if count:
            return int(count[1])
        raise ValueError(f"{text!r} is none of: {', '.join(self.listed(language))}")

    def say(self, key: str, language: str) -> str:
        """How something is said."""
        return next(word.said[language][0] for word in self.words if word.key == key)

    def listed(self, language: str) -> list[str]:
        """Everything that can be said, each thing in its first way."""
        counted = [self.counted[language].format("3")] if self.counted else []
        return [word.said[language][0] for word in self.words] + counted

    def _count(self, language: str, number: str) -> str:
        return re.escape(plain(self.counted[language])).replace(r"\{\}", number)


@dataclass(frozen=True, slots=True)
class Several:
    """Words of a vocabulary, one after the other with commas between them."""

    words: Words

    def pattern(self, language: str) -> str:
        """What matches any number of them, and at least one."""
        one = self.words.pattern(language)
        return f"(?:{one})(?:{_COMMA}(?:{one}))*"

    def read(self, text: str, language: str) -> tuple[Any, ...]:
        """What each of them means."""
        return tuple(self.words.read(word, language) for word in re.split(_COMMA, text))


def words_of(name: str, table: Mapping[str, Any]) -> Words:
    """A vocabulary as its table has it."""
    words = [_word(key, told) for key, told in table.items() if key not in {_PATTERN, _COUNTED}]
    return Words(name, tuple(words), table.get(_PATTERN), table.get(_COUNTED, {}))


def _word(key: str, told: Mapping[str, Any]) -> Word:
    said = {language: several(told.get(language, key)) for language in LANGUAGES}
    return Word(key, told.get("means", key), said)


def several(told: str | list[str]) -> tuple[str, ...]:
    """One way to say something, or more."""
    return (told,) if isinstance(told, str) else tuple(told)
