"""What the pages show works as it stands: Python, features, and our own commands."""

from __future__ import annotations

import functools
import re
import subprocess
import sys

import pytest
from sybil import Sybil
from sybil.parsers.myst import PythonCodeBlockParser
from sybil.region import Lexeme

from tests.docs.pages import DEMO_ADDRESS, PAGES, ROOT, fences, named
from tests.foreign import PYTEST
from tests.untouched import assert_by_the_wall

SYBIL = Sybil(parsers=[PythonCodeBlockParser()])
STEERING = {"time"}
"""Pages that move the clock: they have a demo of their own."""
WITH_PYTHON = [page for page in PAGES if fences(page, "python")]
FEATURES = [(page, text) for page in PAGES for text in fences(page, "gherkin")]
COMMAND = re.compile(r"^vendor-sim (.+?)(?:  #.*)?$", re.MULTILINE)
COMMANDS = sorted(
    {line for page in PAGES for block in fences(page, "sh") for line in COMMAND.findall(block)}
)
SCENARIO = re.compile(r"^ *(?:Scenario|场景|Scénario):", re.MULTILINE)
MADE = re.compile(r"\bmake ([a-z]+(?:-[a-z]+)?)\b")


@pytest.mark.parametrize("page", WITH_PYTHON, ids=named)
def test_the_python_on_a_page_runs_from_top_to_bottom(page, request, tmp_path, monkeypatch):
    running = request.getfixturevalue("steered" if page.stem in STEERING else "running")
    monkeypatch.chdir(tmp_path)
    document = SYBIL.parse(page)
    document.namespace.update(running.start_anew())
    running.export("1900000001", tmp_path / "shop")
    examples = list(document.examples())
    assert len(examples) == len(fences(page, "python"))
    for example in examples:
        shown = example.parsed
        text = shown.replace(DEMO_ADDRESS, running.base)
        example.parsed = Lexeme(text, shown.offset, shown.line_offset)
        example.evaluate()
    if page.stem not in STEERING:
        assert_by_the_wall(running.base)


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What pytest says, test by test, in somebody else's project with a folder for each feature."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n", "utf-8")
    module = "\n".join(fences(ROOT / "docs" / "testing.md", "py"))
    for number, (_, feature) in enumerate(FEATURES):
        place = folder / f"page_{number}"
        place.mkdir()
        (place / "shown.feature").write_text(feature, "utf-8")
        (place / f"test_shown_{number}.py").write_text(module, "utf-8")
    run = subprocess.run([*PYTEST, "-vv"], cwd=folder, capture_output=True, text=True, check=False)
    return run.stdout


@pytest.mark.parametrize(
    "number", range(len(FEATURES)), ids=lambda number: FEATURES[number][0].stem
)
def test_a_feature_on_a_page_passes_in_a_project_of_its_own(said, number):
    ended = re.findall(rf"^page_{number}/\S+ (\w+)", said, re.MULTILINE)
    assert ended == ["PASSED"] * len(SCENARIO.findall(FEATURES[number][1])), said


@functools.cache
def help_of(*verbs):
    """What a command says of itself: it takes a second to start."""
    told = subprocess.run(
        [sys.executable, "-m", "vendor_sim.cli", *verbs, "--help"],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "", "COLUMNS": "200", "TERM": "dumb", "NO_COLOR": "1"},
    )
    assert told.returncode == 0, told.stderr
    return told.stdout


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_ours_is_there_with_the_options_shown(line):
    words = line.split()
    options = {word for word in words if word.startswith("--")}
    told = help_of(*(word for word in words[:2] if re.fullmatch("[a-z]+", word)))
    assert not {option for option in options if option not in told}


def test_what_is_made_has_a_rule():
    rules = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    shown = {
        target
        for page in (*PAGES, ROOT / "CONTRIBUTING.md")
        for block in (*fences(page, "sh"), *fences(page, "text"))
        for target in MADE.findall(block)
    }
    assert shown >= {"demo", "test", "bench"}
    assert shown <= rules
