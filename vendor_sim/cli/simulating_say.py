"""What a simulation says: how far it is, what came of it, and each breach in full."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from vendor_sim.kernel.limits import HOUR_MS
from vendor_sim.world.simulate.diagram import drawn
from vendor_sim.world.simulate.finding import around

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from vendor_sim.world.simulate import Run
    from vendor_sim.world.simulate.story import Story
    from vendor_sim.world.simulate.tally import Tally

    Moved = Callable[[Tally, float], None]

_WIDTH = 100
_SEEDS_NAMED_MAX = 20


def any_locale() -> None:
    """Where a terminal cannot show a drawn line it shows another sign, and nothing breaks."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


@contextmanager
def progress(worlds: int) -> Iterator[Moved]:
    """A bar on a terminal, with the purchases of each second; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda _tally, _took_s: None
        return
    columns = (
        *(TextColumn("worlds"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()),
        TextColumn("{task.fields[rate]:.1f} purchases/s  {task.fields[breaches]} breaches"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("worlds", total=worlds, rate=0.0, breaches=0)

        def moved(tally: Tally, took_s: float) -> None:
            rate = _rate(tally.purchases, took_s)
            bar.update(task, completed=tally.seeds, rate=rate, breaches=tally.breaches)

        yield moved


def summary(tally: Tally) -> None:
    """How the purchases ended, what went wrong on purpose, and which rare paths were taken."""
    console = Console(width=_WIDTH, highlight=False)
    console.print(_table("Outcomes", "orders", tally.outcomes))
    console.print(_table("Told to people", "times", tally.refusals))
    console.print(_table("Faults injected", "times", tally.faults))
    console.print(_table("Rare paths", "times", tally.sometimes))
    hours = tally.lasted_ms // HOUR_MS
    rate = _rate(tally.purchases, tally.cpu_s)
    console.print(f"{hours} hours of the worlds' own time; {rate:.1f} purchases per second of CPU.")


def breach(run: Run, story: Story, commit: str, path: Path) -> None:
    """The rule, the evidence, the smallest plan that breaks it, and how it went."""
    first = run.breaches[0]
    wish = run.wish
    _write(f"\nBreach in seed {wish.seed}, commit {commit}: {first.rule}\n  {first.sentence}\n")
    for one in run.breaches:
        _write(
            f"  {one.rule}: {one.evidence}\n" if one.rule != first.rule else f"  {one.evidence}\n"
        )
    customers = ", ".join(map(str, wish.customers))
    _write(f"\nThe smallest plan found that breaks it\n  customers: {customers}\n")
    for line in _plan_of(run):
        _write(f"  {line}\n")
    _write(
        "\n" + drawn(around(story.steps, [one.evidence for one in run.breaches]), story.began_ms)
    )
    _write(f"\nReplay: vendor-sim replay {path}\n")


def other_breaches(tally: Tally, shown: int) -> None:
    """The seeds that broke something and were not shown in full."""
    told = {run.wish.seed for run in tally.worst(shown)}
    rest = [run for run in tally.failed if run.wish.seed not in told]
    for run in rest[:_SEEDS_NAMED_MAX]:
        _write(f"Also in seed {run.wish.seed}: {run.breaches[0].rule}\n")
    if len(rest) > _SEEDS_NAMED_MAX:
        _write(f"And in {len(rest) - _SEEDS_NAMED_MAX} seeds more.\n")


def stopped(tally: Tally, wanted: int) -> None:
    """Somebody had enough."""
    _write(f"\nStopped after {tally.seeds} of {wanted} worlds.\n")


def last_line(tally: Tally, took_s: float) -> None:
    """For programs: one line, always the last."""
    counts = (
        *(f"seeds={tally.seeds}", f"purchases={tally.purchases}"),
        *(f"faults={tally.faults.total()}", f"breaches={tally.breaches}"),
    )
    _write(f"{' '.join(counts)} purchases_per_s={_rate(tally.purchases, took_s):.1f}\n")
    sys.stdout.flush()


def _plan_of(run: Run) -> list[str]:
    document = run.wish.document
    rules = [
        "rule: " + ", ".join(f"{name}={value}" for name, value in rule.items())
        for rule in document.get("rules", ())
    ]
    return [*rules, *document.get("script", ())] or ["no faults"]


def _table(title: str, unit: str, counts: Counter[str]) -> Table:
    table = Table("", unit, title=title, title_justify="left", min_width=_WIDTH // 2)
    table.columns[1].justify = "right"
    for name, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        table.add_row(name.replace("_", " "), str(count))
    return table


def _rate(count: int, seconds: float) -> float:
    return count / seconds if seconds > 0 else 0.0


def _write(text: str) -> None:
    sys.stdout.write(text)
