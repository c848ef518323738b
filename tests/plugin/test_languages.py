"""The same story in three languages makes the same world, byte for byte."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.foreign import PYTEST

ROOT = Path(__file__).parents[2]
LANGUAGES = ROOT / "features" / "languages"
_TOLD = 6
"""Scenarios in each file, an outline's examples counted one by one."""
_CONFTEST = """
import json
from pathlib import Path

import pytest

BYTES = {}


@pytest.hookimpl
def pytest_bdd_after_scenario(request, feature):
    stories = BYTES.setdefault(feature.language, [])
    stories.append(json.dumps(request.getfixturevalue("world").ask("GET", "/journal")))


def pytest_sessionfinish():
    Path("journals.json").write_text(json.dumps(BYTES))
"""


@pytest.fixture(scope="module")
def journals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What was said in each story, by language, in the order of the files."""
    folder = tmp_path_factory.mktemp("languages")
    for feature in LANGUAGES.glob("*.feature"):
        shutil.copy(feature, folder)
    (folder / "conftest.py").write_text(_CONFTEST, "utf-8")
    (folder / "test_languages.py").write_text(
        "from pytest_bdd import scenarios\nscenarios('.')\n", "utf-8"
    )
    run = subprocess.run(
        PYTEST,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"{3 * _TOLD} passed" in run.stdout, run.stdout
    told: dict[str, list[str]] = json.loads((folder / "journals.json").read_text())
    return told


@pytest.mark.parametrize("story", range(_TOLD))
@pytest.mark.parametrize("language", ["zh-CN", "fr"])
def test_a_story_has_the_same_journal_in_every_language(
    journals: dict[str, list[str]], language: str, story: int
) -> None:
    assert journals[language][story] == journals["en"][story]


def test_the_stories_are_stories_and_not_all_the_same(journals: dict[str, list[str]]) -> None:
    assert all(len(json.loads(one)) > 4 for one in journals["en"])
    assert len(set(journals["en"])) == _TOLD
