"""The state machines on the page are the tables that the code obeys."""

from __future__ import annotations

import ast
import runpy

from tests.docs.pages import DOCS, ROOT

SCRIPT = runpy.run_path(str(DOCS / "lives.py"))


def test_the_page_shows_the_lives_as_they_are():
    page = (DOCS / "architecture.md").read_text("utf-8")
    assert SCRIPT["with_lives"](page) == page, "run: python docs/lives.py"


def test_every_life_is_drawn():
    """Each table of the code is on the page, and a page that differs would be noticed."""
    page = (DOCS / "architecture.md").read_text("utf-8")
    assert page.count("```mermaid") == len(SCRIPT["LIVES"])
    for _, life in SCRIPT["LIVES"]:
        assert life.mermaid() in page
    assert SCRIPT["with_lives"](page.replace("opening --> refused", "")) == page


def test_no_life_is_left_out():
    """Whoever writes another table of moves puts it on the page, where it is watched too."""
    made = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for room in ("vendor_sim", "wallet")
        for path in sorted((ROOT / room).rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", None) == "Lifecycle"
    ]
    assert len(made) == len(SCRIPT["LIVES"]), made
