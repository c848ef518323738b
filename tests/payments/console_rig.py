"""An operator at the console of a platform that speaks WeChat Pay."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.payments.turns import Turns
from tests.payments.wechat.mall import Mall, make_mall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

HTML = {"Accept": "text/html"}
PASSWORD = "open sesame"


@dataclass
class Desk:
    """The console, signed in to.

    Attributes:
        mall: What it looks at.
        client: The operator's browser.
    """

    mall: Mall
    client: FlaskClient

    def shown(self, path: str, status: int = 200) -> str:
        """A page's text."""
        answer = self.client.get(path, headers=HTML)
        assert answer.status_code == status, answer.text
        return answer.text

    def send(self, path: str, page: str, **fields: str) -> Any:
        """Send a form of a page: with its token."""
        data = {"csrf_token": token_on(self.shown(page)), **fields}
        return self.client.post(path, data=data, headers=HTML)

    def failed_request(self, target: str = "/v3/pay/transactions/native", **how: Any) -> str:
        """The path of the page of a request whose signature fails."""
        reply = self.mall.shop.call(
            how.pop("sent", "POST"), target, how.pop("body", b"{}"), verify=False, **how
        )
        assert reply.status == 401, reply
        return str(reply.headers["vendor-sim-inspect"])


def token_on(page: str) -> str:
    """The token against forged forms."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None, page
    return found[1]


def sign_in(client: FlaskClient) -> None:
    """Past the password."""
    token = token_on(client.get("/ledger/login").text)
    answer = client.post("/ledger/login", data={"password": PASSWORD, "csrf_token": token})
    assert answer.status_code == 302, answer.text


@contextmanager
def open_desk(**changes: Any) -> Iterator[Desk]:
    """A platform of its own, and somebody at its console; ``changes`` of its settings."""
    mall = make_mall(**changes)
    client = mall.payments.app.test_client()
    sign_in(client)
    yield Desk(mall, client)
    Turns.of(mall.payments).close()
    mall.door.close()
