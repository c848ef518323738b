"""``vendor-sim steps``: the phrase book on a terminal."""

from __future__ import annotations

import pytest

from tests.cli.test_app import run
from vendor_sim.pytest_plugin.phrases.table import load

TABLE = load()


@pytest.mark.parametrize("language", ["en", "zh-CN", "fr"])
def test_all_phrases_are_printed_by_theme_with_what_they_mean_and_an_example(
    monkeypatch, capsys, language
) -> None:
    code, out, error = run(monkeypatch, capsys, "steps", "--language", language)
    assert (code, error) == (0, "")
    at = [out.index(f"{names[language]}\n") for names in TABLE.themes.values()]
    assert at == sorted(at)
    for phrase in TABLE.phrases.values():
        shown = phrase.opened(TABLE.example(phrase, language), language)
        assert f"{shown}\n" in out
        assert f"    {phrase.means}\n" in out


def test_english_is_spoken_where_nothing_is_asked_for(monkeypatch, capsys) -> None:
    told = [run(monkeypatch, capsys, "steps", *more) for more in ([], ["--language", "en"])]
    assert told[0] == told[1]


def test_phrases_are_found_by_a_word_of_theirs(monkeypatch, capsys) -> None:
    code, out, _ = run(monkeypatch, capsys, "steps", "--find", "HAS BEEN CLOSED")
    assert code == 0
    assert out == (
        "Its refunds\n\nGiven the customer's account {fate:Fate}\n"
        "    Refunds that are accepted from now on will not arrive.\n"
        "    Given the customer's account cannot take refunds\n\n"
        "What holes take\n\nFate\n    cannot take refunds\n    has been closed\n"
    )


def test_a_table_stands_below_its_phrase_in_columns(monkeypatch, capsys) -> None:
    _, out, _ = run(monkeypatch, capsys, "steps", "--language", "zh-CN", "--find", "machine-with")
    assert "      | 货道 | 饮料 | 价格     | 库存 |\n" in out
    assert "      | B4   | Cola | 3.50 CNY | 5    |\n" in out


def test_a_word_that_no_phrase_has_is_answered_with_the_nearest(monkeypatch, capsys) -> None:
    code, out, error = run(monkeypatch, capsys, "steps", "--find", "the drink drops")
    assert (code, out) == (1, "")
    assert error.startswith("vendor-sim: no phrase has 'the drink drops'. The nearest: ")
    assert "Then the drink falls" in error
