"""A served world in a process of its own: started, killed, paused for a while, always ended."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.clock import WallClock
from vendor_sim.kernel.ids import RandomIds
from vendor_sim.payments.wechat.minting import FixedRsa
from vendor_sim.storage import sqlite
from vendor_sim.world.keys import complete, make_keys, save_keys
from vendor_sim.world.plan import DEMO

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
_ENDS_WITHIN_S = 60
_PATIENCE_S = 60
TEA = {"description": "Tea", "amount_minor": 350, "currency": "CNY", "takes": "hold"}
DATABASES = ("ledger", "machine", "wallet")


@dataclass
class Process:
    """A process that serves.

    Attributes:
        base: Where it answers.
    """

    base: str
    _running: subprocess.Popen[str]
    _errors: Path

    def signal(self, number: int) -> None:
        """Send it a signal; a stopped one has stopped when this returns."""
        self._running.send_signal(number)
        if number == signal.SIGSTOP:
            _, status = os.waitpid(self._running.pid, os.WUNTRACED)
            assert os.WIFSTOPPED(status)

    def kill(self) -> None:
        """End it in the middle of whatever it does."""
        self._running.kill()
        assert self._running.wait() == -signal.SIGKILL

    def ends(self) -> tuple[int, str, str]:
        """Wait for its end: its exit code, and what it said last on both of its outputs."""
        said, _ = self._running.communicate(timeout=_ENDS_WITHIN_S)
        return self._running.returncode, said, self._errors.read_text()

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The answer of a JSON call: a POST where there is a body."""
        raw = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - our own
            self.base + path, raw, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=_PATIENCE_S) as answer:  # noqa: S310
            return json.loads(answer.read())


@contextlib.contextmanager
def started(command: Sequence[str | Path], folder: Path) -> Iterator[Process]:
    """Run a command that says its address once it answers; after the block it has ended."""
    errors = folder / "stderr"
    with (
        errors.open("w") as told,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=told, text=True) as running,
    ):
        try:
            base = _address(running.stdout or ())
            assert base, f"it did not start: {errors.read_text()}"
            yield Process(base, running, errors)
        finally:
            _end(running)


def _address(lines: Iterable[str]) -> str | None:
    """However long it takes: a busy machine is no failure."""
    found = next(filter(None, map(_ADDRESS.search, lines)), None)
    return found and found[0]


def _end(running: subprocess.Popen[str]) -> None:
    if running.poll() is None:
        running.send_signal(signal.SIGCONT)
        running.terminate()
    try:
        running.communicate(timeout=_ENDS_WITHIN_S)
    finally:
        running.kill()


def demo(
    data: Path, before: Sequence[str] = (), program: Sequence[str] = ()
) -> contextlib.AbstractContextManager[Process]:
    """``vendor-sim demo`` over a folder, perhaps run by another program, or another one itself."""
    ours = program or (sys.executable, "-m", "vendor_sim.cli")
    return started([*before, *ours, "demo", "--data", str(data), "--no-open", "--port", "0"], data)


def with_quick_keys(data: Path) -> Path:
    """A folder for a demo whose RSA keys need not be made."""
    ids = RandomIds()
    keys = complete(make_keys(ids, DEMO), DEMO, ids, FixedRsa(), WallClock().now_ms())
    data.mkdir(exist_ok=True)
    save_keys(keys, data / "keys.json")
    return data


def broken(data: Path, folder: Path) -> list[str]:
    """What SQLite finds wrong in what a killed process left, looked at in a copy."""
    shutil.copytree(data, folder)
    found = []
    for name in DATABASES:
        connection = sqlite.driver().connect(str(folder / f"{name}.sqlite3"))
        found += [f"{name}: {row[0]}" for row in connection.execute("PRAGMA integrity_check")]
        found += [f"{name}: {row}" for row in connection.execute("PRAGMA foreign_key_check")]
        connection.close()
    shutil.rmtree(folder)
    return [line for line in found if not line.endswith(": ok")]
