"""Puts the house together: three services, the wires between them, and a driver."""

from __future__ import annotations

import functools
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.kernel.ids import SeededIds
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.payments.wechat.minting import FixedRsa
from vendor_sim.storage.database import Database
from vendor_sim.world import seeds, tables, visitors
from vendor_sim.world.dozing import Dozing
from vendor_sim.world.driver import VirtualDriver
from vendor_sim.world.faults import FaultPlan
from vendor_sim.world.journal import Journal
from vendor_sim.world.keys import Keys, complete, make_keys
from vendor_sim.world.network import Network
from vendor_sim.world.plan import DEMO, Plan
from vendor_sim.world.recording import Recorder
from vendor_sim.world.staff import Given, assemble, revive, work_of
from vendor_sim.world.tuning import Tuning

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.kernel.ids import Ids
    from vendor_sim.machine.assembly import Machine
    from vendor_sim.payments.assembly import Payments
    from vendor_sim.payments.wechat.minting import RsaSource
    from vendor_sim.storage.database import Door
    from vendor_sim.wire.http import Transport
    from vendor_sim.world.driver import Driver, Outbound
    from vendor_sim.world.power import Power
    from vendor_sim.world.staff import Staff
    from vendor_sim.world.timekeeping import Timekeeping
    from wallet.assembly import Wallet

    MakeDriver = Callable[[Mapping[str, Outbound], Callable[[], None]], Driver]

__all__ = ["Doors", "Tuning", "World", "build", "memory_doors", "simulate"]

SIMULATION_STARTS_AT_MS = 1_795_000_000_000
"""2026-11-18T11:06:40Z, any instant will do: a simulated world always begins at the same one."""
_CHEAP_PIN_COST = 2**4
"""Simulated PINs need no protection, and scrypt as it should be would be most of the run."""


@dataclass(frozen=True, slots=True)
class Doors:
    """The databases of the three services."""

    ledger: Door
    machine: Door
    wallet: Door

    def close(self) -> None:
        """Close those that are plain; who shares a door closes it himself."""
        for door in (self.ledger, self.machine, self.wallet):
            if isinstance(door, Database):
                door.close()


@dataclass(eq=False)
class World:
    """Everything together. ``keys`` grows with the machines and wallets that are added."""

    clock: Clock
    ids: Ids
    doors: Doors
    plan: Plan
    tuning: Tuning
    keys: Keys
    faults: FaultPlan
    journal: Journal
    network: Network
    staff: Staff
    driver: Driver
    recorder: Recorder
    keep_keys: Callable[[Keys], None] = field(default=lambda _keys: None)
    _learning: threading.Lock = field(default_factory=threading.Lock)

    @property
    def time(self) -> Timekeeping:
        """The one clock of everything here, to be steered."""
        return self.driver.time

    @property
    def payments(self) -> Payments:
        """The ledger service as it is now."""
        return self.staff.payments

    @property
    def machine(self) -> Machine:
        """The machine service as it is now."""
        return self.staff.machine

    @property
    def wallet(self) -> Wallet:
        """The wallet as it is now."""
        return self.staff.wallet

    @property
    def power(self) -> Power:
        """Which of the services have any."""
        return self.network.power

    @property
    def base_url(self) -> str | None:
        """Where merchants reach it; None for the address at which they ask."""
        return self.tuning.base_url

    def learn(self, more: Callable[[Keys], Keys]) -> None:
        """Keep secrets that were added, one after the other: none may take another's away.

        Raises:
            Refused: They are known now but could not be kept (``unavailable``).
        """
        with self._learning:
            self.keys = more(self.keys)
            self.journal.hide(self.keys.secrets())
            try:
                self.keep_keys(self.keys)
            except OSError as error:
                detail = f"the new keys could not be kept: {error.strerror}"
                raise Refused(Code.UNAVAILABLE, detail) from error

    def merchant_of(self, machine_id: str) -> str:
        """The id of the merchant who sells through a machine.

        Raises:
            Refused: There is no such machine (``not_found``).
        """
        return self.machine.service.credentials(machine_id).merchant_id

    def ready(self) -> bool:
        """Wait until every wallet has its account and its money; False where that took too long."""
        return self.driver.until(lambda: seeds.all_ready(self) or None, seeds.READY_MAX_MS) is True

    def reset(self) -> None:
        """Everything as at the start; secrets and the ids in the plan stay.

        The clock goes on at its normal pace from where it is: time never runs backwards.
        """
        self.time.let_go()
        with self.driver.pause():
            self.faults.clear()
            _recreate(self._rooms())
            self.network.post.clear()
            self.power.restore_all()
            self.journal.clear()
            seeds.plant(self)
        self.driver.wake()
        self.ready()

    def close(self) -> None:
        """Let go of connections."""
        self.network.close()
        self.doors.close()

    def _rooms(self) -> list[tuple[Door, tables.Room]]:
        doors = self.doors
        return [
            (doors.ledger, tables.LEDGER),
            (doors.machine, tables.MACHINE),
            (doors.wallet, tables.WALLET),
        ]


