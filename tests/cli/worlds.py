"""A world as far as the merchant commands see one: `/healthz` and the calls about merchants."""

from __future__ import annotations

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def credentials(mchid: str, key_mode: str = "pubkey") -> dict[str, Any]:
    """What the control plane answers, in short."""
    names = ("apiclient_key.pem", "apiclient_cert.pem", "pub_key.pem", "platform_cert.pem")
    return {
        "merchant": {"mchid": mchid, "key_mode": key_mode, "apiv3_key": "k" * 32},
        "files": {name: f"-----BEGIN {name}-----\n{mchid}\n" for name in names},
    }


class Fake:
    """What was asked, and what is answered instead of the usual."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any, str | None]] = []
        self.instead: tuple[int, Any] | None = None

    def answer(self, method: str, path: str, body: Any, token: str | None) -> tuple[int, Any]:
        """The answer to one request."""
        self.asked.append((method, path, body, token))
        if self.instead is not None and path != "/healthz":
            return self.instead
        if path == "/_world/merchants":
            return 201, credentials(body.get("mchid", "1900000100"), body.get("key_mode", "pubkey"))
        return 200, credentials(path.split("/")[3]) if "merchants" in path else {"status": "ok"}


@contextlib.contextmanager
def fake_world(fake: Fake) -> Iterator[str]:
    """Serve it on loopback; gives the base address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            token = self.headers.get("Authorization")
            body = json.loads(raw) if raw else None
            status, document = fake.answer(self.command, self.path, body, token)
            told = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        do_POST = do_GET  # noqa: N815 - the library's name

        def log_message(self, *_what: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
