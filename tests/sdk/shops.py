"""A merchant as its own programmers would write it: an HTTP hook, and the SDK it ships with."""

from __future__ import annotations

import contextlib
import itertools
import json
import queue
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from wechatpayv3 import WeChatPay, WeChatPayType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WAIT_S = 60
OK, REFUSED = 204, 401
RETRY_MS = 15_000
"""The platform's first pause after a failed attempt."""
_NUMBERS = itertools.count(1)


def number(of: str = "order") -> str:
    """A number that no other test uses."""
    return f"{of}_{next(_NUMBERS):06d}"


@dataclass
class Hook:
    """What came to one ``notify_url``, as bytes; answers as it is told."""

    url: str
    came: queue.Queue[tuple[dict[str, str], bytes]] = field(default_factory=queue.Queue)
    judge: Callable[[dict[str, str], bytes], int] = lambda _headers, _body: OK

    def next(self) -> tuple[dict[str, str], bytes]:
        """The next that came, or comes."""
        return self.came.get(timeout=WAIT_S)

    def is_quiet(self) -> bool:
        """Nothing came that nobody has taken."""
        return self.came.empty()


class Hooks:
    """A real server on loopback, with an address for each test.

    It outlives the tests: what comes to one that is over is taken, so that the world comes to rest.
    """

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self._base = f"http://127.0.0.1:{server.server_port}"
        self._by_path: dict[str, Hook] = {}

    @contextlib.contextmanager
    def open(self) -> Iterator[Hook]:
        """An address of one's own."""
        path = f"/notify/{next(_NUMBERS)}"
        self._by_path[path] = Hook(self._base + path)
        yield self._by_path[path]
        del self._by_path[path]

    def take(self, path: str, headers: dict[str, str], body: bytes) -> int:
        """Hand over what came; the status to answer."""
        hook = self._by_path.get(path)
        if hook is None:
            return OK
        status = hook.judge(headers, body)
        hook.came.put((headers, body))
        return status


@contextlib.contextmanager
def serve_hooks() -> Iterator[Hooks]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(hooks.take(self.path, dict(self.headers), body))
            self.end_headers()

        def log_message(self, *_what: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hooks = Hooks(server)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield hooks
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def settings(credentials: dict[str, Any], notify_url: str, **other: Any) -> dict[str, Any]:
    """The SDK's arguments: those of a merchant in its own key mode, unless told otherwise."""
    about, files = credentials["merchant"], credentials["files"]
    asked = {
        "wechatpay_type": WeChatPayType.NATIVE,
        "mchid": about["mchid"],
        "private_key": files["apiclient_key.pem"],
        "cert_serial_no": about["merchant_serial"],
        "apiv3_key": about["apiv3_key"],
        "appid": about["appid"],
        "notify_url": notify_url,
        "timeout": (5, 20),
    }
    if about["key_mode"] != "cert":
        asked |= {"public_key": files["pub_key.pem"], "public_key_id": about["public_key_id"]}
    return asked | other


def sdk(credentials: dict[str, Any], notify_url: str, **other: Any) -> WeChatPay:
    """The SDK, nothing about it touched."""
    return WeChatPay(**settings(credentials, notify_url, **other))


def document(answer: tuple[int, Any], status: int = 200) -> dict[str, Any]:
    """The JSON of an answer of the SDK."""
    code, text = answer
    assert code == status, answer
    return json.loads(text)


def refusal(answer: tuple[int, Any]) -> tuple[int, str]:
    """The status and the platform's code."""
    code, text = answer
    return code, json.loads(text)["code"]
