"""A failing run as a feature file: it fails for as long as the bug is there, and passes after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.world.simulate.replays import written

if TYPE_CHECKING:
    from vendor_sim.world.simulate.replays import Replay

_FEATURE = '''\
Feature: {rules}
  Found by simulation: seed {seed}, commit {commit}.
  It fails until the bug is mended; keep it, so that the bug does not come back.

  Scenario: Every invariant holds for seed {seed}
    Given the simulation
      """json
{document}
      """
    When the simulation is run again
    Then every invariant holds in the simulation
'''


def feature_of(replay: Replay) -> str:
    """The text of a feature file; the whole replay stands in it, so it needs no other file."""
    lines = written(replay).rstrip("\n").splitlines()
    return _FEATURE.format(
        rules=" and ".join(name.replace("_", " ") for name in replay.broke) or "every invariant",
        seed=replay.wish.seed,
        commit=replay.commit or "unknown",
        document="\n".join(f"      {line}" for line in lines),
    )
