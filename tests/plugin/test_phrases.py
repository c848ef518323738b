"""The phrase table: three languages that say the same, and no phrase without a step or a use."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_bdd.feature import get_features

from vendor_sim.pytest_plugin import parsers
from vendor_sim.pytest_plugin.phrases.book import book
from vendor_sim.pytest_plugin.phrases.holes import person_of
from vendor_sim.pytest_plugin.phrases.table import THEMES
from vendor_sim.pytest_plugin.phrases.words import Words, words_of
from vendor_sim.pytest_plugin.phrases.writing import LANGUAGES, opened, plain

if TYPE_CHECKING:
    from vendor_sim.pytest_plugin.parsers import Step
    from vendor_sim.pytest_plugin.phrases.table import Phrase

FEATURES = Path(__file__).parents[2] / "features"
TABLE = book().table
PHRASES = list(TABLE.phrases.values())
WORDS = [kind for kind in TABLE.vocabulary.kinds.values() if isinstance(kind, Words)]
NAMES = {"person", "one", "other"}


def steps() -> list[Step]:
    """Every step that the modules of the themes define."""
    rooms = [importlib.import_module(f"vendor_sim.pytest_plugin.steps.{theme}") for theme in THEMES]
    made = list(parsers.steps())
    assert {one.function.__module__ for one in made} == {room.__name__ for room in rooms}
    return made


def named(phrase: Phrase) -> str:
    return phrase.id


def ways(phrase: Phrase) -> list[tuple[str, str]]:
    """A phrase in every way that there is to say it."""
    return [
        (language, TABLE.example(phrase, language, way))
        for language in LANGUAGES
        for way in range(len(phrase.sentences[language]))
    ]


def test_every_phrase_has_its_step_behind_each_of_its_keywords_and_in_its_theme() -> None:
    there = {
        (step.phrase, step.keyword, step.function.__module__.rpartition(".")[2]) for step in steps()
    }
    told = {(phrase.id, keyword, phrase.theme) for phrase in PHRASES for keyword in phrase.keywords}
    assert there == told


def test_every_phrase_is_used_by_a_feature() -> None:
    used: set[str] = set()
    for feature in get_features([str(FEATURES)]):
        for template in feature.scenarios.values():
            examples = [row for told in template.examples for row in told.as_contexts()] or [{}]
            for row in examples:
                for step in template.render(row).steps:
                    used |= set(book().matches(step.name))
    assert {phrase.id for phrase in PHRASES} - used == set()


@pytest.mark.parametrize("phrase", PHRASES, ids=named)
def test_a_phrase_is_known_in_every_language_and_taken_for_no_other(phrase: Phrase) -> None:
    for language, shown in ways(phrase):
        found = book().matches(shown)
        assert list(found) == [phrase.id], shown
        assert found[phrase.id]["tongue"].language == language


@pytest.mark.parametrize("phrase", PHRASES, ids=named)
def test_the_holes_of_a_phrase_mean_the_same_in_every_language(phrase: Phrase) -> None:
    holes = {name for name, _ in phrase.sentences["en"][0].holes} - NAMES
    told = [book().matches(shown)[phrase.id] for _, shown in ways(phrase)]
    meant = [{name: one[name] for name in holes} for one in told]
    assert all(one == meant[0] for one in meant), meant
    assert all(one.keys() == told[0].keys() for one in told)


@pytest.mark.parametrize("phrase", PHRASES, ids=named)
def test_a_step_takes_what_stands_in_the_holes_of_its_phrase(phrase: Phrase) -> None:
    holes = {name for name, _ in phrase.sentences["en"][0].holes}
    for step in steps():
        if step.phrase == phrase.id:
            taken = set(step.takes)
            assert holes <= taken, step
            assert ("datatable" in taken) == bool(phrase.table), step
            assert ("docstring" in taken) == (phrase.text is not None), step


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words.name)
def test_a_word_means_the_same_in_every_language_and_in_all_its_ways(words: Words) -> None:
    for word in words.words:
        for language in LANGUAGES:
            assert [words.read(text, language) for text in word.said[language]] == [
                word.means for _ in word.said[language]
            ], word


def test_a_word_that_a_vocabulary_has_not_is_refused_with_those_it_has() -> None:
    with pytest.raises(ValueError, match="'Preis' is none of: 货道, 饮料, 价格, 库存"):
        TABLE.vocabulary.words("Column").read("Preis", "zh-CN")
    with pytest.raises(TypeError, match="Money is no vocabulary"):
        TABLE.vocabulary.words("Money")


@pytest.mark.parametrize(
    ("written", "person"),
    [
        ("Pete scans the code and confirms", "pete"),
        ("Jean-Luc scanne le code et confirme", "jean-luc"),
        ("Léa scanne le code et confirme", "xn--la-bja"),
        ("小明扫码并确认", "xn--yeto6u"),
        ("小明 扫码并确认", "xn--yeto6u"),
        ("Pete扫码并确认", "pete"),
    ],
)
def test_people_have_names_of_every_alphabet_and_wallets_with_legal_ids(
    written: str, person: str
) -> None:
    assert book().matches(written)["pay"]["person"] == person


def test_names_that_differ_have_wallets_that_differ() -> None:
    names = ["Lea", "Léa", "Leá", "Léá", "Éla", "Elá", "小明", "明小"]
    assert len({person_of(name) for name in names}) == len(names)
    assert person_of("Le\N{COMBINING ACUTE ACCENT}a") == person_of("L\u00e9a")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('Pete scans "x"', "Pete scans “x”"),
        ("Pete scanne « x »", 'Pete scanne "x"'),
        ("Pete 有 3.50 CNY， 其中 1.00 CNY 被冻结", "Pete有3.50 CNY，其中1.00 CNY被冻结"),  # noqa: RUF001
        ("l\u2019autre reçoit la réponse\u00a0: x", "l'autre reçoit la réponse : x"),
        ("  the drink\u00a0 falls ", "the drink falls"),
    ],
)
def test_what_makes_no_difference_makes_none(one: str, other: str) -> None:
    assert plain(one) == plain(other)


@pytest.mark.parametrize("text", ["The drink falls", "the drink falls.", "Pete  ", "pete has paid"])
def test_what_is_no_phrase_is_none(text: str) -> None:
    assert not book().matches(text)


@pytest.mark.parametrize(
    ("text", "noun", "shown"),
    [
        ("un client a appuyé", False, "Étant donné qu'un client a appuyé"),
        ("Pete a payé", False, "Étant donné que Pete a payé"),
        ("une boutique", True, "Soit une boutique"),
    ],
)
def test_french_begins_as_french_does(text: str, *, noun: bool, shown: str) -> None:
    assert opened("given", text, "fr", noun=noun) == shown


def test_a_vocabulary_counts_where_it_is_told_to() -> None:
    counted = {"en": "{} times", "zh-CN": "{} 次", "fr": "{} fois"}
    words = words_of("Often", {"_counted": counted, "once": {"means": 1}})
    assert [words.read(text, "en") for text in ("once", "12 times")] == [1, 12]
    assert words.read("12次", "zh-CN") == 12
    assert words.listed("fr") == ["once", "3 fois"]
    with pytest.raises(ValueError, match="none of"):
        words.read("often", "en")
