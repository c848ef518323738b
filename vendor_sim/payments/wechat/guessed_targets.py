"""What people sign in place of the request target they send."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from vendor_sim.payments.wechat.reading import HOSTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PARAMETERS_MAX = 4
"""Of more query parameters not every order is tried."""


def targets(target: str, base_url: str) -> Iterator[tuple[str, str]]:
    """What may have been signed in place of a target, each once, with the cause in words.

    Args:
        target: Path and query as they came.
        base_url: Scheme and host under which they came.
    """
    seen = {target}
    for value, cause in itertools.chain(_paths(target), _queries(target), _urls(target, base_url)):
        if value not in seen:
            seen.add(value)
            yield value, cause


def _paths(target: str) -> Iterator[tuple[str, str]]:
    path, _, query = target.partition("?")
    tail = f"?{query}" if query else ""
    yield path, "the query was not signed"
    yield unquote(target), "the target was signed with its percent-escapes decoded"
    for safe in ("/", "/*", "/|*", "/:@!$&'()*+,;=~|"):
        coded = quote(unquote(path), safe) + tail
        yield coded, "the path was signed with other characters percent-encoded than were sent"
        lower = _lower_escapes(coded)
        yield lower, "the path was signed with lower-case percent-escapes"
    yield _lower_escapes(target), "the target was signed with lower-case percent-escapes"
    yield _upper_percents(target), "the target was signed with upper-case percent-escapes"
    yield target.removeprefix("/"), "the target was signed without its first /"
    yield target.removeprefix("/v3"), "the path was signed without /v3"
    yield f"{path}/{tail}", "the path was signed with a / at its end"
    yield f"{target}?", "the target was signed with a ? behind it"


def _queries(target: str) -> Iterator[tuple[str, str]]:
    path, _, query = target.partition("?")
    if not query:
        return
    pairs = query.split("&")
    some = [tuple(sorted(pairs)), tuple(reversed(pairs))]
    orders = itertools.permutations(pairs) if len(pairs) <= _PARAMETERS_MAX else iter(some)
    for order in orders:
        yield f"{path}?{'&'.join(order)}", "the query was signed in another order than it was sent"
    for count in range(1, len(pairs)):
        for kept in itertools.combinations(pairs, count):
            yield f"{path}?{'&'.join(kept)}", "not every query parameter was signed"
    yield f"{path}?{query.replace('%20', '+')}", "spaces in the query were signed as +"
    yield f"{path}?{query.replace('+', '%20')}", "spaces in the query were signed as %20"
    coded = f"{path}?{quote(unquote(query), '=&')}"
    yield coded, "the query was signed with other characters percent-encoded than were sent"


def _urls(target: str, base_url: str) -> Iterator[tuple[str, str]]:
    whole = "the whole address was signed, with scheme and host"
    bare = base_url.partition("://")[2]
    yield base_url + target, whole
    yield bare + target, "the host was signed with the path"
    for host in sorted(HOSTS):
        yield f"https://{host}{target}", whole
        yield f"http://{host}{target}", whole


def _lower_escapes(text: str) -> str:
    return _percents(text, str.lower)


def _upper_percents(text: str) -> str:
    return _percents(text, str.upper)


def _percents(text: str, change: Callable[[str], str]) -> str:
    pieces = text.split("%")
    return "%".join([pieces[0], *(change(piece[:2]) + piece[2:] for piece in pieces[1:])])
