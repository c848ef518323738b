"""The full hunt: each planted bug is looked for from nothing, and what it took is told.

Every scenario clean, then every single fault, then the same with one way missing, then seeds.
"""

from __future__ import annotations

import itertools
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.bugs import goods, money, words
from tests.bugs.planting import BUGS, Seed, Sweep
from vendor_sim.world.sweep import SCENARIOS, singles
from vendor_sim.world.sweep.ablations import ABLATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bugs.planting import Bug

SEEDS_MAX = 200
LISTS = (goods, money, words)


def killers() -> Iterator[Sweep | Seed]:
    """Every run that may find something, the cheapest first."""
    yield from (Sweep(scenario) for scenario in SCENARIOS)
    for without in (None, *ABLATIONS):
        for scenario in SCENARIOS:
            if without not in SCENARIOS[scenario].needs:
                yield Sweep(scenario, None, without)
                for trial in singles(scenario, without):
                    yield Sweep(scenario, trial.script[0], without)
    yield from (Seed(number) for number in range(SEEDS_MAX))


def hunt(bug: Bug) -> bool:
    """Look for one bug; whether it was found."""
    began = time.monotonic()
    patch = pytest.MonkeyPatch()
    for tries, killer in enumerate(killers(), start=1):
        found = bug.found_by(killer, patch)
        if {one.number for one in found} & bug.breaks:
            took_s = time.monotonic() - began
            rules = ", ".join(sorted({f"{one.number} {one.rule}" for one in found}))
            sys.stdout.write(f"{bug.name:<60}{tries:>6} runs{took_s:>8.1f} s  {rules}\n")
            sys.stdout.flush()
            return True
    sys.stdout.write(f"{bug.name:<60} NOT FOUND\n")
    return False


def main() -> int:
    """Hunt all of them, or those whose names have one of the words given."""
    wanted = [bug for bug in BUGS.values() if any(one in bug.name for one in sys.argv[1:] or [""])]
    survivors = list(itertools.filterfalse(hunt, wanted))
    sys.stdout.write(f"bugs={len(wanted)} found={len(wanted) - len(survivors)}\n")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
