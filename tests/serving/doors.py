"""What the tests of the shared door have in common: verbs, and a writer that is kept busy."""

from __future__ import annotations

import threading
from concurrent.futures import Future

from sqlalchemy import insert, select

from tests.serving.conftest import THING
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.serving.door import Job
from vendor_sim.storage.database import touch
from vendor_sim.storage.sqlite import driver

sqlite = driver()
"""Not the standard library's: two SQLite libraries in one process do not see each other's locks."""
ADD = insert(THING)


def add(name, topic="things"):
    def verb(cx):
        cx.execute(ADD, {"name": name})
        touch(cx, topic)
        return name

    return verb


def refuse_after(name):
    def verb(cx):
        cx.execute(ADD, {"name": name})
        touch(cx, "refused")
        raise Refused(Code.BUSY, "not now")

    return verb


def names(door) -> list[str]:
    return door.read(lambda cx: [row.name for row in cx.execute(select(THING.c.name))])


def outcome_of(door, act) -> Future:
    """Put a job into the next batch; its outcome."""
    future: Future = Future()

    def settle(result, error):
        future.set_exception(error) if error else future.set_result(result)

    door.submit(Job(act, settle))
    return future


def hold_the_writer(door) -> threading.Event:
    """Keep the writer busy, so that what comes now shares the next batch; set to let it go."""
    held, go = threading.Event(), threading.Event()

    def hold() -> None:
        held.set()
        go.wait(5)

    outcome_of(door, hold)
    held.wait(5)
    return go
