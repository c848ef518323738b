"""The page about WeChat Pay leaves out nothing: endpoints, behaviours, guesses."""

from __future__ import annotations

import importlib
import re

import pytest

from tests.docs.pages import DOCS
from vendor_sim.payments.wechat import unverified
from vendor_sim.payments.wechat.behaviour import WORDS
from vendor_sim.world.build import simulate

ROOM = "vendor_sim.payments.wechat"


@pytest.fixture(scope="module")
def page() -> str:
    return (DOCS / "wechat-pay.md").read_text("utf-8")


def section(page: str, heading: str) -> str:
    return page.split(f"\n## {heading}\n")[1].split("\n## ", 1)[0]


def test_every_endpoint_is_listed_and_none_that_is_not_there(page) -> None:
    world = simulate()
    ours = world.payments.wechat.routes
    braces = str.maketrans("<>", "{}")
    routes = {f"{one.method} {one.rule.translate(braces)}" for one in ours}
    world.close()
    listed = re.findall(r"^\| `((?:GET|POST) /v3/[^`]+)`", page, re.MULTILINE)
    assert len(listed) == len(set(listed))
    assert set(listed) == routes


def test_every_behaviour_is_listed_under_its_field(page) -> None:
    rows = re.findall(
        r"^\| (?:`(\w+)`)? ?\| `(\w+)` \|",
        section(page, "What production does to you"),
        re.MULTILINE,
    )
    listed: dict[str, list[str]] = {}
    field = ""
    for name, word in rows:
        field = name or field
        listed.setdefault(field, []).append(word)
    assert {name: tuple(words) for name, words in listed.items()} == WORDS


def test_every_guess_is_listed_and_is_there(page) -> None:
    table = section(page, "What nobody outside can verify")
    names = [
        name
        for cell in re.findall(r"\| ([^|]+) \|$", table, re.MULTILINE)
        for name in re.findall(r"`([\w./]+)`", cell)
    ]
    guessed = {name for name in vars(unverified) if name.isupper()}
    assert guessed == {name for name in names if name.isupper()}
    for name in names:
        module, _, what = name.rpartition(".")
        place = f"{ROOM}.{(module or 'unverified').replace('/', '.')}"
        assert hasattr(importlib.import_module(place), what), name
