"""``vendor-sim simulate``, ``replay`` and ``sweep``: what can be typed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vendor_sim.kernel.limits import (
    SIMULATED_JOBS_MAX,
    SIMULATED_PURCHASES_MAX,
    SIMULATED_SEEDS_MAX,
)

_SEED_MAX = 2**63 - 1
_TRIES = 120

Seeds = Annotated[
    int, typer.Option(min=1, max=SIMULATED_SEEDS_MAX, help="How many worlds, from seed 0 on.")
]
Purchases = Annotated[
    int, typer.Option(min=1, max=SIMULATED_PURCHASES_MAX, help="Customers in each world.")
]
Faults = Annotated[
    Path | None, typer.Option(help="A fault plan, TOML or JSON. [default: a mix for each seed]")
]
Heavy = Annotated[bool, typer.Option("--heavy", help="Most kinds of faults in every world.")]
Jobs = Annotated[int, typer.Option(min=1, max=SIMULATED_JOBS_MAX, help="Processes side by side.")]
Seed = Annotated[int | None, typer.Option(min=0, max=_SEED_MAX, help="This one world only.")]
Journal = Annotated[
    str | None, typer.Option(help="Write the journal of --seed here, as JSON lines; - is stdout.")
]
Out = Annotated[Path, typer.Option("--out", help="Where replays of breaches are written.")]
Shrink = Annotated[
    int, typer.Option(min=0, max=100_000, help="Runs spent on making a failing plan smaller.")
]
Feature = Annotated[
    Path | None, typer.Option("--as-feature", help="Write it as a .feature file instead.")
]


def simulate(
    seeds: Seeds = 100,
    purchases: Purchases = 50,
    faults: Faults = None,
    heavy: Heavy = False,
    jobs: Jobs = 1,
    seed: Seed = None,
    journal: Journal = None,
    out: Out = Path(),
    shrink: Shrink = _TRIES,
) -> None:
    """Run worlds full of customers and faults, and hold every rule against each."""
    from vendor_sim.cli.simulating import Asked, simulate_all  # noqa: PLC0415 - help loads no world

    asked = Asked(seeds, purchases, faults, heavy, jobs, seed, journal, out, shrink)
    raise typer.Exit(simulate_all(asked))


def replay(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What a breach left behind.")],
    as_feature: Feature = None,
) -> None:
    """Run a breach again, step by step."""
    from vendor_sim.cli.replaying import replay_again, write_feature  # noqa: PLC0415 - as above

    raise typer.Exit(replay_again(file) if as_feature is None else write_feature(file, as_feature))


def sweep(
    scenario: Annotated[str | None, typer.Option(help="This one only.")] = None,
    decision: Annotated[
        list[str] | None, typer.Option(help="Let this go wrong, and tell every step; repeatable.")
    ] = None,
    without: Annotated[
        str | None, typer.Option(help="Go without polling, or without notices, for good.")
    ] = None,
    pairs: Annotated[
        int, typer.Option(min=0, max=1_000_000, help="So many pairs of each scenario instead.")
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, max=_SEED_MAX, help="Draws the pairs.")] = 0,
    jobs: Jobs = 1,
) -> None:
    """Try every fault at every place of small purchases, one at a time."""
    from vendor_sim.cli.sweeping import Sweep, sweep_all  # noqa: PLC0415 - as above

    asked = Sweep(scenario, tuple(decision or ()), without, pairs, seed, jobs)
    raise typer.Exit(sweep_all(asked))
