"""From an ASGI request to a WSGI call and back: the raw target kept, the answer whole."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from vendor_sim.kernel.problems import Code, Problem
from vendor_sim.wire.answers import error_body
from vendor_sim.wire.strict_json import compact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

Headers = list[tuple[bytes, bytes]]
LIVE_HEADER = "vendor-sim-live"
"""Names the topic of an event stream (see ``vendor_sim.web.live``); it never goes out."""

_CONSTANT: dict[str, Any] = {
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.multithread": True,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
    "wsgi.input_terminated": True,
}
_NAMES: dict[bytes, str | None] = {
    b"content-type": "CONTENT_TYPE",
    b"content-length": None,
    b"transfer-encoding": None,
}
_NAMES_MAX = 512


@dataclass(slots=True)
class Reply:
    """One answer.

    Attributes:
        status: The HTTP status.
        headers: Names and values as sent.
        body: All of it.
        live: The topic of the event stream it opens, if it does.
    """

    status: int
    headers: Headers
    body: bytes = b""
    live: str | None = None


def problem_reply(problem: Problem, *, close: bool = False) -> Reply:
    """An answer of the server itself, in the one error shape."""
    body = compact(error_body(problem))
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    if problem.code is Code.UNAVAILABLE:
        headers.append((b"retry-after", b"1"))
    if close:
        headers.append((b"connection", b"close"))
    return Reply(problem.status, headers, body)


def environ_of(scope: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    """The WSGI environment of one request.

    ``RAW_URI`` and ``REQUEST_URI`` are the target as it came: signatures are over those bytes.
    Header names with an underscore are left out, since they could pass for another's.
    """
    raw_path: bytes = scope["raw_path"]
    query: str = scope["query_string"].decode("latin-1")
    target = raw_path.decode("ascii")
    path = unquote_to_bytes(raw_path).decode("latin-1") if b"%" in raw_path else target
    raw_uri = f"{target}?{query}" if query else target
    server = scope.get("server") or ("", 0)
    client = scope.get("client") or ("", 0)
    environ = {
        **_CONSTANT,
        "REQUEST_METHOD": scope["method"],
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "RAW_URI": raw_uri,
        "REQUEST_URI": raw_uri,
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "REMOTE_ADDR": client[0],
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "CONTENT_LENGTH": str(len(body)),
    }
    _add_headers(environ, scope["headers"])
    return environ


def call(app: WsgiApp, environ: dict[str, Any]) -> Reply:
    """Run an application to its end."""
    reply = Reply(500, [])
    written: list[bytes] = []

    def start(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
        reply.status = int(status[:3])
        reply.headers = []
        for name, value in headers:
            sent = _sent(name)
            if sent is None:
                reply.live = value
            else:
                reply.headers.append((sent, value.encode("latin-1")))
        return written.append

    chunks = app(environ, start)
    try:
        written.extend(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
    reply.body = b"".join(written)
    return reply


@lru_cache(_NAMES_MAX)
def _sent(name: str) -> bytes | None:
    """The name of one of our headers as it goes out; None for the one that never does."""
    return None if name.lower() == LIVE_HEADER else name.encode("latin-1")


def _add_headers(environ: dict[str, Any], headers: Headers) -> None:
    for name, value in headers:
        key = _NAMES[name] if name in _NAMES else _learn(name)
        if key is None:
            continue
        text = value.decode("latin-1")
        if key in environ:
            joint = "; " if key == "HTTP_COOKIE" else ","
            text = f"{environ[key]}{joint}{text}"
        environ[key] = text


def _learn(name: bytes) -> str | None:
    key = None
    if b"_" not in name:
        key = "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
    if len(_NAMES) < _NAMES_MAX:
        _NAMES[name] = key
    return key
