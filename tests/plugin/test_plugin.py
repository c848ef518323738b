"""The pytest plugin: light for everybody, and all there for those who write features."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from tests.foreign import PYTEST
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.pytest_plugin.phrases.holes import money_of, written
from vendor_sim.pytest_plugin.scene import Scene
from vendor_sim.pytest_plugin.stage import HttpStage, served
from vendor_sim.wire.http import ConnectError, Request, Response, Transport

if TYPE_CHECKING:
    from pathlib import Path

    from vendor_sim.pytest_plugin.stage import Stage

_HEAVY = ("flask", "sqlalchemy", "sqlmodel", "pydantic", "httpx2", "vendor_sim.world")


def python(code: str, folder: Path | None = None) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "PYTEST_ADDOPTS": ""},
    )
    return done.stdout + done.stderr


def scenarios_in(folder: Path) -> str:
    """What pytest says of a project whose only module runs the features beside it."""
    (folder / "test_all.py").write_text("from pytest_bdd import scenarios\nscenarios('.')\n")
    done = subprocess.run(
        PYTEST,
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "PYTEST_ADDOPTS": ""},
    )
    return done.stdout + done.stderr


def test_the_plugin_imports_nothing_heavy() -> None:
    told = python(
        f"""
        import importlib, sys
        from vendor_sim.pytest_plugin import plugin
        for name in plugin.pytest_plugins:
            importlib.import_module(name)
        print(sorted(name for name in {_HEAVY!r} if name in sys.modules))
        """
    )
    assert told == "[]\n"


def test_the_plugin_does_nothing_where_pytest_bdd_is_absent() -> None:
    told = python(
        """
        import importlib.util, sys
        found = importlib.util.find_spec
        importlib.util.find_spec = lambda name, *rest: (
            None if name == "pytest_bdd" else found(name, *rest)
        )
        from vendor_sim.pytest_plugin import plugin
        print(plugin.pytest_plugins, "pytest_bdd" in sys.modules)
        """
    )
    assert told == "[] False\n"


def test_a_project_of_its_own_needs_only_a_feature_and_one_line(tmp_path: Path) -> None:
    (tmp_path / "drink.feature").write_text(
        textwrap.dedent(
            """
            Feature: A drink
              Scenario: One
                Given a machine that takes the money at once, with
                  | slot | drink | price    | stock |
                  | A1   | Tea   | 1.50 EUR | 1     |
                And Ada has a wallet with 2.00 EUR
                When a customer presses A1
                And Ada scans the code and confirms
                Then the drink falls
                And Ada has 0.50 EUR
                And the books balance
            """
        )
    )
    assert "1 passed" in scenarios_in(tmp_path)


def test_the_phrase_book_stays_closed_where_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text("def test_other():\n    assert True\n")
    told = python(
        """
        import sys, pytest
        assert not pytest.main(["-q", "-p", "no:cacheprovider"])
        print(sorted(name for name in sys.modules if "pytest_plugin.phrases" in name))
        """,
        tmp_path,
    )
    assert "1 passed" in told
    assert "vendor_sim.pytest_plugin.phrases.holes" in told
    assert "vendor_sim.pytest_plugin.phrases.table" not in told


@pytest.mark.parametrize(
    ("text", "minor", "back"),
    [("3.50 CNY", 350, "3.50 CNY"), ("160 JPY", 160, "160 JPY"), ("0.375 KWD", 375, "0.375 KWD")],
)
def test_money_is_read_and_written_as_its_currency_counts(text: str, minor: int, back: str) -> None:
    money = money_of(text)
    assert (money.minor, written(money.minor, money.currency.code)) == (minor, back)


@pytest.mark.parametrize("text", ["3.505 CNY", "1.5 JPY", "3.50", "3.50 XXX", "-1 CNY"])
def test_money_that_no_currency_has_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        money_of(text)


@pytest.mark.parametrize(
    ("language", "mistyped", "meant"),
    [
        (
            "en",
            ("Given Pete has a wallet", "When a costumer presses A1", "Given the drink falls"),
            (
                "Given Pete has a wallet with 100.00 CNY",
                "When a customer presses B4",
                "Then the drink falls",
            ),
        ),
        (
            "zh-CN",
            ("假如小明的钱包有 2.00 EUR", "当顾客按 A1", "那么饮料掉下"),
            ("假如 小明的钱包里有 100.00 CNY", "当 一位顾客按下 B4", "那么 饮料掉落"),
        ),
        (
            "fr",
            (
                "Sachant que Léa a un porte-monnaie",
                "Quand on appuie sur A1",
                "Alors la boison tombe",
            ),
            (
                "Étant donné que Léa a un portefeuille avec 100.00 CNY",
                "Quand un client appuie sur B4",
                "Alors la boisson tombe",
            ),
        ),
    ],
)
def test_a_mistyped_step_is_answered_with_the_nearest_phrases(
    tmp_path: Path, language: str, mistyped: tuple[str, ...], meant: tuple[str, ...]
) -> None:
    feature, scenario = {"en": ("Feature", "Scenario"), "zh-CN": ("功能", "场景")}.get(
        language, ("Fonctionnalité", "Scénario")
    )
    stories = [f"  {scenario}: {n}\n    {step}\n" for n, step in enumerate(mistyped)]
    (tmp_path / "wrong.feature").write_text(
        f"# language: {language}\n{feature}: Wrong\n{''.join(stories)}", "utf-8"
    )
    told = scenarios_in(tmp_path)
    assert f"{len(mistyped)} failed" in told
    assert [shown for shown in meant if f"  {shown}\n" not in told] == []
    assert told.count("Did you mean one of these?") >= len(mistyped)
    assert f"vendor-sim steps --language {language}" in told


class Answers(Transport):
    """A world that says the same to everything."""

    def __init__(self, code: Code) -> None:
        self.code = code

    def handle_request(self, request: Request) -> Response:
        told = {"code": self.code, "message": "no", "where": None, "transient": False}
        return Response(409, json={"error": told}, request=request)


def test_a_world_in_real_time_does_not_pretend_to_move_its_clock() -> None:
    stage = HttpStage("http://localhost", Answers(Code.WRONG_STATE))
    with pytest.raises(NotImplementedError, match="no"):
        stage.pass_time(1)
    stage.close()


def test_a_world_that_cannot_get_there_in_time_says_so() -> None:
    stage = HttpStage("http://localhost", Answers(Code.UNAVAILABLE))
    with pytest.raises(Refused, match="no"):
        stage.pass_time(1)
    stage.close()


def test_a_served_world_is_asked_with_its_token_over_the_network() -> None:
    stage = served("http://127.0.0.1:9", token="t")
    with pytest.raises(ConnectError):
        stage.ask("GET", "/machines")
    stage.close()


def test_a_story_without_an_order_says_so(world: Stage) -> None:
    scene = Scene(world)
    with pytest.raises(AssertionError, match="nobody has ordered"):
        scene.order_now()
    scene.press("A1")
    assert scene.refusal == "not_found"


def test_a_story_without_a_code_says_so(world: Stage) -> None:
    scene = Scene(world)
    slots = [{"slot": "A1", "product": "Tea", "price_minor": 1, "stock": 1}]
    body = {"id": scene.machine, "takes": "hold", "currency": "CNY", "slots": slots}
    scene.post("/machines", body)
    scene.trouble("refused", "machine", "ledger", None)
    scene.press("A1")
    with pytest.raises(AssertionError, match="shows no code"):
        scene.shown_code()


def test_a_refusal_is_raised_in_the_words_of_the_service(world: Stage) -> None:
    with pytest.raises(Refused, match="no order") as caught:
        world.order("ord_x")
    assert caught.value.problem.code == "not_found"
