"""Runs a breach again and tells every step; or writes it down as a feature."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from vendor_sim.cli.simulating_say import any_locale
from vendor_sim.kernel.problems import Refused
from vendor_sim.serving.errors import CannotStartError
from vendor_sim.world.simulate import run
from vendor_sim.world.simulate.diagram import since
from vendor_sim.world.simulate.feature import feature_of
from vendor_sim.world.simulate.replays import load
from vendor_sim.world.simulate.story import Kind, Story

if TYPE_CHECKING:
    from pathlib import Path

    from vendor_sim.world.simulate.replays import Replay
    from vendor_sim.world.simulate.story import Step

_BROKEN = 1
_WORDS = {Kind.ACT: "", Kind.FAULT: "FAULT ", Kind.BREACH: "BREACH "}


def replay_again(path: Path) -> int:
    """Tell every step of a run; 1 where something is still broken.

    Raises:
        CannotStartError: The file is no replay, or cannot be read.
    """
    any_locale()
    replay = _read(path)
    story = Story()
    came = run(replay.wish, story)
    for step in story.steps:
        sys.stdout.write(_line(step, story.began_ms))
    if came.breaches:
        broken = ", ".join(dict.fromkeys(one.rule for one in came.breaches))
        sys.stdout.write(f"\nStill broken: {broken}\n")
        return _BROKEN
    sys.stdout.write(f"\nEvery invariant holds; {', '.join(replay.broke) or 'nothing'} broke.\n")
    return 0


def write_feature(path: Path, to: Path) -> int:
    """Write a replay as a feature file.

    Raises:
        CannotStartError: The file is no replay, or one of the two cannot be read or written.
    """
    text = feature_of(_read(path))
    try:
        to.write_text(text, "utf-8")
    except OSError as error:
        raise CannotStartError(f"cannot write {to}: {error.strerror}") from error
    sys.stdout.write(f"{to}: it fails until the bug is mended.\n")
    return 0


def _read(path: Path) -> Replay:
    try:
        return load(path)
    except Refused as refused:
        raise CannotStartError(refused.problem.detail) from refused
    except OSError as error:
        raise CannotStartError(f"cannot read {path}: {error.strerror}") from error


def _line(step: Step, began_ms: int) -> str:
    at = since(step.at_ms, began_ms)
    if step.kind is Kind.EXCHANGE:
        said = f"{step.source} → {step.target}  {step.text}  {step.answer}"
    else:
        said = f"[{step.target}] {_WORDS[step.kind]}{step.text}"
    return f"{at:>14}  {said}\n"
