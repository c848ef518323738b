"""A world that is running somewhere: how commands get there, and what they say where it is not."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from vendor_sim.serving.errors import CannotStartError
from vendor_sim.wire.http import Http, NoAnswer, network

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def reach(url: str, certificate: Path | None, token: str | None = None) -> Iterator[Http]:
    """A client of a running world, as long as the block lasts.

    Args:
        url: Its address.
        certificate: Its certificate, where it is served with ``--https``.
        token: Its control token, for a world on another host.

    Raises:
        CannotStartError: The address is none, the certificate cannot be read, or nobody answers.
    """
    if not url.startswith(("http://", "https://")):
        raise CannotStartError(f"{url!r} is no address like http://127.0.0.1:8000")
    try:
        line = network(certificate)
    except OSError as error:
        raise CannotStartError(f"cannot trust {certificate}: {error}") from error
    world = Http(url, line, {"Authorization": f"Bearer {token}"} if token else {})
    try:
        yield world
    except NoAnswer as error:
        raise CannotStartError(
            f"nobody answers at {url} ({error}); start: vendor-sim demo"
        ) from error
    finally:
        world.close()
