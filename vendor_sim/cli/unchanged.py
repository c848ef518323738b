"""``vendor-sim proxy`` and ``vendor-sim run``: programs come to this world without a change."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from vendor_sim.cli import say
from vendor_sim.cli.reach import reach
from vendor_sim.kernel.clock import WallClock
from vendor_sim.kernel.ids import RandomIds
from vendor_sim.payments.wechat.reading import HOSTS as NAMES
from vendor_sim.serving import folders
from vendor_sim.serving.errors import CannotStartError
from vendor_sim.serving.stand_in import stand_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_NOT_FOUND, _SIGNALLED = 127, 128
"""Exit codes as shells give them."""


def run_proxy(
    world: str,
    port: int,
    tls_port: int,
    certificate: Path | None,
    *,
    wait: Callable[[], None] | None = None,
) -> None:
    """Stand in for the platform until told to stop, and say what to set.

    Args:
        world: Address of the running world.
        port: Of the proxy.
        tls_port: Of the TLS listener.
        certificate: The world's own, where it is served with ``--https``.
        wait: Returns when it is time to stop; None waits for Ctrl-C or SIGTERM.

    Raises:
        CannotStartError: As it says.
    """
    _check_world(world, certificate)
    folder = folders.default_folder() / "proxy"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStartError(f"cannot write to {folder}: {error.strerror}") from error
    clock, ids = WallClock(), RandomIds()
    with stand_in(
        world, folder, clock, ids, port=port, tls_port=tls_port, trust=certificate
    ) as here:
        exports = [
            f"export {name}={shlex.quote(text)}" for name, text in here.environment().items()
        ]
        say.stands_in(NAMES, here.tls, world, exports)
        (wait or _until_told)()


def run_unchanged(world: str, command: Sequence[str], certificate: Path | None) -> int:
    """Run a program that thinks it speaks to the platform; its exit code.

    Raises:
        CannotStartError: There is no such program, or no world.
    """
    found = shutil.which(command[0])
    if found is None:
        say.problem(f"there is no program {command[0]!r}", _NOT_FOUND)
        return _NOT_FOUND
    _check_world(world, certificate)
    with (
        tempfile.TemporaryDirectory(prefix="vendor-sim-") as folder,
        stand_in(world, Path(folder), WallClock(), RandomIds(), trust=certificate) as here,
    ):
        return _run([found, *command[1:]], {**os.environ, **here.environment()})


def _run(command: list[str], environment: dict[str, str]) -> int:
    """Ctrl-C reaches the program as it is, SIGTERM through us: it decides when to end, not we."""
    with subprocess.Popen(command, env=environment) as program:  # noqa: S603 - the user's own words
        before = signal.signal(signal.SIGTERM, lambda *_: program.terminate())
        try:
            code = _end_of(program)
        finally:
            signal.signal(signal.SIGTERM, before)
    return code if code >= 0 else _SIGNALLED - code


def _end_of(program: subprocess.Popen[bytes]) -> int:
    while True:
        try:
            return program.wait()
        except KeyboardInterrupt:
            continue


def _check_world(world: str, certificate: Path | None) -> None:
    with reach(world, certificate) as there:
        there.send("GET", "/healthz")


def _until_told() -> None:
    told = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: told.set())
    try:
        told.wait()
    finally:
        signal.signal(signal.SIGTERM, before)
