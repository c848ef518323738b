"""The one door to the HTTP client library: send bytes, get an answer or learn there was none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx2

from vendor_sim.kernel.limits import REQUEST_TIMEOUT_MS
from vendor_sim.wire import strict_json
from vendor_sim.wire.answers import problem_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sim.kernel.problems import Problem

Request = httpx2.Request
Response = httpx2.Response
Transport = httpx2.BaseTransport
WsgiTransport = httpx2.WSGITransport
ByteStream = httpx2.ByteStream
NoAnswer = httpx2.RequestError
"""The request may or may not have arrived, and may or may not have been carried out."""
ReadTimeout = httpx2.ReadTimeout
ConnectError = httpx2.ConnectError

_OK, _BAD = 200, 300


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes:
        status: The HTTP status.
        body: The parsed JSON document, None where there was none or it was no JSON.
        headers: Names in lower case.
    """

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the request was carried out."""
        return _OK <= self.status < _BAD

    @property
    def problem(self) -> Problem:
        """Why it was not."""
        return problem_of(self.body, self.status)


def network() -> Transport:
    """Real connections; redirects are never followed and proxies in the environment ignored."""
    return httpx2.HTTPTransport(trust_env=False)


class Http:
    """A client of one service.

    Args:
        base_url: Scheme, host and port.
        transport: What carries the requests.
        headers: Sent with each.
        timeout_ms: To connect, and until something is read.
    """

    def __init__(
        self,
        base_url: str,
        transport: Transport,
        headers: Mapping[str, str],
        timeout_ms: int = REQUEST_TIMEOUT_MS,
    ) -> None:
        self._client = httpx2.Client(
            base_url=base_url,
            transport=transport,
            headers={"User-Agent": "vendor-sim", **headers},
            timeout=timeout_ms / 1000,
            follow_redirects=False,
            trust_env=False,
        )

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request.

        Raises:
            NoAnswer: Nothing came back; what became of the request is unknown.
        """
        given = dict(headers or {})
        if body is not None:
            given.setdefault("Content-Type", "application/json")
        response = self._client.request(method, path, content=body, headers=given)
        return Answer(response.status_code, _document(response), dict(response.headers))

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()


def _document(response: Response) -> Any:
    if "json" not in response.headers.get("content-type", ""):
        return None
    try:
        return strict_json.parse_answer(response.content)
    except ValueError:
        return None
