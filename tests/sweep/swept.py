"""A share of the single faults of some scenarios; ``vendor-sim sweep`` tries all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.world.sweep import SCENARIOS, attempt, part, singles

if TYPE_CHECKING:
    from collections.abc import Iterable

SHARE = 0.12
"""What ``make test`` has time for; which ones follows from their names."""
HALVES = (tuple(SCENARIOS)[::2], tuple(SCENARIOS)[1::2])
"""For two processes side by side."""


def broken(scenario: str, seed: int = 0) -> Iterable[str]:
    """What went wrong in a scenario's share, told so that it can be seen again."""
    results = map(attempt, part(singles(scenario), SHARE, seed))
    return [str(result) for result in results if result.breaches]
