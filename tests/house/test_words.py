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


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_pages_load_nothing_from_outside_and_hold_nothing_inline(path):
    text = path.read_text("utf-8")
    loads = LOADED.findall(text)
    assert not [url for url in loads if "www.w3.org" not in url]
    if path.suffix == ".html":
        assert not re.search(r"\sstyle=|\son[a-z]+=", text), "inline style or handler"
        scripts = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", text)
        assert all("application/json" in attributes for attributes in scripts)


TEMPLATES = [path for path in PAGES if path.suffix == ".html"]
SHOWN = re.compile(r">\s*([A-Z][a-z]+(?: [a-z]+)+[^<{]*)<")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_sentence_a_person_reads_goes_through_the_catalogue(path):
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    text = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert not SHOWN.findall(text)