def _recreate(rooms: Sequence[tuple[Door, tables.Room]]) -> None:
    """Each inside the one before, so that a database which cannot now leaves all as they were."""
    (door, room), *others = rooms

    def verb(cx: Connection) -> None:
        tables.recreate(cx, room)
        if others:
            _recreate(others)

    door.transact(verb)


def memory_doors() -> Doors:
    """Databases in memory, for one thread."""
    return Doors(*(Database("sqlite://", room, like=_empty(room)) for room in tables.ROOMS))


@functools.cache
def _empty(room: tables.Room) -> Database:
    """A database with its tables and nothing else, to be copied: made once, and never written."""
    return Database("sqlite://", room)


def build(
    plan: Plan,
    *,
    clock: Clock,
    ids: Ids,
    doors: Doors,
    keys: Keys,
    make_driver: MakeDriver,
    tuning: Tuning | None = None,
    fallback: Transport | None = None,
    keep_keys: Callable[[Keys], None] = lambda _keys: None,
) -> World:
    """Put a world together and plant what its plan says; wait with ``world.ready()``.

    Args:
        plan: What it starts with; what the databases hold already stays as it is.
        clock: What time it is.
        ids: Where ids and secrets come from.
        doors: The three databases.
        keys: Every secret; those of the WeChat Pay dialect are made where they are missing.
        make_driver: Makes the driver from all background work, and a check for after each round.
        tuning: What differs between kinds of worlds.
        fallback: Carries requests to hosts outside; None refuses them.
        keep_keys: Called with the secrets whenever some were added.
    """
    tuning = tuning or Tuning()
    keys = _completed(keys, plan, clock, ids, tuning.rsa, keep_keys)
    faults, journal = FaultPlan(), Journal()
    journal.hide(keys.secrets())
    network = Network(clock, faults, journal.record, fallback)
    given = Given(plan, clock, ids, doors, keys, tuning, network, faults, Recorder(clock))
    staff = assemble(given)
    driver = make_driver(work_of(staff, network), network.check)
    world = World(
        *(clock, ids, doors, plan, tuning, keys, faults, journal, network),
        *(staff, driver, given.recorder, keep_keys),
    )
    _connect(world)
    seeds.plant(world)
    return world


def _connect(world: World) -> None:
    """What needs the services as they are at the time."""
    staff = world.staff
    world.journal.diagnose_with(visitors.diagnoses(lambda: staff.payments.wechat.inspector))
    world.network.drive_with(world.driver)
    if world.tuning.forgetful:
        world.power.revive = functools.partial(revive, world)


def _completed(
    keys: Keys,
    plan: Plan,
    clock: Clock,
    ids: Ids,
    rsa: RsaSource,
    keep_keys: Callable[[Keys], None],
) -> Keys:
    """All the secrets of a world; kept before anything is made that needs them."""
    completed = complete(keys, plan, ids, rsa, clock.now_ms())
    if completed is not keys:
        keep_keys(completed)
    return completed


def _dozing(outbounds: Mapping[str, Outbound], doors: Doors) -> list[Outbound]:
    """Who works over a database is not asked for work while there can be none in it."""
    found: list[Outbound] = []
    for name, outbound in outbounds.items():
        door: Door | None = getattr(doors, name.partition(" ")[0], None)
        found.append(outbound if door is None else Dozing(outbound, door))
    return found


def simulate(plan: Plan = DEMO, *, seed: int | str = 0, tuning: Tuning | None = None) -> World:
    """A world in memory under the virtual clock, the same for the same seed, ready to use.

    Private keys are fixed ones, and merchants reach it where its own machine does.
    """
    ids = SeededIds(seed)
    clock = VirtualClock(SIMULATION_STARTS_AT_MS)
    world = virtual(plan, clock, ids, memory_doors(), make_keys(ids, plan), tuning)
    world.ready()
    return world


def virtual(
    plan: Plan, clock: VirtualClock, ids: Ids, doors: Doors, keys: Keys, tuning: Tuning | None
) -> World:
    """Put a world under the virtual clock together, over whatever its databases hold."""
    tuned = tuning or Tuning(pin_cost=_CHEAP_PIN_COST, couriers=1, forgetful=True)
    return build(
        plan,
        clock=clock,
        ids=ids,
        doors=doors,
        keys=keys,
        make_driver=lambda outbounds, check: VirtualDriver(clock, _dozing(outbounds, doors), check),
        tuning=replace(tuned, rsa=FixedRsa(), base_url=tuned.base_url or tuned.ledger_url),
    )
