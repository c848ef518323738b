"""An auditor who stands beside a simulated world and looks at what is new after every round.

A whole audit reads every row, so its cost grows with the world; a watch remembers where it was and
reads on from there. It sees a breach in the round in which it happens. Rules that compare whole
tables are left to a whole look, every so many rounds and whenever somebody asks for one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.storage.database import Database
from vendor_sim.world.audit import answers
from vendor_sim.world.audit.check import RULE_OF, audit, breach_of
from vendor_sim.world.audit.eye import Eye
from vendor_sim.world.audit.records import told
from vendor_sim.world.audit.watched_books import WatchedBooks
from vendor_sim.world.audit.watched_goods import WatchedGoods
from vendor_sim.world.audit.watched_lives import WatchedLives

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vendor_sim.storage.database import Door
    from vendor_sim.world.audit.check import Breach
    from vendor_sim.world.build import World

WHOLE_EVERY = 128
"""Rounds in which something was written between two whole looks: some twenty purchases."""


class BrokenError(AssertionError):
    """A world broke a rule.

    Attributes:
        breaches: What was found at once.
    """

    def __init__(self, breaches: list[Breach]) -> None:
        super().__init__("\n".join(map(str, breaches)))
        self.breaches = breaches


class Watch:
    """Watches a simulated world; ``world.driver.also_check(watch.check)`` sets it to work.

    Args:
        world: One whose databases are SQLite's, each behind a plain door.
        collect: Whether to keep breaches for later; else the first ones are raised at once.
        whole_every: Rounds in which something was written between two whole looks.

    Attributes:
        breaches: Everything found, each once, in the order in which it was seen.
    """

    def __init__(
        self, world: World, *, collect: bool = False, whole_every: int = WHOLE_EVERY
    ) -> None:
        self.breaches: list[Breach] = []
        self._world = world
        self._collect = collect
        self._whole_every = whole_every
        self._rounds = 0
        self._known: set[tuple[str, str]] = set()
        self._exchanges = 0
        self._ledger = Eye(_plain(world.doors.ledger))
        self._machine = Eye(_plain(world.doors.machine))
        self._begin()

    def check(self) -> None:
        """Look at what is new.

        Raises:
            BrokenError: Something broke, and breaches are not collected.
        """
        ledger, machine = self._ledger.blinks(), self._machine.blinks()
        if self._ledger.was_replaced or self._machine.was_replaced:
            self._begin()
        self._note(self._found(ledger=ledger, machine=machine))
        self._rounds += ledger or machine
        if self._rounds >= self._whole_every:
            self.whole(patient=True)

    def whole(self, *, patient: bool = False) -> None:
        """Look at everything.

        Args:
            patient: Whether what should have ended by now may still be under way, since messages
                are lost on purpose and services are down.

        Raises:
            BrokenError: Something broke, and breaches are not collected.
        """
        self._rounds = 0
        self._note(audit(self._world, patient=patient))

    def _begin(self) -> None:
        """Read on from the first row of everything."""
        self._goods = WatchedGoods(self._machine, self._ledger)
        self._books = WatchedBooks(self._ledger)
        self._lives = WatchedLives(self._ledger, self._goods)

    def _found(self, *, ledger: bool, machine: bool) -> Iterator[Breach]:
        now_ms = self._world.clock.now_ms()
        for name, evidence in self._looked(ledger=ledger, machine=machine):
            yield breach_of(RULE_OF[name], evidence, now_ms)

    def _looked(self, *, ledger: bool, machine: bool) -> Iterator[tuple[str, str]]:
        if ledger:
            yield from self._books.look()
            yield from self._lives.look(self._books.named)
        if machine:
            yield from self._goods.look()
        for n, one in self._world.journal.exchanges(self._exchanges):
            self._exchanges = n
            if answers.is_bug(one):
                yield "answers_are_meant", told(answers.row_of(n, one))

    def _note(self, found: Iterable[Breach]) -> None:
        new = [one for one in found if (one.rule, one.evidence) not in self._known]
        self._known |= {(one.rule, one.evidence) for one in new}
        self.breaches += new
        if new and not self._collect:
            raise BrokenError(new)


def _plain(door: Door) -> Database:
    if not isinstance(door, Database):
        raise TypeError("only a database behind a plain door is watched")
    return door
