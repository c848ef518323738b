"""A real browser before a served world; its camera films whatever a test puts before it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.film import film, film_of_nothing
from tests.browser.people import Person
from tests.browser.stalls import serve
from tests.untouched import assert_untouched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.browser.stalls import Served

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
_HERE = Path(__file__).parent
_WAIT_MS = 30_000
"""What comes at all comes far sooner, but on a computer that has much else to do."""
PHONE = {"width": 390, "height": 844}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this room needs a browser."""
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where an installed Chromium or Chrome lies; CHROMIUM names another one."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None and _MAC.exists():
        found = str(_MAC)
    if found is None:
        pytest.skip(
            "NOTHING WAS TESTED IN A BROWSER: no Chromium or Chrome is installed. Install one "
            "(apt install chromium) or name it: CHROMIUM=/path/to/chrome"
        )
    return found


@pytest.fixture(scope="session")
def film_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The film that plays before the camera."""
    path = tmp_path_factory.mktemp("camera") / "film.mjpeg"
    film_of_nothing(path)
    return path


@pytest.fixture(scope="session")
def browser(chromium: str, film_path: Path) -> Iterator[Browser]:
    """One browser for all, with a camera that needs nobody's leave."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="NO BROWSER TESTS: no playwright")
    arguments = [
        "--no-sandbox",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film_path}",
    ]
    sync_api.expect.set_options(timeout=_WAIT_MS)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def shared(chromium: str) -> Iterator[Served]:
    """A world in memory for all who change nothing that others meet."""
    assert chromium  # nothing is served where nobody can look
    with serve() as world:
        yield world


@pytest.fixture
def served(shared: Served) -> Iterator[Served]:
    """That world: tests take machines and wallets of their own, and leave all else as it was."""
    yield shared
    assert_untouched(shared.base)


@pytest.fixture
def put_before_camera(film_path: Path) -> Iterator[Callable[[bytes], None]]:
    """Give the next camera that opens a code to film."""
    yield lambda png: film(film_path, png)
    film_of_nothing(film_path)


class Rooms:
    """Where people sit before the browser: apart, and whoever leaves leaves nothing behind.

    A new room takes a second; pages here keep nothing but cookies, so one that was left is lent
    again to somebody who wants the same.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[str, list[BrowserContext]] = {}
        self._taken: list[tuple[str, BrowserContext]] = []

    def take(self, **options: object) -> BrowserContext:
        """A room of one's own."""
        wanted = repr(sorted(options.items()))
        free = self._free.setdefault(wanted, [])
        room = free.pop() if free else self._browser.new_context(**options)  # type: ignore[arg-type]
        self._taken.append((wanted, room))
        return room

    def leave(self) -> None:
        """All go."""
        for wanted, room in self._taken:
            for page in room.pages:
                page.close()
            room.clear_cookies()
            self._free[wanted].append(room)
        self._taken.clear()


@pytest.fixture(scope="session")
def rooms(browser: Browser) -> Rooms:
    """The rooms before that browser."""
    return Rooms(browser)


@pytest.fixture
def open_page(rooms: Rooms) -> Iterator[Callable[..., Page]]:
    """Open pages of separate people; a script or a rule of a page that broke fails the test."""
    broken: list[str] = []

    def hear(message: object) -> None:
        text = getattr(message, "text", str(message))
        if "Content Security Policy" in text or "Refused to" in text:
            broken.append(text)

    def open_(**options: object) -> Page:
        room = rooms.take(**{"viewport": PHONE, **options})
        room.set_default_timeout(_WAIT_MS)
        page = room.new_page()
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on("console", hear)
        return page

    yield open_
    rooms.leave()
    assert broken == []


@pytest.fixture
def person(served: Served, open_page: Callable[..., Page]) -> Callable[..., Person]:
    """Somebody with a phone, signed in to a wallet of their own."""

    def somebody(balance_minor: int = 10_000, **options: object) -> Person:
        someone = Person(open_page(**options), served.base, served.wallet(balance_minor))
        someone.signs_in()
        return someone

    return somebody
