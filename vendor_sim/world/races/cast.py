"""Who is in a race, and the hands that move them: one named piece of work at a time.

Nothing else runs: what a service has to do waits until somebody calls for it by name, due or not.
A service's worker does one thing at a time, here as when it is served: where it is called for while
an answer is under way to it, that answer arrives first.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.storage import outbox
from vendor_sim.world.races.snapshot import rows_of
from vendor_sim.world.races.suspended import Suspended
from vendor_sim.world.tables import LEDGER, MACHINE, WALLET

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.storage.database import Database, Door
    from vendor_sim.storage.outbox import Task
    from vendor_sim.world.build import World

_EVER_MS = 2**62
"""Due or not."""
_COURIERS = "notify."
"""How the kinds of work begin that couriers do."""
_LOOKED_THROUGH = 1_000
"""Open tasks of one kind, more than any race has."""
_ROOMS = {"ledger": LEDGER, "machine": MACHINE, "wallet": WALLET}


@dataclass
class Cast:
    """A race under way: where it plays, who takes part, and what is in the air.

    Attributes:
        world: Where.
        machine: Which machine.
        order: Which of its orders.
        wallets: Everybody who has a wallet, in the order in which they came.
        scans: What each wallet reads on the machine's screen, by the wallet's id.
        codes: The payment code that each wallet shows.
        calls: Calls whose answers are under way, by the event they belong to.
        told: What was refused to whom, and what broke, in order.
    """

    world: World
    machine: str
    order: str
    wallets: tuple[str, ...]
    scans: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    calls: dict[str, _Call] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def payer(self, place: int) -> str:
        """Whoever came first, or second.

        Raises:
            Refused: There are not so many (``not_found``).
        """
        if place >= len(self.wallets):
            raise Refused(Code.NOT_FOUND, f"there is no wallet number {place + 1} to pay with")
        return self.wallets[place]

    def refusable(self, act: Callable[[], object]) -> None:
        """Do what may be refused to a person."""
        try:
            act()
        except Refused as refused:
            self.told.append(f"refused: {refused.problem.code.value}")

    # -- work ---------------------------------------------------------------------------------
    def work(self, service: str, kinds: tuple[str, ...], about: dict[str, str]) -> None:
        """Do the first piece of such work that is open, whole; nothing where none is."""
        self._hear_first(_worker(service, kinds))
        act = self._act(service, kinds, about)
        if act is not None:
            act()

    def ask(self, event: str, service: str, kinds: tuple[str, ...], about: dict[str, str]) -> None:
        """Begin the first piece of such work; its answer is under way until :meth:`hear`."""
        worker = _worker(service, kinds)
        self._hear_first(worker)
        act = self._act(service, kinds, about)
        if act is None:
            return
        door = cast("Database", self._door(service))
        names = tuple(table.name for table in _ROOMS[service])
        knew = hashlib.sha256(rows_of(door, names)).hexdigest()
        call = Suspended(act)
        call.begin()
        if not call.over:
            self.calls[event] = _Call(call, worker, knew)

    def hear(self, event: str) -> None:
        """Let the answer of an event's call arrive, where one is under way."""
        call = self.calls.pop(event, None)
        if call is not None:
            call.suspended.finish()

    def forget(self, event: str) -> None:
        """The answer of an event's call never arrives, and whoever asked stores nothing."""
        call = self.calls.pop(event, None)
        if call is not None:
            call.suspended.abandon()

    def leave(self) -> None:
        """Give up every call that is under way."""
        for event in tuple(self.calls):
            self.forget(event)

    def in_the_air(self) -> str:
        """What is under way, and what those who wait for it knew when they asked."""
        waiting = sorted(self.calls.items())
        return repr([(event, call.knew, call.suspended.answer) for event, call in waiting])

    def until_ms(self, at_ms: int) -> None:
        """Time jumps to an instant, and nobody does anything on the way."""
        self.world.clock.advance_to(at_ms)  # type: ignore[attr-defined]

    def open_task(self, service: str, kinds: tuple[str, ...], about: dict[str, str]) -> Task | None:
        """The first piece of such work that is open, due or not."""
        found = self._door(service).read(
            lambda cx: outbox.due(cx, _EVER_MS, _LOOKED_THROUGH, only=kinds)
        )
        return next((task for task in found if about.items() <= task.body.items()), None)

    def _hear_first(self, worker: str) -> None:
        for event, call in tuple(self.calls.items()):
            if call.worker == worker:
                self.hear(event)

    def _act(
        self, service: str, kinds: tuple[str, ...], about: dict[str, str]
    ) -> Callable[[], object] | None:
        task = self.open_task(service, kinds, about)
        if task is None:
            return None
        return lambda: self._attend(service, task)

    def _attend(self, service: str, task: Task) -> None:
        world, now_ms = self.world, self.world.clock.now_ms()
        if service == "machine":
            world.machine.outbound.attend(task)
        elif service == "wallet":
            world.wallet.outbound.attend(task, now_ms)
        elif task.kind.startswith(_COURIERS):
            world.payments.couriers[0].attend(task, now_ms)
        else:
            world.payments.outbound.attend(task, now_ms)

    def _door(self, service: str) -> Door:
        doors = self.world.doors
        return {"ledger": doors.ledger, "machine": doors.machine, "wallet": doors.wallet}[service]


@dataclass(frozen=True, slots=True)
class _Call:
    """A call under way, whose it is, and a number for all that its service knew when it asked."""

    suspended: Suspended
    worker: str
    knew: str


def _worker(service: str, kinds: tuple[str, ...]) -> str:
    """Who does such work: couriers go their own ways."""
    return "courier" if kinds[0].startswith(_COURIERS) else service
