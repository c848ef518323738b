"""``vendor-sim merchant``: become a merchant of a running world, with the files one would hold."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from vendor_sim.cli.reach import reach
from vendor_sim.serving.certs import write_privately
from vendor_sim.serving.errors import CannotStartError

if TYPE_CHECKING:
    from vendor_sim.wire.http import Answer

_ABOUT = "merchant.json"


class ControlPlane:
    """The merchant calls of ``/_world``.

    Args:
        url: Address of the running world.
        token: Its control token, for a world on another host.
        certificate: Its certificate, where it is served with ``--https``.
    """

    def __init__(self, url: str, token: str | None, certificate: Path | None = None) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._certificate = certificate

    def create(self, wish: dict[str, str]) -> dict[str, Any]:
        """A new merchant's credentials."""
        return self._ask("POST", "/_world/merchants", json.dumps(wish).encode())

    def credentials(self, mchid: str) -> dict[str, Any]:
        """A merchant's credentials."""
        return self._ask("GET", f"/_world/merchants/{quote(mchid, safe='')}/credentials")

    def _ask(self, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
        with reach(self._url, self._certificate, self._token) as world:
            answer = world.send(method, path, body)
        if not answer.ok:
            raise CannotStartError(_why(answer, self._url))
        if not (isinstance(answer.body, dict) and "files" in answer.body):
            raise CannotStartError(f"{self._url} is no world of this program")
        return answer.body


def create(plane: ControlPlane, wish: dict[str, str], out: Path) -> str:
    """Make a merchant and write its files; its mchid.

    Raises:
        CannotStartError: The files cannot be written, or the world refuses.
    """
    fresh = not out.exists()
    _check_free(out)
    try:
        return _write(plane.create(wish), out)
    except CannotStartError:
        if fresh:
            with contextlib.suppress(OSError):
                out.rmdir()
        raise


def export(plane: ControlPlane, mchid: str, out: Path) -> str:
    """Write a merchant's files; its mchid. Its own files of an earlier export are replaced.

    Raises:
        CannotStartError: There is no such merchant, or the files cannot be written.
    """
    credentials = plane.credentials(mchid)
    if _owner_of(out) != mchid:
        _check_free(out)
    return _write(credentials, out)


def _why(answer: Answer, url: str) -> str:
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    if not isinstance(error, dict):
        return f"{url} answered {answer.status}: is it a world of this program?"
    return str(error.get("message"))


def _owner_of(folder: Path) -> str | None:
    try:
        return str(json.loads((folder / _ABOUT).read_text("utf-8"))["mchid"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _check_free(folder: Path) -> None:
    """The folder is new or empty, and can be written: asked before anything is made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = next(folder.iterdir(), None)
    except OSError as error:
        raise CannotStartError(f"cannot write to {folder}: {error.strerror}") from error
    if held is not None:
        raise CannotStartError(f"{folder} holds {held.name} already; name a new folder with --out")
    if not os.access(folder, os.W_OK):
        raise CannotStartError(f"cannot write to {folder}")


def _write(credentials: dict[str, Any], folder: Path) -> str:
    """All files or none: written beside, then moved into place, ``merchant.json`` last."""
    about = credentials["merchant"]
    contents = {**credentials["files"], _ABOUT: json.dumps(about, indent=2) + "\n"}
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as draft:
            drafts = [(Path(draft) / name, folder / name) for name in contents]
            for (path, _), text in zip(drafts, contents.values(), strict=True):
                write_privately(path, text.encode())
            for path, target in drafts:
                path.replace(target)
    except OSError as error:
        raise CannotStartError(f"cannot write to {folder}: {error.strerror}") from error
    return str(about["mchid"])
