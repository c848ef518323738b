"""Somebody else's project: an environment that holds our wheel and nothing of this checkout."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.bench.servers import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
TOLD = Path(__file__).parent / "features"
_SOURCES = ("vendor_sim", "wallet", "pyproject.toml", "README.md", "LICENSE")
_OURS = {"PYTHONPATH", "PYTEST_ADDOPTS", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG"}
"""What this run tells its own processes."""
_PATIENCE_S = 600


@dataclass(frozen=True)
class Outside:
    """An environment of its own.

    Attributes:
        python: Its interpreter.
        packages: Where the wheel is installed.
        wheel: The wheel.
    """

    python: Path
    packages: Path
    wheel: Path

    def run(self, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run its Python in a folder."""
        given = {name: value for name, value in os.environ.items() if name not in _OURS}
        return subprocess.run(
            [str(self.python), *arguments],
            cwd=folder,
            env=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE_S,
        )

    def pytest(self, folder: Path, *arguments: str) -> str:
        """What pytest says at the end of a run there, and before."""
        strict = ("-W", "error", "--strict-markers", "--strict-config")
        done = self.run(folder, "-m", "pytest", "-q", "-rs", *strict, *arguments)
        return done.stdout + done.stderr


@pytest.fixture(scope="session")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Outside:
    """The wheel is built from a copy, so that nothing that lay about gets in, or is left behind."""
    folder = tmp_path_factory.mktemp("outside")
    wheel = _built(folder)
    venv.create(folder / "env", symlinks=True)
    (packages,) = (folder / "env").glob("lib/python*/site-packages")
    pip = ("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target")
    _call(sys.executable, *pip, str(packages), str(wheel))
    rest = [path for path in sys.path if Path(path).name in {"site-packages", "dist-packages"}]
    (packages / "dependencies.pth").write_text("\n".join(rest) + "\n")
    return Outside(folder / "env" / "bin" / "python", packages, wheel)


def _built(folder: Path) -> Path:
    copy = folder / "copy"
    copy.mkdir()
    for name in _SOURCES:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, copy / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, copy / name)
    build = ("-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder))
    _call(sys.executable, *build, str(copy))
    (wheel,) = folder.glob("*.whl")
    return wheel


def _call(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"{' '.join(command)}\n{done.stdout}{done.stderr}", pytrace=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Two lines of Python, and features."""
    (tmp_path / "test_features.py").write_text(
        'from pytest_bdd import scenarios\nscenarios("features")\n'
    )
    (tmp_path / "features").mkdir()
    return tmp_path


@pytest.fixture
def deployment(outside: Outside, tmp_path: Path) -> Iterator[str]:
    """A demo that runs there."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [*("-m", "vendor_sim.cli", "demo", "--memory", "--no-open"), "--port", str(port)]
    with (tmp_path / "demo.log").open("w") as log:
        process = subprocess.Popen([str(outside.python), *command], cwd=tmp_path, stdout=log)
        base = f"http://127.0.0.1:{port}"
        try:
            wait_for(f"{base}/healthz", 0.05, lambda: process.poll() is not None)
            yield base
        finally:
            process.terminate()
            process.wait(60)
