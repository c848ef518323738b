"""Merchants from outside: what their programs ask of ``/v3``, kept in the journal like all else.

The world's own machine asks through the network, which keeps a journal of its own accord; only who
comes through the server passes here, so that nothing is told twice.
"""

from __future__ import annotations

from dataclasses import asdict
from io import BytesIO
from typing import TYPE_CHECKING, Any

from vendor_sim.wire.transports import Exchange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.payments.wechat.inspector import Inspector

    WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

MERCHANT = "merchant"
"""The source of what somebody outside asked."""
ANSWER_BYTES_MAX = 64 * 1024
"""Of an answer (a bill, say) no more is kept."""
_HEADER = "HTTP_"
_BARE = {"CONTENT_TYPE": "content-type", "CONTENT_LENGTH": "content-length"}


class Visitors:
    """A WSGI application that answers as the one inside does, and reports every exchange.

    It tells of an answer once the application has given it: where the commit that it waits for is
    lost after that (a full disk), the server answers something else.

    Args:
        app: Who answers.
        clock: Times the exchanges.
        report: Gets each of them.
    """

    def __init__(self, app: WsgiApp, clock: Clock, report: Callable[[Exchange], None]) -> None:
        self._app = app
        self._clock = clock
        self._report = report

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        """Answer one request."""
        at_ms = self._clock.now_ms()
        asked = environ["wsgi.input"].read()
        environ["wsgi.input"] = BytesIO(asked)
        told: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            told.append((status, headers))
            return start_response(status, headers, *more)

        chunks = self._app(environ, start)
        try:
            pieces = list(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
        status, headers = told[-1]
        self._report(
            Exchange(
                at_ms=at_ms,
                took_ms=self._clock.now_ms() - at_ms,
                source=MERCHANT,
                target="ledger",
                method=environ["REQUEST_METHOD"],
                path=environ["RAW_URI"],
                request_headers=_headers(environ),
                request=asked,
                status=int(status[:3]),
                answer_headers={name.lower(): value for name, value in headers},
                answer=b"".join(pieces)[:ANSWER_BYTES_MAX],
                fault=None,
            )
        )
        return pieces


def diagnoses(inspector_now: Callable[[], Inspector]) -> Callable[[int], dict[str, Any] | None]:
    """Why signatures failed, by the number of the request, for the journal."""

    def diagnose(number: int) -> dict[str, Any] | None:
        inspector = inspector_now()
        record = inspector.get(number)
        found = None if record is None else inspector.diagnosis(record)
        return None if found is None else asdict(found)

    return diagnose


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    found = {
        name.removeprefix(_HEADER).replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith(_HEADER)
    }
    return found | {_BARE[name]: environ[name] for name in _BARE if environ.get(name)}
