"""The shared look keeps its own rules: contrast, no outside request, nothing inline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vendor_sim.web import filters

ROOT = Path(__file__).parents[2]
CSS = (ROOT / "vendor_sim/web/static/base.css").read_text()
PAGES = sorted(
    path
    for room in ("vendor_sim", "wallet")
    for path in (ROOT / room).rglob("*")
    if path.suffix in {".html", ".css", ".js", ".svg"}
)
GROUNDS = {
    "ink": ("paper", "paper-deep", "card", "held-wash", "done-wash", "time-wash"),
    "quiet": ("paper", "paper-deep", "card"),
    "held": ("paper", "card", "held-wash"),
    "done": ("paper", "card", "done-wash"),
    "time": ("paper", "card", "time-wash"),
    "on-body": ("body", "body-deep", "body-light"),
    "on-done": ("done-fill",),
}
PAIRS = [(text, ground) for text, grounds in GROUNDS.items() for ground in grounds]
LIGHT, DARK = CSS.split("@media (prefers-color-scheme: dark)", 1)


def tokens(text):
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", text))


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("light", [True, False], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_words_are_readable_on_every_ground_they_stand_on(text, ground, light):
    of = tokens(LIGHT) if light else tokens(LIGHT) | tokens(DARK.split("\n}", 1)[0])
    assert contrast(of[text], of[ground]) >= 4.5


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_pages_ask_nothing_from_outside_and_carry_nothing_inline(path):
    text = path.read_text()
    outside = re.findall(r"""(?:src|href|url\(|import|from|fetch\()\s*=?\s*["'(]*https?://""", text)
    assert outside == []
    if path.suffix == ".html":
        assert re.findall(r"<style|\sstyle=|\son[a-z]+=\"", text) == []
        kinds = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", text)
        assert all('type="application/json"' in kind for kind in kinds)


def test_a_price_is_written_as_a_person_types_it():
    assert filters.major(350, "CNY") == "3.50"
    assert filters.major(350, "JPY") == "350"
    assert filters.major(1250, "KWD") == "1.250"
