"""Writes the phrase book into ``steps.md``, from the table that the steps obey: ``make steps``."""

from __future__ import annotations

from pathlib import Path

from vendor_sim.pytest_plugin.phrases.page import rewritten
from vendor_sim.pytest_plugin.phrases.table import load

PAGE = Path(__file__).parent / "steps.md"

if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text("utf-8"), load()), "utf-8")
