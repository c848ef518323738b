"""Where the applications of a served world run: lanes, limits, and the end of it all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import (
    BODY_BYTES_MAX,
    CONTROL_THREADS_MAX,
    PAGE_THREADS_MAX,
    PICTURE_BYTES_MAX,
)
from vendor_sim.serving.door import SharedDoor
from vendor_sim.serving.gate import Mount, PoolLane, WriterLane

if TYPE_CHECKING:
    from flask import Flask

    from vendor_sim.serving.gate import Lane
    from vendor_sim.storage.database import Door

_PICTURE_FORM_BYTES_MAX = PICTURE_BYTES_MAX + BODY_BYTES_MAX
"""A picture, and the form around it."""


class Rooms:
    """The threads of one server. Threads are made when first needed."""

    def __init__(self) -> None:
        self._pages = ThreadPoolExecutor(PAGE_THREADS_MAX, "page")
        self._control = ThreadPoolExecutor(CONTROL_THREADS_MAX, "control")
        self.pages = PoolLane(self._pages)
        self.control = PoolLane(self._control)

    def ledger(self, app: Flask, door: Door) -> list[Mount]:
        """The ledger service: its API shares commits where the database has one writer."""
        api: Lane = WriterLane(door) if isinstance(door, SharedDoor) else self.pages
        return [
            Mount("/v1", app.wsgi_app, api),
            Mount("/v3", app.wsgi_app, api),
            Mount("/ledger", app.wsgi_app, self.pages),
            Mount("/openapi.json", app.wsgi_app, self.pages),
        ]

    def machine(self, app: Flask) -> list[Mount]:
        """The machine service."""
        return [Mount("/machine", app.wsgi_app, self.pages)]

    def wallet(self, app: Flask) -> list[Mount]:
        """The wallet: it takes pictures."""
        return [Mount("/wallet", app.wsgi_app, self.pages, _PICTURE_FORM_BYTES_MAX)]

    def rest(self, app: Flask) -> Mount:
        """Whatever nobody else takes."""
        return Mount("", app.wsgi_app, self.pages)

    def close(self) -> None:
        """Let the threads end; what they were about to do is not begun."""
        self._pages.shutdown(wait=False, cancel_futures=True)
        self._control.shutdown(wait=False, cancel_futures=True)
