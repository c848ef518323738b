"""What people sign in place of the body they send: mostly the same JSON, written again."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def bodies(body: bytes) -> Iterator[tuple[bytes, str]]:
    """What may have been signed in place of a body, each once, with the cause in words."""
    seen = {body}
    for value, cause in itertools.chain(_plain(body), _again(body)):
        if value not in seen:
            seen.add(value)
            yield value, cause


def _again(body: bytes) -> Iterator[tuple[bytes, str]]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return
    for value, how in _written_again(document):
        yield value, f"the body was serialised a second time, {how}"


def _plain(body: bytes) -> Iterator[tuple[bytes, str]]:
    yield b"", "an empty body was signed, but one was sent"
    yield body + b"\n", "the signed body ended in a line feed that was not sent"
    yield body.removesuffix(b"\n"), "the body was sent with a line feed that was not signed"
    yield body.strip(), "white space around the body was sent, but not signed"
    yield body.replace(b"\r\n", b"\n"), "the body was sent with CRLF line ends, signed with LF"
    yield body.replace(b"\n", b"\r\n"), "the body was signed with CRLF line ends, sent with LF"
    yield b"\xef\xbb\xbf" + body, "the signed body began with a byte order mark"
    yield body.removeprefix(b"\xef\xbb\xbf"), "the body was sent with a byte order mark"
    yield b"{}", "an empty object was signed in place of the body"
    yield b"null", "null was signed in place of the body"
    try:
        yield body.decode().encode("gbk"), "the body was signed in GBK, but sent in UTF-8"
    except UnicodeError:
        return


_SEPARATORS = (
    ((",", ":"), None, "without spaces"),
    ((", ", ": "), None, "with spaces after , and : (Python's default)"),
    ((",", ": "), 2, "indented by 2"),
    ((",", ": "), 4, "indented by 4"),
    ((",", ": "), None, "with spaces after :"),
    ((", ", ":"), None, "with spaces after ,"),
)
_ESCAPES = ("", r"Chinese as \u escapes", r"Chinese as upper-case \u escapes")
_HTML = {"<": r"\u003c", ">": r"\u003e", "&": r"\u0026"}


def _written_again(document: Any) -> Iterator[tuple[bytes, str]]:
    for (separators, indent, spaces), is_sorted, escapes in itertools.product(
        _SEPARATORS, (False, True), _ESCAPES
    ):
        text = json.dumps(
            document,
            separators=separators,
            indent=indent,
            sort_keys=is_sorted,
            ensure_ascii=bool(escapes),
        )
        if "upper" in escapes:
            text = _upper_escapes(text)
        ordered = "keys sorted" if is_sorted else ""
        for value, how in _escaped(text):
            words = ", ".join(word for word in (spaces, ordered, escapes, how) if word)
            raw = value.encode("utf-8", "surrogatepass")
            yield raw, words
            yield raw + b"\n", f"{words}, with a line feed at its end"
    yield repr(document).encode("utf-8", "surrogatepass"), "as Python prints it, not as JSON"


def _escaped(text: str) -> Iterator[tuple[str, str]]:
    slashes = text.replace("/", r"\/")
    yield text, ""
    yield slashes, r"slashes as \/ (PHP's default)"
    html = text
    for char, escape in _HTML.items():
        html = html.replace(char, escape)
    yield html, r"< > & as \u escapes (Go's default)"


def _upper_escapes(text: str) -> str:
    pieces = text.split(r"\u")
    return r"\u".join([pieces[0], *(piece[:4].upper() + piece[4:] for piece in pieces[1:])])
