r"""What people sign by mistake, as variations of what they should have signed.

A signed message has five parts: method, target, timestamp, body, and its layout. Each part has the
right value and a list of wrong ones, with the cause in words; the search tries one wrong part, then
two.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vendor_sim.payments.wechat.guessed_bodies import bodies
from vendor_sim.payments.wechat.guessed_targets import targets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vendor_sim.payments.wechat.verifying import Signed
    from vendor_sim.wire.wechatpay import Authorization

TRIED_MAX = 40_000
"""Messages hashed at most, for one diagnosis."""
WRONG_MAX = 2
_DRIFT_S = 5
_FIX_BODY = "Serialise the body once, keep the text, and sign and send those very bytes."
_FIX_TARGET = (
    "Sign the path with its query exactly as it goes over the wire: from the first / on, "
    "percent-encoded, parameters in the order in which they are sent."
)
_FIX_METHOD = "Sign the method that is sent, in upper case."
_FIX_TIME = "Put the same timestamp, in seconds, into the string and into the header."
_FIX_LAYOUT = (
    r"Join five lines, each ended by one \n: method, target, timestamp, nonce, body; the last "
    r"line ends in \n too, also where the body is empty or ends in \n itself."
)


@dataclass(frozen=True, slots=True)
class Guess:
    """A value that may have been signed.

    Attributes:
        value: Of one part of the message; for the layout a function that writes all of it.
        cause: What somebody did to get there; empty for the right value.
        fix: What to do instead.
    """

    value: Any
    cause: str = ""
    fix: str = ""


Parts = tuple[str, str, str, str, bytes]


def messages(signed: Signed, given: Authorization) -> Iterator[tuple[bytes, list[Guess]]]:
    """Every message somebody may have signed by mistake, with the mistakes; likely ones first."""
    wrong = (
        _guesses(bodies(signed.body), _FIX_BODY),
        _guesses(targets(signed.target, signed.base_url), _FIX_TARGET),
        list(_layouts()),
        list(_methods(signed.method)),
        list(_times(given.timestamp)),
    )
    right = (
        Guess(signed.body),
        Guess(signed.target),
        Guess(_written),
        Guess(signed.method),
        Guess(given.timestamp),
    )
    alone = _combined(right, (*wrong[:-1], [*wrong[-1], *_milliseconds(given.timestamp)]), 1)
    tried = itertools.chain(alone, *(_combined(right, wrong, n) for n in range(2, WRONG_MAX + 1)))
    for chosen in itertools.islice(tried, TRIED_MAX):
        body, target, layout, method, stamp = (guess.value for guess in chosen)
        yield (
            layout((method, target, stamp, given.nonce_str, body)),
            [guess for guess in chosen if guess.cause],
        )


def _guesses(found: Iterable[tuple[Any, str]], fix: str) -> list[Guess]:
    return [Guess(value, cause, fix) for value, cause in found]


def _combined(
    right: tuple[Guess, ...], wrong: tuple[list[Guess], ...], count: int
) -> Iterator[tuple[Guess, ...]]:
    for places in itertools.combinations(range(len(right)), count):
        choices = [wrong[at] if at in places else [right[at]] for at in range(len(right))]
        yield from itertools.product(*choices)


def _methods(method: str) -> Iterator[Guess]:
    yield Guess(method.lower(), "the method was signed in lower case", _FIX_METHOD)
    yield Guess(method.capitalize(), "the method was signed as a capitalised word", _FIX_METHOD)
    for other in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        if other != method:
            yield Guess(other, f"{other} was signed, but {method} was sent", _FIX_METHOD)


def _times(stamp: str) -> Iterator[Guess]:
    seconds = int(stamp)
    for drift in range(1, _DRIFT_S + 1):
        for other in (seconds - drift, seconds + drift):
            cause = "another timestamp was signed than stands in the header"
            yield Guess(str(other), cause, _FIX_TIME)


def _milliseconds(stamp: str) -> Iterator[Guess]:
    """A thousand: tried alone only."""
    for part in range(1000):
        yield Guess(f"{stamp}{part:03d}", "the timestamp was signed in milliseconds", _FIX_TIME)


def _layouts() -> Iterator[Guess]:
    for write, cause in (
        (_without_end, r"the last line was not ended by \n"),
        (_without_body_line, "the line of the body was left out"),
        (_with_crlf, r"the lines were ended by \r\n"),
        (_with_backslashes, r"backslash and n were signed as two characters in place of \n"),
        (_joined, "the lines were joined without line feeds"),
        (_nonce_first, "the nonce was signed before the timestamp"),
        (_as_answer, "the string of an answer was signed: timestamp, nonce and body only"),
    ):
        yield Guess(write, cause, _FIX_LAYOUT)


def _lines(parts: Parts) -> list[bytes]:
    return [*(part.encode() for part in parts[:4]), parts[4]]


def _written(parts: Parts) -> bytes:
    return b"\n".join([*_lines(parts), b""])


def _without_end(parts: Parts) -> bytes:
    return b"\n".join(_lines(parts))


def _without_body_line(parts: Parts) -> bytes:
    return b"\n".join([*_lines(parts)[:4], b""])


def _with_crlf(parts: Parts) -> bytes:
    return b"\r\n".join([*_lines(parts), b""])


def _with_backslashes(parts: Parts) -> bytes:
    return rb"\n".join([*_lines(parts), b""])


def _joined(parts: Parts) -> bytes:
    return b"".join(_lines(parts))


def _nonce_first(parts: Parts) -> bytes:
    method, target, stamp, nonce, body = parts
    return _written((method, target, nonce, stamp, body))


def _as_answer(parts: Parts) -> bytes:
    return b"\n".join([*_lines(parts)[2:], b""])
