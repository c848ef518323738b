"""The pages, and where they are."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = (ROOT / "README.md", *sorted(DOCS.glob("*.md")))
DEMO_ADDRESS = "http://127.0.0.1:8000"
"""Where a demo is unless told otherwise."""


def fences(page: Path, language: str) -> list[str]:
    """The code blocks of a page in one language."""
    text = page.read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def named(path: Path) -> str:
    """What a page is called in a report."""
    return str(path.relative_to(ROOT))
