"""The pages leave out nothing of the code, and lead nowhere that is not there."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import DOCS, PAGES, ROOT, named
from vendor_sim.kernel.limits import NOTICE_DELAYS_MS
from vendor_sim.kernel.problems import STATUS, TRANSIENT, Code
from vendor_sim.payments.app.routes import ROUTES
from vendor_sim.payments.domain import NoticeType
from vendor_sim.payments.wechat.behaviour import WORDS
from vendor_sim.pytest_plugin.phrases.page import rewritten
from vendor_sim.pytest_plugin.phrases.table import load
from vendor_sim.world.build import simulate
from vendor_sim.world.control import create_control

LINK = re.compile(r"\]\(([^)\s]+)\)")
TEXTS = (*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", ROOT / "features/GLOSSARY.md")


def _ms(span):
    """A time as the page writes it: ``5 min``, ``a day``."""
    count, unit = span.replace("a day", "24 h").split()
    return int(count) * {"s": 1_000, "min": 60_000, "h": 3_600_000}[unit]


def anchors(page):
    """What can be linked to on a page, as the renderers name headings."""
    heads = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", TEXTS, ids=named)
def test_every_link_between_files_leads_somewhere(page):
    for target in LINK.findall(page.read_text("utf-8")):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path) if path else page
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


def test_every_page_is_in_the_table_of_contents():
    listed = re.search(r"```{toctree}(.*?)```", (DOCS / "index.md").read_text("utf-8"), re.DOTALL)
    assert listed
    names = set(listed[1].split()) - {":maxdepth:", "2"}
    assert names == {page.stem for page in DOCS.glob("*.md")} - {"index"}


def calls_shown(page):
    """The calls of the control plane that a page describes."""
    text = (DOCS / page).read_text("utf-8")
    return set(re.findall(r"`((?:GET|POST|DELETE) /_world/[^`]*)`", text))


def test_every_call_of_the_control_plane_is_described():
    world = simulate()
    rules = create_control(world, "token").url_map.iter_rules()
    calls = {
        f"{method} {rule.rule.translate({ord('<'): '{', ord('>'): '}'})}"
        for rule in rules
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/_world/") and rule.endpoint.split(".")[-1] != "static"
    }
    world.close()
    assert calls_shown("testing.md") == calls
    assert calls_shown("api.md") < calls


def test_every_way_to_treat_a_merchant_is_told():
    page = (DOCS / "api.md").read_text("utf-8")
    for field, words in WORDS.items():
        assert f"`{field}`" in page
        assert not [word for word in words if f"`{word}`" not in page]


def test_every_route_of_the_api_is_described_with_who_may_and_its_key():
    page = (DOCS / "api.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `((?:GET|POST) /v1/[^`]+)` \|(.*)$", page, re.MULTILINE))
    assert set(rows) == {f"{route.method} {route.path}" for route in ROUTES}
    for route in ROUTES:
        who, key, *_ = (cell.strip() for cell in rows[f"{route.method} {route.path}"].split("|"))
        assert who == ("both" if len(route.who) > 1 else route.who[0].value), route.path
        assert key.startswith("yes") == (route.key is not None), route.path


def test_every_problem_code_is_listed_with_its_status():
    page = (DOCS / "api.md").read_text("utf-8")
    rows = [
        f"| `{code}` | {STATUS[code]} | {'yes' if code in TRANSIENT else ''} |" for code in Code
    ]
    assert "\n".join(rows) in page


def test_every_kind_of_notice_and_its_schedule_are_told():
    page = (DOCS / "api.md").read_text("utf-8")
    assert all(f"`{kind.value}`" in page for kind in NoticeType)
    told = re.search(r"after pauses of (.*?)\. After", page, re.DOTALL)
    assert told
    assert [_ms(span) for span in re.split(r", | and ", " ".join(told[1].split()))] == [
        *NOTICE_DELAYS_MS
    ]
    assert "twelve attempts" in page
    assert len(NOTICE_DELAYS_MS) == 11


def test_the_phrase_book_on_the_page_is_the_one_that_steps_obey():
    page = (DOCS / "steps.md").read_text("utf-8")
    assert page == rewritten(page, load())
    assert len(page) > 10_000


def test_every_reason_is_listed_in_words_and_as_programs_see_it():
    control, book = ((DOCS / page).read_text("utf-8") for page in ("testing.md", "steps.md"))
    for reason in load().vocabulary.words("Reason").words:
        assert reason.said["en"][0] in book
        assert f"`{reason.means}`" in control


def test_every_word_of_the_glossary_has_one_entry():
    text = (ROOT / "features" / "GLOSSARY.md").read_text("utf-8")
    words = re.findall(r"^\| \*\*(.+?)\*\* \|", text, re.MULTILINE)
    assert len(words) > 30
    assert sorted(words) == sorted(set(words))


@pytest.mark.parametrize(
    ("contract", "heading", "width"),
    [("1 floors of the house", "## Floors", 26), ("2 rooms of a service", "Inside a service", 66)],
)
def test_the_layers_on_the_page_are_those_that_the_build_enforces(contract, heading, width):
    """Each layer that an import contract names stands in the drawing, in the same order."""
    pyproject = (ROOT / "pyproject.toml").read_text("utf-8")
    stated = re.search(rf'"{contract}".*?layers = \[(.*?)\n\]', pyproject, re.DOTALL)
    assert stated
    drawing = (DOCS / "architecture.md").read_text("utf-8").split(heading)[1].split("```text")[1]
    lines = drawing.split("```")[0].splitlines()
    at = []
    for layer in re.findall(r'"(.*?)"', stated[1]):
        rooms = re.findall(r"\w+", layer)
        found = [n for n, line in enumerate(lines) if set(rooms) <= set(line[:width].split())]
        assert found, f"no line of the drawing has {layer}"
        at.append(found[0])
    assert at == sorted(set(at))


def test_the_pictures_are_few_and_small():
    pictures = list((DOCS / "images").glob("*.png"))
    assert sum(picture.stat().st_size for picture in pictures) < 4_000_000
