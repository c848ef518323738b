"""A world for tests on real sockets: a port of its own, threads, files, and no patience.

Every message goes over a socket: what testers ask, and what the services say to each other.
"""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from vendor_sim.serving.demo import DemoOptions, demo
from vendor_sim.serving.server import in_background
from vendor_sim.wire.http import Request, Response, Transport, network
from vendor_sim.world.plan import EMPTY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from vendor_sim.world.build import World

QUICK_MS = 20
"""How long a coil turns and a refund travels there: nobody watches."""


class OverSocket(Transport):
    """Sends to a served world whatever is meant for one of its services.

    Args:
        port: Where it is served, on this computer.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._inner = network()

    def handle_request(self, request: Request) -> Response:
        """Send it over a socket."""
        url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        sent = Request(
            request.method,
            url,
            headers={**request.headers, "host": f"127.0.0.1:{self._port}"},
            content=request.read(),
            extensions=request.extensions,
        )
        return self._inner.handle_request(sent)

    def close(self) -> None:
        """Let go of the connections."""
        self._inner.close()


def at_once(acts: Sequence[Callable[[], None]]) -> None:
    """Do each in a thread of its own."""
    with ThreadPoolExecutor(len(acts)) as people:
        for done in [people.submit(act) for act in acts]:
            done.result()


@contextlib.contextmanager
def on_sockets(data: Path | None = None) -> Iterator[tuple[str, World]]:
    """An empty world that is served as long as the block lasts: its address, and itself.

    Args:
        data: The folder it is kept in; None for one that is gone afterwards.
    """
    options = DemoOptions(port=0, data=data, plan=EMPTY, motor_ms=QUICK_MS, refund_ms=QUICK_MS)
    with demo(options) as made, in_background(made.server, made.listener) as base:
        port = made.listener.getsockname()[1]
        for name in ("ledger", "machine", "wallet"):
            made.world.network.attach_remote(name, name, OverSocket(port))
        yield base, made.world
