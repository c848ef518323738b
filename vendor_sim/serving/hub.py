"""Event streams of live pages, all on the event loop: an idle page costs no thread.

A commit's topics come in from any thread; each stream of such a topic sends one event, and says
no more than that something changed. Many commits in a short time are one event.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.limits import EVENT_PAUSE_MS, HEARTBEAT_MS, STREAMS_MAX

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

_LOG = logging.getLogger("vendor_sim")
_RETRY_MS = 1_000
_EVERY = "*"
"""A topic of nobody: whoever listens hears of it."""


class Hub:
    """Who listens to what.

    Args:
        heartbeat_ms: A comment goes out after this long without an event.
        pause_ms: The shortest time between two events of one stream.
    """

    def __init__(self, *, heartbeat_ms: int = HEARTBEAT_MS, pause_ms: int = EVENT_PAUSE_MS) -> None:
        self._heartbeat_s = heartbeat_ms / 1000
        self._pause_s = pause_ms / 1000
        self._loop: asyncio.AbstractEventLoop | None = None
        self._streams: dict[str, set[asyncio.Event]] = {}
        self._count = 0
        self._changed: set[str] = set()
        self._lock = threading.Lock()
        self._closed = False

    @property
    def streams(self) -> int:
        """How many streams are open."""
        return self._count

    def bind(self, loop: asyncio.AbstractEventLoop) -> None:
        """Say which event loop serves the streams."""
        self._loop = loop

    def publish(self, topics: Iterable[str]) -> None:
        """Tell the streams of these topics that something changed; from any thread."""
        loop = self._loop
        if loop is None or not self._streams:
            return
        with self._lock:
            first = not self._changed
            self._changed.update(topics)
        if first:
            try:
                loop.call_soon_threadsafe(self._wake)
            except RuntimeError as error:
                _LOG.debug("the event loop has stopped: %s", error)

    def publish_all(self) -> None:
        """Tell every stream that something changed for all of them; from any thread."""
        self.publish((_EVERY,))

    def close(self) -> None:
        """End every stream; their pages come back by themselves."""
        self._closed = True
        for streams in self._streams.values():
            for changed in streams:
                changed.set()

    @property
    def full(self) -> bool:
        """Whether one more stream would be too many; such a page polls instead."""
        return self._closed or self._count >= STREAMS_MAX

    async def stream(
        self,
        topic: str,
        send: Callable[[bytes], Awaitable[None]],
        gone: Awaitable[Any],
    ) -> None:
        """Send events about a topic until the reader is gone or the server stops.

        The first goes out at once: whatever changed while the page was being made is not missed.
        """
        changed = asyncio.Event()
        watch = asyncio.ensure_future(gone)
        watch.add_done_callback(lambda _: changed.set())
        self._streams.setdefault(topic, set()).add(changed)
        self._count += 1
        try:
            await send(b"retry: %d\ndata: 0\n\n" % _RETRY_MS)
            await self._push(changed, send, watch)
        finally:
            self._forget(topic, changed)
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch

    async def _push(
        self,
        changed: asyncio.Event,
        send: Callable[[bytes], Awaitable[None]],
        watch: asyncio.Future[Any],
    ) -> None:
        count = 0
        while not (self._closed or watch.done()):
            try:
                async with asyncio.timeout(self._heartbeat_s):
                    await changed.wait()
            except TimeoutError:
                await send(b": still here\n\n")
                continue
            if self._closed or watch.done():
                return
            changed.clear()
            count += 1
            await send(b"data: %d\n\n" % count)
            await asyncio.sleep(self._pause_s)

    def _wake(self) -> None:
        with self._lock:
            topics, self._changed = self._changed, set()
        for topic in self._streams if _EVERY in topics else topics:
            for changed in self._streams.get(topic, ()):
                changed.set()

    def _forget(self, topic: str, changed: asyncio.Event) -> None:
        self._count -= 1
        streams = self._streams[topic]
        streams.discard(changed)
        if not streams:
            del self._streams[topic]
