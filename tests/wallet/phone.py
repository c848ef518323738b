"""A phone's browser for tests."""

from __future__ import annotations

import re

from tests.wallet.fakes import CODE, PIN

HTML = {"Accept": "text/html"}


class Phone:
    """A browser with one cookie jar."""

    def __init__(self, scene):
        self.client = scene.wallet.app.test_client()
        self.token = self.see("/wallet/").token

    def see(self, path):
        answer = self.client.get(path, headers=HTML)
        found = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
        answer.token = found[1] if found else None
        return answer

    def submit(self, path, **fields):
        """Send a form as a browser does."""
        data = {"csrf_token": self.token, **fields}
        answer = self.client.post(path, data=data, headers=HTML)
        self.token = self.see("/wallet/new").token
        return answer

    def post(self, path, body=None, **given):
        """Send JSON as the pages' scripts do."""
        headers = {"X-CSRF-Token": self.token, **given.pop("headers", {})}
        if body is not None:
            given["json"] = body
        return self.client.post(path, headers=headers, **given)

    def sign_in(self, wallet_id="pete", pin=PIN, **more):
        return self.submit("/wallet/sign-in", wallet=wallet_id, pin=pin, **more)


def asked(scene, phone):
    """The page of a scan that waits for a yes."""
    url = phone.post("/wallet/scans", {"code": CODE}).json["url"]
    scene.run()
    return url
