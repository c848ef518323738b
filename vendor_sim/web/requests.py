"""Reading requests strictly and writing answers in one way."""

from __future__ import annotations

import re
from typing import Any, TypeVar

from flask import Response, request
from pydantic import BaseModel

from vendor_sim.kernel.limits import BODY_BYTES_MAX, TEXT_CHARS_MAX
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.wire import digest, schemas, strict_json

M = TypeVar("M", bound=BaseModel)
_KEY = re.compile(r"[\x21-\x7e]{1,128}", re.ASCII)
_BEARER = re.compile(r"Bearer ([\x21-\x7e]{1,200})", re.ASCII | re.IGNORECASE)


def read_body(model: type[M], *, fractions: bool = False) -> M:
    """The request's JSON body, validated; ``fractions`` where a number may have one.

    Raises:
        Refused: ``too_large``, ``malformed`` or ``invalid``, saying what and where.
    """
    return schemas.read(model, strict_json.parse_object(raw_body(), fractions=fractions))


def raw_body() -> bytes:
    """The exact bytes of a JSON body, refused by its length before it is read.

    Raises:
        Refused: ``too_large``; ``unavailable`` where it is not what its ``Content-Digest`` says:
            it was spoilt on its way, and may be sent again.
    """
    length = request.content_length
    if length is not None and length > BODY_BYTES_MAX:
        raise Refused(Code.TOO_LARGE, f"the body has {length} bytes; {BODY_BYTES_MAX} are taken")
    raw = request.get_data(cache=True)
    if not digest.is_whole(raw, request.headers.get(digest.HEADER)):
        raise Refused(Code.UNAVAILABLE, "the body was spoilt on its way: send it again")
    return raw


def read_form(*names: str) -> dict[str, str]:
    """Form fields that must be there, trimmed.

    Raises:
        Refused: ``invalid``, naming the first field that is missing or too long.
    """
    found = {}
    for name in names:
        value = request.form.get(name, "").strip()
        if not value:
            raise Refused(Code.INVALID, f"{name} is missing", name)
        if len(value) > TEXT_CHARS_MAX or "\0" in value:
            raise Refused(Code.INVALID, f"{name} takes at most {TEXT_CHARS_MAX} characters", name)
        found[name] = value
    return found


def read_query(*names: str) -> dict[str, str | None]:
    """Query parameters; unknown or repeated ones are refused, absent ones are None.

    Raises:
        Refused: ``invalid``, naming the parameter.
    """
    for name, values in request.args.lists():
        if name not in names:
            raise Refused(Code.INVALID, f"unknown parameter; known are {', '.join(names)}", name)
        if len(values) > 1 or "\0" in values[0]:
            raise Refused(Code.INVALID, "the parameter must stand once, without NUL", name)
    return {name: request.args.get(name) for name in names}


def idempotency_key() -> str | None:
    """The request's idempotency key, if it has one.

    Raises:
        Refused: ``invalid`` where it is not 1 to 128 visible ASCII characters.
    """
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        raise Refused(
            Code.INVALID, "an idempotency key has 1 to 128 visible characters", "Idempotency-Key"
        )
    return key


def bearer() -> str:
    """The API key of the request.

    Raises:
        Refused: ``unauthenticated``.
    """
    match = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    if match is None:
        raise Refused(
            Code.UNAUTHENTICATED, "send your API key as Authorization: Bearer KEY", "Authorization"
        )
    return match[1]


def send(document: BaseModel | dict[str, Any] | list[Any], status: int = 200) -> Response:
    """Answer with JSON."""
    if isinstance(document, BaseModel):
        raw = document.model_dump_json().encode()
    else:
        raw = strict_json.compact(document)
    headers = {digest.HEADER: digest.digest_of(raw)}
    return Response(raw, status, headers, content_type="application/json")
