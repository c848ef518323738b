"""A race that breaks a rule fails its scenario, with a script that shows the same again."""

from __future__ import annotations

import re
import subprocess
import textwrap
from itertools import takewhile
from typing import TYPE_CHECKING

import pytest

from tests.foreign import PYTEST
from vendor_sim.pytest_plugin import race
from vendor_sim.pytest_plugin.phrases.book import Tongue, book
from vendor_sim.pytest_plugin.shortfall import NotHereError
from vendor_sim.pytest_plugin.stage import served
from vendor_sim.world.races import EVENTS, event_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from vendor_sim.pytest_plugin.stage import Stage

_PLANTED = """
from dataclasses import replace

from vendor_sim.payments.domain import IntentState
from vendor_sim.payments.service.collecting import Collecting
from vendor_sim.payments.store import intents


CLOSE = Collecting.close_in


def close_in(self, cx, intent):
    if intent.state is IntentState.OPEN:
        return CLOSE(self, cx, intent)
    after = replace(intent, state=IntentState.CLOSED, version=intent.version + 1)
    intents.save(cx, after)
    return after


Collecting.close_in = close_in
"""
_TOLD = {
    "en": """
    Feature: A race
      Scenario: Cancelled and paid
        Given a machine that holds the money until the drink falls, with
          | slot | drink | price    | stock |
          | B4   | Cola  | 3.50 CNY | 5     |
        And Pete has a wallet with 100.00 CNY
        And a customer has pressed B4
        And the customer pays and cancels at the same moment
        When every order of it is tried
    """,
    "fr": """
    # language: fr
    Fonctionnalité: Une course
      Scénario: Annulé et payé
        Soit un distributeur qui retient l'argent jusqu'à la chute de la boisson, avec
          | emplacement | boisson | prix     | stock |
          | B4          | Cola    | 3.50 CNY | 5     |
        Et que Léa a un portefeuille avec 100.00 CNY
        Et qu'un client a appuyé sur B4
        Quand tous les ordres de ceci sont essayés : payer, annuler
    """,
}


_HEADS = {
    "en": ("Feature", "Scenario"),
    "fr": ("# language: fr\nFonctionnalité", "Scénario"),
}


def run(folder: Path, features: Mapping[str, str], conftest: str) -> str:
    """What pytest says of features in a project of their own."""
    for name, feature in features.items():
        told = textwrap.dedent(feature).strip()
        (folder / f"{name}.feature").write_text(f"{told}\n", "utf-8")
    (folder / "conftest.py").write_text(conftest, "utf-8")
    (folder / "test_race.py").write_text(
        "from pytest_bdd import scenarios\nscenarios('.')\n", "utf-8"
    )
    done = subprocess.run(
        [*PYTEST, "--tb=short"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def script_in(told: str, scenario: str) -> str:
    """The first scenario that a failure printed."""
    lines = [line.removeprefix("E").removeprefix("   ") for line in told.splitlines()]
    first = next(at for at, line in enumerate(lines) if re.match(rf" *{scenario}: ", line))
    steps = takewhile(lambda line: line.startswith("    "), lines[first + 1 :])
    return "\n".join([lines[first], *steps])


def test_a_broken_order_is_told_with_a_scenario_that_breaks_again(tmp_path: Path) -> None:
    told = run(tmp_path, _TOLD, _PLANTED)
    assert "2 failed" in told
    _, *failures = re.split(r"^_+ test_.* _+$", told, flags=re.MULTILINE)
    assert ["20 orders of pay, cancel" in one for one in failures] == [True, True]
    scripts = {
        language: f"{head}: Again\n{script_in(told, scenario)}"
        for language, (head, scenario) in _HEADS.items()
    }
    assert "2 failed" in run(tmp_path, scripts, _PLANTED), scripts
    assert "2 passed" in run(tmp_path, scripts, ""), scripts


def test_every_event_and_every_step_has_words_in_the_phrase_book() -> None:
    vocabulary = book().table.vocabulary
    titles = {step.title for name in EVENTS for step in event_of(name).steps}
    assert {word.means for word in vocabulary.words("Event").words} == set(EVENTS)
    assert {word.means for word in vocabulary.words("Happening").words} == titles
    moments = {name for word in vocabulary.words("Moment").words for name in word.means.split(",")}
    assert moments <= set(EVENTS)


def test_a_script_is_said_in_the_language_of_its_story() -> None:
    order = ("cancel", "cancel", "cancel")
    told = race.script("x", ["假如 开始"], order, Tongue("zh-CN", book().table))
    assert told.splitlines()[:4] == [
        "  场景: x",
        "    假如 开始",
        "    当 按此顺序发生",
        "      | 事件 | 步骤" + " " * 10 + " |",
    ]


def test_a_race_in_a_world_elsewhere_is_not_here(world: Stage) -> None:
    elsewhere = served("http://127.0.0.1:9")
    for ask in (elsewhere.story.again, elsewhere.story.inside):
        with pytest.raises(NotHereError, match="simulated in this process"):
            ask()
    elsewhere.close()
    world.open_shop("tea", "pubkey")
    with pytest.raises(NotHereError, match="what a shop heard"):
        world.story.again()
