"""How a shop speaks to the platform: signed, and believing no answer that it has not verified."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vendor_sim.pytest_plugin.shop_refusal import Refusal
from vendor_sim.wire import strict_json
from vendor_sim.wire.http import Http, NoAnswer

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.pytest_plugin.shop_keys import ShopKeys
    from vendor_sim.wire.http import Answer, Transport

    Hook = Callable[..., Any]

Json = dict[str, Any]
CERTIFICATES = "/v3/certificates"
_ACCEPTED = 202


@dataclass(frozen=True, slots=True)
class Street:
    """The network of a world, as somebody sees it who moves in.

    Attributes:
        attach: Lets an application answer under a host; the second is its name in traces.
        line_of: What carries the requests of whoever has this name.
        now_ms: What time it is there.
    """

    attach: Callable[[str, str, Hook], None]
    line_of: Callable[[str], Transport]
    now_ms: Callable[[], int]


class ShopLine:
    """What a shop's requests go through.

    Args:
        keys: What it signs and verifies with.
        transport: What carries them.
    """

    def __init__(self, keys: ShopKeys, transport: Transport) -> None:
        self._keys = keys
        self._http = Http(keys.base_url, transport, {"Accept": "application/json"})

    def call(
        self, method: str, target: str, body: Json | None = None, headers: Json | None = None
    ) -> Answer:
        """One signed request; its answer is verified before anybody looks at it.

        Raises:
            Refusal: The platform refused, or wants to be asked again, or nothing came back.
        """
        answer = self.send(method, target, body, headers)
        if not self._keys.knows(answer.headers):
            self.learn()
        self._check(answer)
        if answer.status == _ACCEPTED:
            told = answer.body or {}
            raise Refusal(str(told.get("code", _ACCEPTED)), _ACCEPTED)
        return answer

    def send(
        self, method: str, target: str, body: Json | None = None, headers: Json | None = None
    ) -> Answer:
        """One signed request; its answer is taken as it is, as a bill's file has to be.

        Raises:
            Refusal: The platform refused, or nothing came back.
        """
        raw = b"" if body is None else strict_json.compact(body)
        signed = {"Authorization": self._keys.authorization(method, target, raw)}
        try:
            answer = self._http.send(method, target, raw or None, {**signed, **(headers or {})})
        except NoAnswer as lost:
            raise Refusal("nothing") from lost
        if not answer.ok:
            inspect = answer.headers.get("vendor-sim-inspect")
            code = (answer.body or {}).get("code", answer.status)
            raise Refusal(str(code), answer.status, inspect)
        return answer

    def learn(self) -> None:
        """Fetch the platform's certificates, and believe those that come.

        The answer is signed with one of them: it is looked at once they are known.

        Raises:
            Refusal: There are none.
        """
        answer = self.send("GET", CERTIFICATES)
        for entry in answer.body["data"]:
            self._keys.believe(self._keys.opened(entry["encrypt_certificate"]).decode())
        self._check(answer)

    def _check(self, answer: Answer) -> None:
        problem = self._keys.why_not(answer.headers, answer.raw)
        if problem is not None:
            raise AssertionError(f"the answer cannot be believed: {problem}")
