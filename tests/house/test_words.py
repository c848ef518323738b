"""The project speaks for itself: nothing in it points to the place where it was made."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FORBIDDEN = re.compile(r"(?<![\w.])/(root|home|Users)/\w|\.\./\.\./\.\./|\.\./shared")


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if line]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git checkout")
def test_no_file_names_the_machine_it_was_made_on():
    guilty = []
    for path in tracked():
        if path == Path(__file__) or not path.is_file():
            continue
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        guilty += [f"{path.name}: {hit[0]}" for hit in FORBIDDEN.finditer(text)]
    assert not guilty


LOADED = re.compile(
    r"""(?:src|href|url\(|from|import)\s*[=(]?\s*["']?(https?://[^"')\s]+)""",
)
PAGES = sorted(
    path
    for room in ("vendor_sim", "wallet")
    for path in (ROOT / room).rglob("*")
    if path.suffix in {".html", ".css", ".js"}
)


INLINE = re.compile(r"\sstyle=|\son[a-z]+=")
SCRIPTS = re.compile(r"<script(?![^>]*\bsrc=)([^>]*)>")


def test_pages_load_nothing_from_outside():
    texts = {path: path.read_text("utf-8") for path in PAGES}
    loads = [(path.name, url) for path, text in texts.items() for url in LOADED.findall(text)]
    assert PAGES
    assert not [load for load in loads if "www.w3.org" not in load[1]]


def test_pages_hold_nothing_inline():
    texts = {path.name: path.read_text("utf-8") for path in TEMPLATES}
    assert not [name for name, text in texts.items() if INLINE.search(text)]
    scripts = [(name, kind) for name, text in texts.items() for kind in SCRIPTS.findall(text)]
    assert not [script for script in scripts if "application/json" not in script[1]]


TEMPLATES = [path for path in PAGES if path.suffix == ".html"]
SHOWN = re.compile(r">\s*([A-Z][a-z]+(?: [a-z]+)+[^<{]*)<")


def shown(path: Path) -> list[str]:
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    text = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    return SHOWN.findall(text)


def test_every_sentence_a_person_reads_goes_through_the_catalogue():
    assert TEMPLATES
    assert not [(path.name, words) for path in TEMPLATES if (words := shown(path))]
