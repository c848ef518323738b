"""The doors of a served world to the outside: a service without power answers nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.problems import Code, Problem
from vendor_sim.wire import strict_json
from vendor_sim.wire.answers import error_body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vendor_sim.serving.wsgi import WsgiApp
    from vendor_sim.world.power import Power

_STATUS = "503 Service Unavailable"
_RETRY_AFTER_S = "1"


class Mains:
    """A WSGI application of a service: 503 while that has no power, or lost it on the way.

    Args:
        app: Who answers with power.
        service: Whose it is.
        power: Which services have any.
    """

    def __init__(self, app: WsgiApp, service: str, power: Power) -> None:
        self._app = app
        self._service = service
        self._power = power

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        life = self._power.life(self._service)
        if not life.on:
            return self._dark(start)
        cuts = life.cuts
        told: list[tuple[Any, ...]] = []
        chunks = self._app(environ, lambda *given: told.append(given))
        if life.cuts != cuts:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
            return self._dark(start)
        start(*told[-1])
        return chunks

    def _dark(self, start: Callable[..., Any]) -> list[bytes]:
        problem = Problem(Code.UNAVAILABLE, f"the {self._service} has no power")
        body = strict_json.compact(error_body(problem))
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            ("Retry-After", _RETRY_AFTER_S),
        ]
        start(_STATUS, headers)
        return [body]
