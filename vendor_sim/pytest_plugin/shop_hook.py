"""Where a shop is told: verify, decrypt, remember, answer. Never call out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vendor_sim.wire import strict_json, wechatpay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vendor_sim.pytest_plugin.shop_keys import ShopKeys

Json = dict[str, Any]
_SERIAL = wechatpay.SERIAL.lower()
_FAILED = strict_json.compact({"code": "FAIL", "message": "失败"})


@dataclass(frozen=True, slots=True)
class Heard:
    """A notice that the shop believed.

    Attributes:
        at_ms: When it came.
        id: The platform's; a notice that comes again has the same one.
        event: Like ``TRANSACTION.SUCCESS``.
        about: What it says, decrypted.
        serial: Which of the platform's keys signed it.
    """

    at_ms: int
    id: str
    event: str
    about: Json
    serial: str

    @property
    def delay_ms(self) -> int:
        """How long after the success that it tells of it came."""
        return self.at_ms - wechatpay.parse_time(self.about["success_time"])


class ShopHook:
    """A WSGI application that hears notices.

    Args:
        keys: What the shop believes and decrypts with.
        now_ms: The shop's clock.

    Attributes:
        heard: Every notice it believed, also those that came again.
        refused: Why it did not believe the others.
        rewrites: Whether it verifies what it writes again, instead of the bytes that came: a
            mistake that many make.
    """

    def __init__(self, keys: ShopKeys, now_ms: Callable[[], int]) -> None:
        self.heard: list[Heard] = []
        self.refused: list[str] = []
        self.rewrites = False
        self._keys = keys
        self._now_ms = now_ms

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Hear one notice."""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        headers = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        checked = strict_json.compact(json.loads(body)) if self.rewrites else body
        problem = self._keys.why_not(headers, checked)
        if problem is not None:
            self.refused.append(problem)
            start_response("401 Unauthorized", [("Content-Type", "application/json")])
            return [_FAILED]
        self.heard.append(self._read(json.loads(body), headers[_SERIAL]))
        start_response("204 No Content", [])
        return []

    def news(self, event: str | None = None) -> list[Heard]:
        """What it learned, each notice once, in the order in which they came first."""
        first = {one.id: one for one in reversed(self.heard)}
        return [one for one in self.heard if first[one.id] is one and event in {None, one.event}]

    def _read(self, notice: Json, serial: str) -> Heard:
        about = self._keys.read(notice["resource"])
        return Heard(self._now_ms(), notice["id"], notice["event_type"], about, serial)
