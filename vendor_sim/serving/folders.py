"""Where a world is kept: one folder, one process at a time."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from vendor_sim.serving.errors import CannotStartError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import TextIOWrapper

_OWNER_ONLY = 0o700


def default_folder() -> Path:
    """The folder of this user where programs of this system keep their data."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "vendor-sim"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "vendor-sim"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "vendor-sim"


@contextlib.contextmanager
def kept(folder: Path) -> Iterator[Path]:
    """A folder that is ours alone as long as the block lasts.

    Raises:
        CannotStartError: It cannot be made or written, or another process has it.
    """
    try:
        folder.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
        lock = (folder / "lock").open("w", encoding="ascii")
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotStartError(
            f"cannot write to {folder}: {reason}; name another folder with --data"
        ) from error
    with lock:
        _take(lock, folder)
        yield folder


@contextlib.contextmanager
def passing() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="vendor-sim-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def _take(lock: TextIOWrapper, folder: Path) -> None:
    """Hold the lock until the file is closed; the system lets go when the process dies."""
    try:
        import fcntl  # noqa: PLC0415 - Windows has none; there SQLite's own locks must do
    except ImportError:  # pragma: no cover - needs Windows
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise CannotStartError(
            f"another vendor-sim is using {folder}; stop it or name another folder with --data"
        ) from error
