"""A page as it stands, looked at the way people do: axe finds nothing, nothing overflows."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.sync_api import Page

_AXE = Axe().axe_script
_FOUND = """async () => {
  const { violations } = await axe.run({ resultTypes: ["violations"] });
  const told = (node) => [node.html, node.failureSummary];
  return violations.map((one) => [one.id, one.nodes.map(told)]);
}"""
_SETTLED = """async () => {
  const drawn = () => new Promise((now) => requestAnimationFrame(() => requestAnimationFrame(now)));
  const ends = (one) => one.effect.getComputedTiming().endTime !== Infinity;
  await document.fonts.ready;
  await drawn();
  await Promise.allSettled(document.getAnimations().filter(ends).map((one) => one.finished));
  await drawn();
}"""
"""What moves in has arrived, and stands in a frame that was drawn."""
_SMALL = """() => [...document.querySelectorAll("a, button, input, select, summary, .choice")]
  .filter((e) => e.checkVisibility() && !e.matches(".skip, .visually-hidden, .choice input"))
  .map((e) => [e.id || e.className, e.getBoundingClientRect()])
  .filter(([, box]) => box.width < 43.9 || box.height < 43.9)
  .map(([name, box]) => `${name} ${box.width}x${box.height}`)"""
_TOO_WIDE = "document.documentElement.scrollWidth - window.innerWidth"


@dataclass(frozen=True)
class Look:
    """How somebody sees a page: CSS pixels, and whether they asked for the dark."""

    width: int
    height: int
    scheme: str

    def at(self, page: Page) -> None:
        """Let it be seen so."""
        page.set_viewport_size({"width": self.width, "height": self.height})
        page.emulate_media(color_scheme=self.scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.evaluate(_SETTLED)


_SIZES = ((390, 844), (1280, 800))
EVERY_LOOK = [Look(*size, scheme) for size, scheme in itertools.product(_SIZES, ("dark", "light"))]
"""A phone and a laptop, in the dark and in the light."""
LOOKS = [look for look in EVERY_LOOK if (look.width, look.scheme) != (1280, "dark")]
"""All of these but one: each size in the light, and the dark, where least room is for it."""
ON_THE_STAGE = Look(275, 500, "light")
"""What the stage has for the phone."""


def check(page: Page, looks: Iterable[Look] = LOOKS) -> None:
    """Nothing is wrong with the page as it stands, however it is looked at."""
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)
    for look in looks:
        look.at(page)
        found = page.evaluate(_FOUND)
        assert found == [], (look, found)
        assert page.evaluate(_TOO_WIDE) <= 0, look


def check_wallet(page: Page, looks: Iterable[Look] = LOOKS) -> None:
    """As :func:`check`, and its targets are for fingers."""
    for look in looks:
        check(page, [look])
        small = page.evaluate(_SMALL)
        assert small == [], (look, small)
