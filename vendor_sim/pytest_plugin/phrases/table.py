"""The table itself: themes, phrases and vocabularies, as their files have them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from vendor_sim.pytest_plugin.phrases.holes import KINDS
from vendor_sim.pytest_plugin.phrases.sentences import Sentence
from vendor_sim.pytest_plugin.phrases.words import Several, Words, several, words_of
from vendor_sim.pytest_plugin.phrases.writing import LANGUAGES, opened, spaced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sim.pytest_plugin.phrases.sentences import Fills

THEMES = (
    *("stocking", "buying", "paying", "screens", "failing", "faults", "power"),
    *("notices", "money", "time"),
    *("merchant", "merchant_refunds", "merchant_codes", "merchant_notices", "merchant_trouble"),
    *("merchant_bills", "merchant_machine", "simulating", "racing"),
)
"""In the order of the page; each is a file here and a module of steps."""
_EXAMPLES = "examples"

Example = str | dict[str, str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What may stand in holes, and what stands there in examples.

    Attributes:
        kinds: By the name behind the colon.
        examples: By the hole's name: one for all languages, or one for each.
    """

    kinds: Mapping[str, Fills]
    examples: Mapping[str, Example]

    def words(self, kind: str) -> Words:
        """A closed vocabulary."""
        found = self.kinds[kind]
        if not isinstance(found, Words):
            raise TypeError(f"{kind} is no vocabulary")
        return found

    def example(self, name: str, kind: str, language: str, own: Mapping[str, Example]) -> str:
        """What stands in a hole when it is shown."""
        fills = self.kinds[kind]
        if isinstance(fills, Words):
            return fills.say(str(own.get(name, fills.words[0].key)), language)
        shown = own.get(name, self.examples.get(name, ""))
        return shown if isinstance(shown, str) else shown[language]


@dataclass(frozen=True, slots=True)
class Phrase:
    """One thing that a feature can say.

    Attributes:
        id: Its name in step code.
        theme: The file it stands in.
        keywords: ``given``, ``when``, ``then``: behind which it may stand.
        means: What happens then, in a line.
        sentences: How each language says it; the first way is the one that is shown.
        examples: What stands in its holes when it is shown, where that is special.
        table: A data table that goes with it, as an example; empty for none.
        text: A text block that goes with it, as an example; None for none.
        noun: It names a thing and has no verb of its own: French begins it otherwise.
    """

    id: str
    theme: str
    keywords: tuple[str, ...]
    means: str
    sentences: Mapping[str, tuple[Sentence, ...]]
    examples: Mapping[str, Example]
    table: tuple[tuple[str, ...], ...]
    text: str | None
    noun: bool

    def opened(self, text: str, language: str, keyword: str | None = None) -> str:
        """A text of this phrase behind its first keyword, or another where it may stand there."""
        chosen = keyword if keyword in self.keywords else self.keywords[0]
        return opened(chosen, text, language, noun=self.noun)


@dataclass(frozen=True, slots=True)
class Table:
    """All of it.

    Attributes:
        themes: What each theme is called in each language, in order.
        phrases: In order, by their ids.
        vocabulary: What stands in holes.
    """

    themes: Mapping[str, Mapping[str, str]]
    phrases: Mapping[str, Phrase]
    vocabulary: Vocabulary

    def example(
        self, phrase: Phrase, language: str, way: int = 0, own: Mapping[str, str] | None = None
    ) -> str:
        """A phrase as somebody would write it.

        Args:
            phrase: Which.
            language: In which language.
            way: Which of the ways to say it.
            own: What stands in holes; of a vocabulary the key.
        """
        chosen = {**phrase.examples, **(own or {})}

        def value(name: str, kind: str) -> str:
            return self.vocabulary.example(name, kind, language, chosen)

        filled = phrase.sentences[language][way].fill(value)
        return spaced(filled) if language == "zh-CN" else filled

    def cells(self, phrase: Phrase, language: str) -> list[list[str]]:
        """The phrase's data table, as somebody would write it."""

        def value(key: str, kind: str) -> str:
            return self.vocabulary.words(kind).say(key, language)

        def cell(text: str) -> str:
            return Sentence(text, language, self.vocabulary.kinds).fill(value)

        return [[cell(text) for text in row] for row in phrase.table]


def load() -> Table:
    """Read every file of the table."""
    told = _read("words")
    examples = told.pop(_EXAMPLES)
    words = {name: words_of(name, entries) for name, entries in told.items()}
    lists = {"Events": Several(words["Event"])}
    vocabulary = Vocabulary({**KINDS, **words, **lists}, examples)
    themes: dict[str, Mapping[str, str]] = {}
    phrases: dict[str, Phrase] = {}
    for theme in THEMES:
        entries = _read(theme)
        themes[theme] = entries.pop("theme")
        for name, entry in entries.items():
            if name in phrases:
                raise ValueError(f"two phrases are called {name}")
            phrases[name] = _phrase(name, theme, entry, vocabulary)
    return Table(themes, phrases, vocabulary)


def _phrase(name: str, theme: str, told: Mapping[str, Any], vocabulary: Vocabulary) -> Phrase:
    return Phrase(
        *(name, theme, tuple(told["keywords"]), told["means"]),
        sentences={
            language: tuple(
                Sentence(text, language, vocabulary.kinds) for text in several(told[language])
            )
            for language in LANGUAGES
        },
        examples=told.get("example", {}),
        table=tuple(tuple(row) for row in told.get("table", ())),
        text=told.get("text"),
        noun=told.get("noun", False),
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / f"{name}.toml").read_text("utf-8"))
