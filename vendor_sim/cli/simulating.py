"""Runs worlds by the hundred, shows how far it is, and says what came of them."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_sim.cli import simulating_say as say
from vendor_sim.cli.commit import commit
from vendor_sim.cli.simulating_jobs import in_order
from vendor_sim.kernel.problems import Refused
from vendor_sim.serving.errors import CannotStartError
from vendor_sim.world.faults import load_file
from vendor_sim.world.simulate import Wish, run
from vendor_sim.world.simulate.replays import replay_of, written
from vendor_sim.world.simulate.smallest import Shrinker
from vendor_sim.world.simulate.story import Story
from vendor_sim.world.simulate.swarm import mix
from vendor_sim.world.simulate.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vendor_sim.world.simulate import Run

_BROKEN, _STOPPED = 1, 130
_SHRUNK_MAX = 3
"""Breaches of so many rules are made smaller and drawn; of the others the seeds are named."""
_STDOUT = "-"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed; the names are those of the options."""

    seeds: int
    purchases: int
    faults: Path | None
    heavy: bool
    jobs: int
    seed: int | None
    journal: str | None
    out: Path
    shrink: int

    def wishes(self) -> list[Wish]:
        """One for each world.

        Raises:
            CannotStartError: The options do not go together, or the fault plan is none.
        """
        if self.faults is not None and self.heavy:
            raise CannotStartError("--heavy draws its own faults, --faults brings them: choose one")
        if self.journal is not None and self.seed is None:
            raise CannotStartError("--journal is of one world: say which with --seed")
        plan = None if self.faults is None else _plan_in(self.faults)
        seeds = range(self.seeds) if self.seed is None else (self.seed,)
        return [
            Wish(
                seed,
                self.purchases,
                mix(seed, heavy=self.heavy) if plan is None else plan | {"seed": seed},
            )
            for seed in seeds
        ]


def simulate_all(asked: Asked) -> int:
    """Run everything that was asked for; the exit code.

    Raises:
        CannotStartError: As it says.
    """
    say.any_locale()
    wishes = asked.wishes()
    if asked.journal is not None:
        return _journal_of(wishes[0], asked.journal)
    tally, stopped, took_s = _run_all(wishes, asked.jobs)
    say.summary(tally)
    for failed in tally.worst(_SHRUNK_MAX):
        _tell_breach(failed, asked)
    say.other_breaches(tally, _SHRUNK_MAX)
    if stopped:
        say.stopped(tally, len(wishes))
    say.last_line(tally, took_s)
    return _BROKEN if tally.breaches else _STOPPED if stopped else 0


def _run_all(wishes: Sequence[Wish], jobs: int) -> tuple[Tally, bool, float]:
    """What came of them, whether somebody stopped it, and how many seconds it took."""
    tally, began, stopped = Tally(), time.monotonic(), False
    with say.progress(len(wishes)) as moved:
        try:
            for came, cpu_s in in_order(wishes, jobs):
                tally.add(came, cpu_s)
                moved(tally, time.monotonic() - began)
        except KeyboardInterrupt:
            stopped = True
    return tally, stopped, time.monotonic() - began


def _tell_breach(failed: Run, asked: Asked) -> None:
    smallest = Shrinker(failed, run, asked.shrink).smallest() if asked.shrink else failed
    story = Story()
    run(smallest.wish, story)
    replay = replay_of(smallest, commit())
    path = asked.out / f"simulation-{failed.wish.seed}-{failed.breaches[0].rule}.json"
    try:
        asked.out.mkdir(parents=True, exist_ok=True)
        path.write_text(written(replay), "utf-8")
    except OSError as error:
        raise CannotStartError(f"cannot write {path}: {error.strerror}") from error
    say.breach(smallest, story, replay.commit, path)


def _journal_of(wish: Wish, where: str) -> int:
    """Write one world's journal, and nothing else to standard output."""
    story = Story()
    came = run(wish, story)
    if where == _STDOUT:
        sys.stdout.buffer.write(story.journal())
        sys.stdout.flush()
    else:
        _write(where, story.journal())
    for one in came.breaches:
        sys.stderr.write(f"{one.rule}: {one.evidence}\n")
    return _BROKEN if came.breaches else 0


def _write(where: str, content: bytes) -> None:
    try:
        with open(where, "wb") as opened:  # noqa: PTH123 - as it was typed
            opened.write(content)
    except OSError as error:
        raise CannotStartError(f"cannot write {where}: {error.strerror}") from error


def _plan_in(path: Path) -> dict[str, object]:
    try:
        return load_file(path)
    except Refused as refused:
        raise CannotStartError(refused.problem.detail) from refused
    except OSError as error:
        raise CannotStartError(f"cannot read {path}: {error.strerror}") from error
