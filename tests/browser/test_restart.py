"""A page left open over a restart of the server recovers by itself."""

from __future__ import annotations

from urllib.parse import urlsplit

from tests.browser.people import Person
from tests.browser.stalls import serve

LOST, LIVE = 'body[data-link="lost"]', 'body[data-link="live"]'
_PATIENCE_MS = 30_000


def test_pages_left_open_over_a_restart_go_on(open_page, tmp_path):
    """A machine, and a phone before the PIN pad: the server goes and comes, the drink is sold."""
    with serve(tmp_path) as world:
        port = urlsplit(world.base).port
        front = open_page(viewport={"width": 1280, "height": 800})
        front.goto(f"{world.base}/machine/lobby")
        payer = Person(open_page(), world.base, world.wallet())
        payer.signs_in()
        order = world.press("lobby", "A1")
        payer.types_code(world.code(order))
        payer.page.locator("#confirm:enabled").wait_for()
        payer.page.keyboard.type("123")
        payer.page.locator(LIVE).wait_for()
    payer.page.locator("#away").wait_for()
    front.locator(LOST).wait_for(timeout=_PATIENCE_MS)
    with serve(tmp_path, port=port) as world:
        payer.page.locator(LIVE).wait_for(timeout=_PATIENCE_MS)
        front.locator(LIVE).wait_for(timeout=_PATIENCE_MS)
        assert payer.page.locator("#away").is_hidden()
        assert payer.page.locator("#pin-dots i.on").count() == 3
        payer.page.keyboard.type("456")
        payer.page.keyboard.press("Enter")
        payer.sees("dropped")
        front.get_by_role("button", name="Jasmine tea in the tray").wait_for()
        assert world.breaches() == []


def test_a_yes_that_meets_a_server_that_is_gone_is_not_lost_and_not_doubled(open_page, tmp_path):
    with serve(tmp_path) as world:
        port = urlsplit(world.base).port
        payer = Person(open_page(), world.base, world.wallet())
        payer.signs_in()
        order = world.press("lobby", "A1")
        payer.types_code(world.code(order))
        payer.page.locator("#confirm:enabled").wait_for()
    payer.confirms()
    payer.page.locator("#pin-says", has_text="No answer").wait_for()
    with serve(tmp_path, port=port) as world:
        payer.page.locator(LIVE).wait_for(timeout=_PATIENCE_MS)
        payer.confirms()
        payer.sees("dropped")
        assert world.done(order)["money"] == "taken"
        assert world.breaches() == []
