"""What a person does with the wallet in a browser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.browser.stalls import PIN

if TYPE_CHECKING:
    from playwright.sync_api import FrameLocator, Locator, Page

    Surface = Page | FrameLocator


_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Person:
    """Somebody with a phone."""

    page: Page
    base: str
    wallet: str

    def signs_in(self) -> None:
        """Be signed in; who asks for the PIN, and how, is another test's."""
        address, asks = f"{self.base}/wallet/", self.page.request
        token = _TOKEN.search(asks.get(address).text())
        assert token is not None
        typed = {"wallet": self.wallet, "pin": PIN, "csrf_token": token[1]}
        answer = asks.post(f"{address}sign-in", form=typed, max_redirects=0)
        assert answer.status == 303, answer.text()

    def opens_wallet(self) -> None:
        """Look at the first page."""
        self.page.goto(f"{self.base}/wallet/")

    def scans(self, code: str) -> None:
        """Open the link in a machine's code, as a phone's own camera does."""
        self.page.goto(code)

    def types_code(self, code: str) -> None:
        """Give a code without a camera."""
        self.page.goto(f"{self.base}/wallet/scan")
        self.page.locator(".typed summary").click()
        self.page.fill("#code", code)
        self.page.click("#code-go")

    def confirms(self, pin: str = PIN) -> None:
        """Type the PIN on the pad, and say yes."""
        enter(self.page, pin)

    def sees(self, state: str) -> Locator:
        """The result, once it is this."""
        result = self.page.locator(f'#result[data-state="{state}"]')
        result.wait_for()
        return result

    def balance(self) -> str:
        """What the home page says is available."""
        self.page.goto(f"{self.base}/wallet/")
        return self.page.inner_text("#balance")


def enter(surface: Surface, pin: str = PIN) -> None:
    """Type a PIN on the pad of a page or of a frame, and confirm."""
    for digit in pin:
        surface.locator(f'#pin-pad button[data-digit="{digit}"]').click()
    surface.locator("#confirm").click()
