"""JSON that means one thing: no duplicate keys, no NaN, no floats but where asked, no surprises.

Python's parser and Flask's accept or fail on inputs that a payment API must refuse clearly: a
hundred thousand brackets exhaust its stack, duplicate keys silently keep the last, ``NaN`` passes,
a lone surrogate or a NUL breaks the database later.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from vendor_sim.kernel.limits import BODY_BYTES_MAX, JSON_DEPTH_MAX
from vendor_sim.kernel.problems import Code, Refused

_INT_DIGITS_MAX = 19


def parse(raw: bytes, *, fractions: bool = False) -> Any:
    """Parse a JSON document strictly.

    Args:
        raw: UTF-8 bytes, at most :data:`~vendor_sim.kernel.limits.BODY_BYTES_MAX`.
        fractions: Whether numbers may have a fraction: speeds and odds do, amounts never.

    Raises:
        Refused: ``too_large`` or ``malformed``, saying what was wrong.
    """
    if len(raw) > BODY_BYTES_MAX:
        raise Refused(Code.TOO_LARGE, f"the body has {len(raw)} bytes; {BODY_BYTES_MAX} are taken")
    _check_depth(raw)
    try:
        document = (_FRACTIONS if fractions else _DECODER).decode(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Refused(Code.MALFORMED, f"the body is not UTF-8: {error.reason}") from None
    except json.JSONDecodeError as error:
        raise Refused(
            Code.MALFORMED, f"the body is no JSON: {error.msg} at character {error.pos}"
        ) from None
    _check_texts(document)
    return document


def parse_object(raw: bytes, *, fractions: bool = False) -> dict[str, Any]:
    """Parse a JSON document that must be an object.

    Raises:
        Refused: ``too_large`` or ``malformed``, saying what was wrong.
    """
    document = parse(raw, fractions=fractions)
    if not isinstance(document, dict):
        raise Refused(Code.MALFORMED, "the body must be a JSON object like {}")
    return document


def parse_answer(raw: bytes) -> Any:
    """Parse what another service answered: any JSON document.

    Raises:
        ValueError: It is no JSON.
    """
    return json.loads(raw)


def compact(document: Any) -> bytes:
    """Write JSON as this house sends it: UTF-8, no spaces, keys in the order given."""
    return _ENCODER.encode(document).encode()


def _check_depth(raw: bytes) -> None:
    if raw.count(b"[") + raw.count(b"{") <= JSON_DEPTH_MAX:
        return
    depth = 0
    in_text = escaped = False
    for byte in raw:
        if in_text:
            in_text = escaped or byte != 0x22  # noqa: PLR2004 - a quotation mark
            escaped = byte == 0x5C and not escaped  # noqa: PLR2004 - a backslash
        elif byte == 0x22:  # noqa: PLR2004
            in_text = True
        elif byte in b"[{":
            depth += 1
            if depth > JSON_DEPTH_MAX:
                raise Refused(Code.MALFORMED, f"the body nests deeper than {JSON_DEPTH_MAX}")
        elif byte in b"]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Refused(Code.MALFORMED, f"the key {twice!r} stands twice in one object")
    return found


def _no_float(text: str) -> NoReturn:
    raise Refused(Code.MALFORMED, f"{text} is no whole number; amounts are integer minor units")


def _no_constant(text: str) -> NoReturn:
    raise Refused(Code.MALFORMED, f"{text} is no number")


def _fraction(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Refused(Code.MALFORMED, f"{text[:24]}… is too large a number")
    return number


def _int(text: str) -> int:
    if len(text.lstrip("-")) > _INT_DIGITS_MAX or abs(int(text)) >= 2**63:
        raise Refused(Code.MALFORMED, f"{text[:24]}… does not fit a 64-bit integer")
    return int(text)


def _check_texts(document: Any) -> None:
    if isinstance(document, dict):
        for key, value in document.items():
            _check_text(key)
            _check_texts(value)
    elif isinstance(document, list):
        for item in document:
            _check_texts(item)
    elif isinstance(document, str):
        _check_text(document)


def _check_text(text: str) -> None:
    if text.isascii() and "\0" not in text:
        return
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise Refused(Code.MALFORMED, "texts may not hold NUL or lone surrogates")


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=_no_float,
    parse_constant=_no_constant,
    parse_int=_int,
)
_FRACTIONS = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=_fraction,
    parse_constant=_no_constant,
    parse_int=_int,
)
"""Made once: ``json.loads`` and ``json.dumps`` would make them for each body."""
