"""What a request says, read from the WSGI environment: nothing is believed yet."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import parse_qsl, quote

from vendor_sim.kernel.limits import BODY_BYTES_MAX, JSON_DEPTH_MAX
from vendor_sim.payments.wechat import problems
from vendor_sim.payments.wechat.verifying import Signed

if TYPE_CHECKING:
    from collections.abc import Mapping

HOSTS = (
    "api.mch.weixin.qq.com",
    "api2.mch.weixin.qq.com",
    "api.wechatpay.cn",
    "api2.wechatpay.cn",
)
"""The platform's main and backup hosts, old and new [GO core/consts], [JAVA Constant.java]: what
comes under one of them came through our own TLS listener."""
_ORIGIN = re.compile(r"https?://[^/?#]*", re.IGNORECASE)
_PATH_CHARS = "/:@!$&'()*+,;=~|"


@dataclass(slots=True)
class Incoming(Signed):
    """A request before anything is checked.

    Attributes:
        path: Decoded; routes are matched on it.
        serial: The header ``Wechatpay-Serial``.
        named: Whether it has a User-Agent and an Accept.
    """

    path: str = ""
    serial: str | None = None
    named: bool = False


def read(environ: Mapping[str, Any], now_ms: int, ahead_ms: int = 0) -> Incoming:
    """Read a request. Of its body at most one byte more is read than is allowed.

    Args:
        environ: As the WSGI server gives it.
        now_ms: When it came.
        ahead_ms: How far the world's clock was moved ahead of the computer's then.
    """
    return Incoming(
        environ["REQUEST_METHOD"],
        target_of(environ),
        _body(environ),
        environ.get("HTTP_AUTHORIZATION", ""),
        now_ms,
        _base_url(environ),
        ahead_ms,
        path_of(environ),
        environ.get("HTTP_WECHATPAY_SERIAL"),
        bool(environ.get("HTTP_USER_AGENT") and environ.get("HTTP_ACCEPT")),
    )


def target_of(environ: Mapping[str, Any]) -> str:
    """Path and query exactly as they came; from an absolute-form target without its origin."""
    raw: str | None = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    if raw is None:
        path = quote(environ.get("PATH_INFO", ""), _PATH_CHARS, encoding="latin-1")
        query = environ.get("QUERY_STRING", "")
        return f"{path}?{query}" if query else path
    return raw if raw.startswith("/") else _ORIGIN.sub("", raw, count=1) or "/"


def path_of(environ: Mapping[str, Any]) -> str:
    """The decoded path."""
    path: str = environ.get("PATH_INFO", "")
    return path if path.isascii() else path.encode("latin-1").decode(errors="replace")


def query_of(target: str) -> dict[str, str]:
    """Query parameters, decoded; of repeated ones the first."""
    query = target.partition("?")[2]
    if not query:
        return {}
    return dict(reversed(parse_qsl(query, keep_blank_values=True)))


def object_of(body: bytes) -> dict[str, Any]:
    """The JSON object in a body, read as strictly as ``wire.strict_json`` does, but for numbers.

    A number with a fraction stays a float and a large one an int: the field rules have their own
    words for both.

    Raises:
        WechatError: ``PARAM_ERROR``, where it is no JSON object.
    """
    if len(body) > BODY_BYTES_MAX:
        raise problems.malformed_body()
    try:
        document = _DECODER.decode(body.decode())
    except (ValueError, RecursionError):
        raise problems.malformed_body() from None
    # Only an escape can smuggle a NUL or half a character in, only brackets can nest too deep.
    if b"\\u" in body or body.count(b"{") + body.count(b"[") > JSON_DEPTH_MAX:
        _check(document, JSON_DEPTH_MAX)
    if not isinstance(document, dict):
        raise problems.malformed_body()
    return document


def _check(document: Any, depth: int) -> None:
    if isinstance(document, str):
        if "\0" in document or any("\ud800" <= char <= "\udfff" for char in document):
            raise problems.malformed_body()
    elif isinstance(document, (dict, list)):
        if depth == 0:
            raise problems.malformed_body()
        inside = [*document, *document.values()] if isinstance(document, dict) else document
        for part in inside:
            _check(part, depth - 1)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_no_constant)


def _body(environ: Mapping[str, Any]) -> bytes:
    length = environ.get("CONTENT_LENGTH") or ""
    limit = BODY_BYTES_MAX + 1
    if not length.isdecimal():
        limit = limit if environ.get("wsgi.input_terminated") else 0
    else:
        limit = min(int(length), limit)
    return bytes(environ["wsgi.input"].read(limit)) if limit else b""


def _base_url(environ: Mapping[str, Any]) -> str:
    host = environ.get("HTTP_HOST") or environ.get("SERVER_NAME", "")
    ours = host.partition(":")[0].lower() in HOSTS
    return f"{'https' if ours else environ['wsgi.url_scheme']}://{host}"
