"""What a server leaves open when it stops: a socket that nobody closes any more."""

from __future__ import annotations

import gc
import os
import socket
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def nothing_left_open() -> Iterator[None]:
    """Fail where something made in this block is open and forgotten at its end."""
    gc.collect()
    left: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "unraisablehook", lambda what: left.append(str(what.exc_value)))
        yield
        gc.collect()
    assert left == []


def hung_up(connection: socket.socket) -> bool:
    """Whether the other side is gone, whatever TLS says above it."""
    with socket.socket(fileno=os.dup(connection.fileno())) as below:
        below.settimeout(2)
        try:
            while below.recv(65_536):
                """What it had still said."""
        except TimeoutError:
            return False
        except ConnectionError:
            return True
    return True
