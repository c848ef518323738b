"""``vendor-sim merchant``: become a merchant of a running world, with the files one would hold."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from vendor_sim.serving.errors import CannotStartError
from vendor_sim.wire.http import Http, NoAnswer, network

if TYPE_CHECKING:
    from vendor_sim.wire.http import Answer

_OWNER_ONLY = 0o600
_ABOUT = "merchant.json"


class ControlPlane:
    """The merchant calls of ``/_world``.

    Args:
        url: Address of the running world.
        token: Its control token, for a world on another host.
        certificate: Its certificate, where it is served with ``--https``.
    """

    def __init__(self, url: str, token: str | None, certificate: Path | None = None) -> None:
        if not url.startswith(("http://", "https://")):
            raise CannotStartError(f"{url!r} is no address like http://127.0.0.1:8000")
        self._url = url.rstrip("/")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            self._http = Http(self._url, network(certificate), headers)
        except OSError as error:
            raise CannotStartError(f"cannot trust {certificate}: {error}") from error

    def create(self, wish: dict[str, str]) -> dict[str, Any]:
        """A new merchant's credentials."""
        return self._ask("POST", "/_world/merchants", json.dumps(wish).encode())

    def credentials(self, mchid: str) -> dict[str, Any]:
        """A merchant's credentials."""
        return self._ask("GET", f"/_world/merchants/{quote(mchid, safe='')}/credentials")

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def _ask(self, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
        try:
            answer = self._http.send(method, path, body)
        except NoAnswer as error:
            raise CannotStartError(
                f"nobody answers at {self._url} ({error}); start: vendor-sim demo"
            ) from error
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
                _write_privately(path, text)
            for path, target in drafts:
                path.replace(target)
    except OSError as error:
        raise CannotStartError(f"cannot write to {folder}: {error.strerror}") from error
    return str(about["mchid"])


def _write_privately(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
