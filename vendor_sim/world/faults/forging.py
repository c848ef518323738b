"""Messages that say something else than their sender did: whoever verifies must refuse them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.limits import FAULT_STALE_MS, SECOND_MS
from vendor_sim.wire import digest, strict_json
from vendor_sim.wire.http import read_answer
from vendor_sim.world.faults.names import Fault
from vendor_sim.world.faults.registry import MessageFault, named
from vendor_sim.world.faults.spoiling import answer_with, with_body, with_headers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sim.wire.http import Request, Response, Transport
    from vendor_sim.world.faults.rules import Rule

_SIGNED_ANSWERS = "/v3/"
_STALE_S = FAULT_STALE_MS // SECOND_MS
_SCHEME = "WECHATPAY2-"
_FIRST_OF_SIGNATURE = {
    "webhook-signature": re.compile(r"(?<=,)[A-Za-z0-9+/]"),
    "wechatpay-signature": re.compile(r"^[A-Za-z0-9+/]"),
    "authorization": re.compile(r'(?<=signature=")[A-Za-z0-9+/]'),
}
_TIME = {
    "webhook-timestamp": re.compile(r"^\d+$"),
    "wechatpay-timestamp": re.compile(r"^\d+$"),
    "authorization": re.compile(r'(?<=timestamp=")\d+'),
}


class Forged(MessageFault):
    """The headers that make a message believable are others: those of the request if it has any."""

    patterns: Mapping[str, re.Pattern[str]]

    @classmethod
    def can_bite(cls, rule: Rule, request: Request) -> bool:
        """Only what is signed can be forged."""
        asked = rule.side != "answer" and bool(cls._changed(request.headers))
        told = rule.side != "request" and request.url.path.startswith(_SIGNED_ANSWERS)
        return asked or told

    def carry(self, request: Request, inner: Transport) -> Response:
        """Forge one side."""
        changed = {} if self._rule.side == "answer" else self._changed(request.headers)
        if changed:
            return inner.handle_request(with_headers(request, changed))
        response = inner.handle_request(request)
        content = read_answer(response, request)
        changed = self._changed(response.headers)
        if not changed:
            self._spare(request)
        return answer_with(response, content, changed)

    @classmethod
    def _changed(cls, headers: Mapping[str, str]) -> dict[str, str]:
        found = {}
        for name, pattern in cls.patterns.items():
            value = headers.get(name, "")
            if name == "authorization" and not value.startswith(_SCHEME):
                continue
            forged = pattern.sub(cls._forge, value)
            if forged != value:
                found[name] = forged
        return found

    @staticmethod
    def _forge(part: re.Match[str]) -> str:
        raise NotImplementedError


@named(Fault.WRONG_SIGNATURE)
class WrongSignature(Forged):
    """A signature of the right form that does not fit."""

    patterns = _FIRST_OF_SIGNATURE

    @staticmethod
    def _forge(part: re.Match[str]) -> str:
        return "B" if part[0] == "A" else "A"


@named(Fault.STALE_TIMESTAMP)
class StaleTimestamp(Forged):
    """The message says that it was signed ten minutes earlier."""

    patterns = _TIME

    @staticmethod
    def _forge(part: re.Match[str]) -> str:
        return str(int(part[0]) - _STALE_S)


@named(Fault.WRONG_AMOUNT)
class WrongAmount(MessageFault):
    """An amount is another one: that of the request if it names one, else that of the answer."""

    def carry(self, request: Request, inner: Transport) -> Response:
        """Change one side."""
        content = None if self._rule.side == "answer" else _dearer(request.read())
        if content is not None:
            return inner.handle_request(with_body(request, content, _sealed(content)))
        response = inner.handle_request(request)
        told = read_answer(response, request)
        content = None if self._rule.side == "request" else _dearer(told)
        if content is None:
            self._spare(request)
            return answer_with(response, told)
        return answer_with(response, content, _sealed(content))


def _sealed(content: bytes) -> dict[str, str]:
    """Whoever says another amount says it on purpose: the body is whole, and not what was meant."""
    return {digest.HEADER: digest.digest_of(content)}


def _dearer(content: bytes) -> bytes | None:
    """A JSON document whose first amount is one minor unit higher; None where it names none."""
    try:
        document = strict_json.parse_answer(content)
    except (ValueError, json.JSONDecodeError):
        return None
    return strict_json.compact(document) if _raise_first(document) else None


def _raise_first(value: Any) -> bool:
    if isinstance(value, list):
        return any(_raise_first(item) for item in value)
    if not isinstance(value, dict):
        return False
    for name in ("amount_minor", "total"):
        if type(value.get(name)) is int:
            value[name] += 1
            return True
    return any(_raise_first(item) for item in value.values())
