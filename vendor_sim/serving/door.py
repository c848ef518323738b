"""The shared door: one writer thread for a database, and one commit for all that is waiting.

A durable commit costs a sync of the disk, whether it holds one transfer or fifty. So whatever is
ready when the writer looks runs one after another inside one ``BEGIN IMMEDIATE``, each verb in a
savepoint of its own, then ONE commit, and only then does anybody hear how it went. Services do not
know which door they have; a refused verb takes nothing of its neighbours with it.
"""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.exc import DBAPIError

from vendor_sim.kernel.limits import BATCH_JOBS_MAX
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.serving.batch import Batch
from vendor_sim.storage.database import report, take_notes, unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import Connection

    from vendor_sim.storage.database import Database

    Settle = Callable[[Any, Exception | None], None]
    Release = Callable[[list["Settled"]], None]
    Settled = tuple[Settle, Any, Exception | None]

T = TypeVar("T")
_STEP_S, _STEPS_MAX = 0.0001, 8
"""Together less than a millisecond, and only where the batch before held more than waits now."""
_LOG = logging.getLogger("vendor_sim")


class Job:
    """One thing to do inside the next batch, and whom to tell after its commit.

    Args:
        act: Runs in the writer thread, inside the batch.
        settle: Gets its result or what went wrong, once the batch was committed or lost.
        release: Calls the ``settle`` of many jobs at once, elsewhere (an event loop); None calls
            it in the writer thread.
    """

    __slots__ = ("act", "release", "settle")

    def __init__(
        self, act: Callable[[], Any], settle: Settle, release: Release | None = None
    ) -> None:
        self.act = act
        self.settle = settle
        self.release = release


class SharedDoor:
    """The door of a database that many threads and connections share.

    ``transact`` called by a handler that runs inside the batch uses the batch; called from any
    other thread it waits its turn in the next one.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._together = 1
        self._writer: Connection | None = None
        self._batch: Batch | None = None
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    def transact(self, verb: Callable[[Connection], T]) -> T:
        """Run a verb in a transaction and commit it before returning its result.

        Inside the batch the commit follows before anybody outside hears of the result.

        Raises:
            Refused: The verb refused, or the database is locked, full or away (``unavailable``).
        """
        if threading.get_ident() == self._thread.ident:
            result, wrote = self._in_batch(verb)
        else:
            waiting: Future[tuple[T, list[str]]] = Future()
            self.submit(Job(lambda: self._in_batch(verb), _settle(waiting)))
            result, wrote = waiting.result()
        report(wrote)
        return result

    def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query on one consistent snapshot; inside the batch, on the batch as it stands.

        Raises:
            Refused: The database is away (``unavailable``).
        """
        if threading.get_ident() != self._thread.ident:
            return self._database.read(query)
        try:
            return query(self._running().cx)
        except DBAPIError as error:
            raise unavailable(error) from error

    def on_commit(self, listener: Callable[[frozenset[str]], None]) -> None:
        """Call a listener with the topics touched, after each commit that touched any.

        It runs in the writer thread: it must be quick and may not call this door.
        """
        self._database.on_commit(listener)

    def submit(self, job: Job) -> None:
        """Put a job into the next batch.

        Raises:
            Refused: The door was closed (``unavailable``).
        """
        with self._closing:
            if self._closed:
                raise Refused(Code.UNAVAILABLE, "this service is stopping")
            self._jobs.put(job)

    def close(self) -> None:
        """Finish what is waiting, then let go of the database."""
        with self._closing:
            self._closed = True
            self._jobs.put(None)
        self._thread.join()
        self._database.close()

    def _work(self) -> None:
        while True:
            jobs, last = self._ready()
            if jobs:
                self._run(jobs)
            if last:
                break
        self._let_go()

    def _ready(self) -> tuple[list[Job], bool]:
        """Everything that waits now, at least one thing; and whether the door was closed."""
        job = self._jobs.get()
        self._let_come()
        jobs = []
        while job is not None:
            jobs.append(job)
            if len(jobs) == BATCH_JOBS_MAX:
                return jobs, False
            try:
                job = self._jobs.get_nowait()
            except Empty:
                return jobs, False
        return jobs, True

    def _let_come(self) -> None:
        """Wait a moment for as many as came together last time: they share a commit.

        While their requests are being read, the event loop has the interpreter to itself; two
        threads that want it at once cost each other more than this wait.
        """
        for _ in range(_STEPS_MAX):
            if self._jobs.qsize() + 1 >= self._together:
                return
            time.sleep(_STEP_S)

    def _run(self, jobs: list[Job]) -> None:
        self._together = len(jobs)
        try:
            settled, topics = self._commit(jobs)
        except Exception as error:  # noqa: BLE001 - whatever it was, every caller must hear of it
            self._let_go()
            lost = _lost(error)
            settled, topics = [(job.settle, None, lost) for job in jobs], frozenset()
        _hand_out(jobs, settled)
        self._tell(topics)

    def _commit(self, jobs: list[Job]) -> tuple[list[Settled], frozenset[str]]:
        if self._writer is None:
            self._writer = self._database.engine.connect()
        cx = self._writer
        with cx.begin():
            take_notes(cx)
            batch = self._batch = Batch(cx)
            try:
                settled = [_attempt(job) for job in jobs]
                batch.check()
            finally:
                self._batch = None
        return settled, frozenset(batch.topics)

    def _in_batch(self, verb: Callable[[Connection], T]) -> tuple[T, list[str]]:
        return self._running().run(verb)

    def _running(self) -> Batch:
        if self._batch is None:
            raise RuntimeError("a listener of this door called it back: it runs after the commit")
        return self._batch

    def _let_go(self) -> None:
        cx, self._writer = self._writer, None
        if cx is not None:
            try:
                cx.close()
            except DBAPIError as error:
                _LOG.warning("a broken connection would not close", exc_info=error)

    def _tell(self, topics: frozenset[str]) -> None:
        try:
            self._database.tell(topics)
        except Exception as error:  # noqa: BLE001 - the commit stands; the writer must go on
            _LOG.error("a listener to commits failed", exc_info=error)


def _attempt(job: Job) -> Settled:
    try:
        return job.settle, job.act(), None
    except Exception as error:  # noqa: BLE001 - it is the caller's, who gets it after the commit
        return job.settle, None, error


def _hand_out(jobs: list[Job], settled: list[Settled]) -> None:
    elsewhere: dict[Release, list[Settled]] = {}
    for job, outcome in zip(jobs, settled, strict=True):
        if job.release is not None:
            elsewhere.setdefault(job.release, []).append(outcome)
        else:
            _settle_all([outcome])
    for release, outcomes in elsewhere.items():
        try:
            release(outcomes)
        except RuntimeError as error:
            _LOG.warning("%d callers have gone: %s", len(outcomes), error)


def _settle_all(outcomes: Iterable[Settled]) -> None:
    for settle, result, error in outcomes:
        settle(result, error)


def _settle(waiting: Future[Any]) -> Settle:
    def settle(result: Any, error: Exception | None) -> None:
        if error is not None:
            waiting.set_exception(error)
        else:
            waiting.set_result(result)

    return settle


def _lost(error: Exception) -> Exception:
    problem = unavailable(error) if isinstance(error, DBAPIError) else error
    if isinstance(problem, Refused):
        return problem
    _LOG.error("a commit failed", exc_info=error)
    return Refused(Code.UNAVAILABLE, "the database did not commit")
