"""Rare paths that a search must take sometimes: a check that never had to decide proves nothing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vendor_sim.world.sweep.trial import Result

_REFUSED = "over_refund"


def reached_by(result: Result) -> Counter[str]:
    """Which rare paths a trial took; those that it did not stand at 0."""
    found = Counter(result.reached)
    killed = [one for one in result.fired if one.startswith("killed|")]
    found["killed, and back again"] = len(killed)
    found["killed between the decision and the motor"] = _at(killed, "machine@before_motor")
    found["killed while the motor turned"] = _at(killed, "machine@after_motor")
    found["killed between a commit and its answer"] = _at(killed, "after_commit")
    found["a locked database, tried again"] = _of(result, "database_locked")
    found["a full disk, tried again"] = _of(result, "disk_full")
    found["a forged message refused"] = _of(result, "wrong_signature")
    found["a false signature on purpose refused"] = result.probed
    found["an old message refused"] = _of(result, "stale_timestamp")
    found["another amount refused"] = _of(result, "wrong_amount")
    found["more than is left was asked back"] = result.refusals[_REFUSED]
    return found


def _at(decisions: list[str], place: str) -> int:
    return sum(place in one for one in decisions)


def _of(result: Result, fault: str) -> int:
    return sum(one.startswith(f"{fault}|") for one in result.fired)
