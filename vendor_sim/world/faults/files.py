"""Fault plans in files: TOML or JSON, told by the end of the name."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.limits import FAULT_FILE_BYTES_MAX
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.world.faults import document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def load_file(path: Path) -> dict[str, Any]:
    """The document in a file, checked.

    Raises:
        Refused: ``invalid``, saying what is wrong, where, and what would be right.
        OSError: It cannot be read.
    """
    if path.suffix not in _READERS:
        raise Refused(Code.INVALID, f"{path.name}: a fault plan ends in .toml or .json")
    with path.open("rb") as opened:
        raw = opened.read(FAULT_FILE_BYTES_MAX + 1)
    if len(raw) > FAULT_FILE_BYTES_MAX:
        raise Refused(Code.INVALID, f"{path.name}: it has more than {FAULT_FILE_BYTES_MAX} bytes")
    try:
        found: dict[str, Any] = _READERS[path.suffix](raw.decode())
        document.read(found)
    except Refused as refused:
        problem = refused.problem
        raise Refused(problem.code, f"{path.name}: {problem.detail}", problem.where) from refused
    except (ValueError, RecursionError) as error:
        kind = path.suffix[1:].upper()
        raise Refused(Code.INVALID, f"{path.name}: it is no {kind}: {error}") from error
    return found


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return found


def _json(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_no_duplicates)


_READERS: dict[str, Callable[[str], Any]] = {".toml": tomllib.loads, ".json": _json}
