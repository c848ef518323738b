"""A run as a file: everything that decides what happens, and what broke."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.limits import REPLAY_BYTES_MAX, SIMULATED_PURCHASES_MAX
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.world.faults import FaultPlan
from vendor_sim.world.simulate.running import Wish

if TYPE_CHECKING:
    from pathlib import Path

    from vendor_sim.world.simulate.running import Run

_FIELDS = ("seed", "purchases", "customers", "faults", "broke", "commit")
_SEED_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Replay:
    """A run to be run again.

    Attributes:
        wish: What decides everything.
        broke: The rules that it broke.
        commit: Of the program that broke them.
    """

    wish: Wish
    broke: tuple[str, ...]
    commit: str


def replay_of(run: Run, commit: str) -> Replay:
    """What repeats a run."""
    broke = tuple(dict.fromkeys(one.rule for one in run.breaches))
    return Replay(run.wish, broke, commit)


def written(replay: Replay) -> str:
    """The file's text; customers are named one by one, so that leaving one out is easy."""
    wish = replay.wish
    document = {
        "seed": wish.seed,
        "purchases": wish.purchases,
        "customers": list(wish.customers),
        "faults": dict(wish.document),
        "broke": list(replay.broke),
        "commit": replay.commit,
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def read(text: str) -> Replay:
    """Read a file's text, strictly.

    Raises:
        Refused: ``invalid``, saying what is wrong and where.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused(Code.INVALID, f"a replay is a JSON file, and this is none: {error}") from None
    if not isinstance(found, dict):
        raise _no("", f"a replay is an object with {', '.join(_FIELDS)}")
    unknown = next((name for name in found if name not in _FIELDS), None)
    if unknown is not None:
        raise _no(str(unknown), f"unknown field {unknown!r}; a replay has {', '.join(_FIELDS)}")
    purchases = _whole(found, "purchases", 1, SIMULATED_PURCHASES_MAX)
    seed = _whole(found, "seed", 0, _SEED_MAX)
    wish = Wish(seed, purchases, _faults(found), _customers(found, purchases))
    return Replay(wish, _texts(found, "broke"), _text(found, "commit"))


def load(path: Path) -> Replay:
    """Read a file.

    Raises:
        Refused: ``invalid``, naming the file, what is wrong and where.
        OSError: It cannot be read.
    """
    with path.open("rb") as opened:
        raw = opened.read(REPLAY_BYTES_MAX + 1)
    try:
        return read(_short(raw).decode("utf-8", "replace"))
    except Refused as refused:
        problem = refused.problem
        raise Refused(problem.code, f"{path.name}: {problem.detail}", problem.where) from None


def _short(raw: bytes) -> bytes:
    if len(raw) > REPLAY_BYTES_MAX:
        raise Refused(Code.INVALID, f"it has more than {REPLAY_BYTES_MAX} bytes")
    return raw


def _whole(found: dict[str, Any], name: str, least: int, most: int) -> int:
    value = found.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _no(name, f"it is a whole number from {least} to {most}, not {value!r}")
    return value


def _customers(found: dict[str, Any], purchases: int) -> tuple[int, ...] | None:
    given = found.get("customers")
    if given is None:
        return None
    right = f"it lists some of the customers from 0 to {purchases - 1}, in order and once"
    if not isinstance(given, list) or not all(type(one) is int for one in given):
        raise _no("customers", right)
    if given != sorted(set(given)) or (given and not 0 <= given[0] <= given[-1] < purchases):
        raise _no("customers", right)
    return tuple(given)


def _faults(found: dict[str, Any]) -> dict[str, Any]:
    document = found.get("faults", {})
    FaultPlan().load(document)
    return dict(document)


def _text(found: dict[str, Any], name: str) -> str:
    given = found.get(name, "")
    if not isinstance(given, str):
        raise _no(name, "it is a text")
    return given


def _texts(found: dict[str, Any], name: str) -> tuple[str, ...]:
    given = found.get(name, [])
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise _no(name, "it is a list of texts")
    return tuple(given)


def _no(where: str, detail: str) -> Refused:
    return Refused(Code.INVALID, f"{where}: {detail}" if where else detail, where or None)
