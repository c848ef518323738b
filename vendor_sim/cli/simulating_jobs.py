"""Worlds side by side, in processes; what comes of them comes in the order of the seeds."""

from __future__ import annotations

import signal
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING, TypeVar

from vendor_sim.world.simulate import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from vendor_sim.world.simulate import Run, Wish

    Timed = tuple[Run, float]

T = TypeVar("T")
R = TypeVar("R")


def timed(wish: Wish) -> Timed:
    """A run, and how many seconds of CPU it cost."""
    began = time.process_time()
    came = run(wish)
    return came, time.process_time() - began


def in_order(wishes: Sequence[Wish], jobs: int) -> Iterator[Timed]:
    """Run all of them; the order of what comes does not depend on how many run at once."""
    return side_by_side(timed, wishes, jobs)


def side_by_side(act: Callable[[T], R], items: Sequence[T], jobs: int) -> Iterator[R]:
    """What an act makes of each item, in the items' order, by several processes at once."""
    if jobs == 1 or len(items) <= 1:
        yield from map(act, items)
        return
    pool = ProcessPoolExecutor(
        min(jobs, len(items)), get_context("spawn"), initializer=_leave_ctrl_c_to_the_parent
    )
    try:
        yield from pool.map(act, items)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _leave_ctrl_c_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
