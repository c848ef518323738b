"""People who use a served demo's pages: forms and scripts with their tokens, cookies and all."""

from __future__ import annotations

import re
from typing import Any

import httpx2

PIN = "123456"
_TOKEN = re.compile(r'(?:name="csrf_token" value|data-csrf)="([^"]+)"')
_LOOKS_MAX = 2_000


class Browser:
    """One person's browser."""

    def __init__(self, base: str) -> None:
        self.client = httpx2.Client(base_url=base, timeout=60, follow_redirects=True)
        self.token = ""

    def look(self, path: str) -> httpx2.Response:
        """Open a page, and keep its token."""
        answer = self.client.get(path, headers={"Accept": "text/html"})
        found = _TOKEN.search(answer.text)
        self.token = found[1] if found else self.token
        return answer

    def submit(self, page: str, path: str, **fields: str) -> httpx2.Response:
        """Open a page and send a form of it."""
        self.look(page)
        data = {"csrf_token": self.token, **fields}
        answer = self.client.post(path, data=data, headers={"Accept": "text/html"})
        assert answer.status_code < 500, answer.text
        return answer

    def post(self, page: str, path: str, body: dict[str, Any]) -> Any:
        """Open a page and have its script send something."""
        self.look(page)
        answer = self.client.post(path, json=body, headers={"X-CSRF-Token": self.token})
        assert answer.status_code < 300, answer.text
        return answer.json()


class Customer:
    """Somebody in front of a machine, with a wallet."""

    def __init__(self, base: str, wallet: str) -> None:
        self.browser = Browser(base)
        self.browser.submit("/wallet/", "/wallet/sign-in", wallet=wallet, pin=PIN)

    def presses(self, machine: str, slot: str) -> str:
        """Press a slot; the order."""
        page = f"/machine/{machine}"
        return str(self.browser.post(page, f"{page}/press", {"slot": slot})["order"])

    def cancels(self, machine: str) -> None:
        """Press cancel."""
        self.browser.post(f"/machine/{machine}", f"/machine/{machine}/cancel", {})

    def scans(self, code: str) -> str:
        """Type a code; the page that asks for a yes, once it does."""
        answer = self.browser.submit("/wallet/scan", "/wallet/scan", code=code)
        page = answer.url.path
        self.waits(f"{page}.json", lambda state: state["scan"]["state"] != "reading")
        return str(page)

    def confirms(self, page: str, pin: str = PIN) -> None:
        """Type the PIN, and say yes."""
        self.browser.submit(page, f"{page}/approve", pin=pin)

    def declines(self, page: str) -> None:
        """Say no."""
        self.browser.submit(page, f"{page}/decline")

    def shows_code(self) -> str:
        """Have the wallet show a payment code."""
        self.browser.submit("/wallet/code", "/wallet/code")
        state = self.waits("/wallet/code.json", lambda state: state["code"]["auth_code"])
        return str(state["code"]["auth_code"])

    def presents(self, machine: str, auth_code: str) -> None:
        """Hold a payment code in front of the scanner."""
        page = f"/machine/{machine}"
        self.browser.post(page, f"{page}/present", {"auth_code": auth_code})

    def waits(self, path: str, there: Any) -> Any:
        """Look again until it is there."""
        for _ in range(_LOOKS_MAX):
            state = self.browser.client.get(path).json()
            if there(state):
                return state
        raise AssertionError(f"{path} never came so far: {state}")


class Operator:
    """Whoever knows the machine's password."""

    def __init__(self, base: str, password: str) -> None:
        self.browser = Browser(base)
        home = "/machine/operator/"
        self.browser.submit(f"{home}login", f"{home}login", password=password)

    def loads(self, machine: str, slot: str, stock: int, price: str) -> None:
        """Fill a slot and price it."""
        fields = {"machine": machine, "slot": slot, "stock": str(stock), "price": price}
        self.browser.submit("/machine/operator/", "/machine/operator/stock", **fields)

    def decides(self, order: str, released: str) -> None:
        """Say whether a drink fell: ``yes`` or ``no``."""
        fields = {"order": order, "released": released}
        self.browser.submit("/machine/operator/", "/machine/operator/desk", **fields)
