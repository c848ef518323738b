"""Connections whose two ends are ours to close: joined, closed once, and cut off at the end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]
    Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

_LOG = logging.getLogger("vendor_sim")
_CHUNK_BYTES = 65_536


def closing(handle: Handler) -> Handler:
    """Whatever happens to a connection, it is closed, and nothing is thrown at the loop."""

    async def handled(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            async with closed_after(writer):
                try:
                    await handle(reader, writer)
                except (OSError, EOFError, TimeoutError, asyncio.LimitOverrunError) as error:
                    _LOG.info("a connection ended early: %s", error)

    return handled


@contextlib.asynccontextmanager
async def closed_after(writer: asyncio.StreamWriter) -> AsyncIterator[None]:
    """Close a connection after the block, and stay until it is closed.

    TLS says goodbye and waits to hear it. Whoever stops the stand-in meanwhile finds this task
    and cancels it; so what still waits is cut off, and never left to the loop's end.
    """
    try:
        yield
        _close(writer)
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    finally:
        writer.transport.abort()


def _close(writer: asyncio.StreamWriter) -> None:
    """Close once: asyncio's TLS forgets at the second time what it would have to cut off."""
    if not writer.is_closing():
        writer.close()


async def join(one: Ends, other: Ends) -> None:
    """Carry bytes both ways until either side has said its last."""
    ways = {
        asyncio.create_task(_pour(one[0], other[1])),
        asyncio.create_task(_pour(other[0], one[1])),
    }
    try:
        done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in done:
            way.result()
    finally:
        for _, writer in (one, other):
            _close(writer)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(_CHUNK_BYTES):
        writer.write(chunk)
        await writer.drain()


async def hang_up() -> None:
    """End every connection now: nobody waits for the other side's goodbye."""
    await asyncio.sleep(0)  # a connection just taken begins, so that it can end
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0)  # what was cut off is let go of in the loop's next round
