"""What a person does with the wallet in a browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.browser.stalls import PIN

if TYPE_CHECKING:
    from playwright.sync_api import FrameLocator, Locator, Page

    Surface = Page | FrameLocator


@dataclass
class Person:
    """Somebody with a phone."""

    page: Page
    base: str
    wallet: str

    def signs_in(self) -> None:
        """Open the wallet with its PIN."""
        self.page.goto(f"{self.base}/wallet/")
        self.page.check(f'input[name="wallet"][value="{self.wallet}"]', force=True)
        self.page.fill("#pin", PIN)
        self.page.click("#sign-in")
        self.page.wait_for_selector("#balance")

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
