"""The demo: the whole world in one process, on SQLite, behind one server."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.clock import WallClock
from vendor_sim.kernel.ids import RandomIds
from vendor_sim.lab.app import NAV, create_stage
from vendor_sim.lab.app import TOPIC as STAGE
from vendor_sim.serving import folders
from vendor_sim.serving.addresses import base_url, host_for_people, is_open_to_all
from vendor_sim.serving.databases import open_door
from vendor_sim.serving.directed import Directed
from vendor_sim.serving.errors import CannotStartError
from vendor_sim.serving.gate import Gate, Mount
from vendor_sim.serving.hub import Hub
from vendor_sim.serving.kept_clock import kept_clock
from vendor_sim.serving.live import LiveDriver
from vendor_sim.serving.mains import Mains
from vendor_sim.serving.rooms import Rooms
from vendor_sim.serving.server import Server, listen
from vendor_sim.serving.watched import Watched, guard
from vendor_sim.wire.http import network
from vendor_sim.world import tables
from vendor_sim.world.build import Doors, Tuning, build
from vendor_sim.world.control import create_control
from vendor_sim.world.keys import UnreadableKeysError, load_keys, make_keys, save_keys
from vendor_sim.world.plan import DEMO, Plan
from vendor_sim.world.visitors import Visitors

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.kernel.steering import SteeredClock
    from vendor_sim.serving.databases import OpenDoor
    from vendor_sim.serving.wsgi import WsgiApp
    from vendor_sim.world.build import World
    from vendor_sim.world.keys import Keys

_NAMES = ("ledger", "machine", "wallet")
_KEYS_FILE = "keys.json"
_CLOCK_FILE = "clock.json"
_VISITED = "/v3"


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """How a demo is to run.

    Attributes:
        host, port: Where it listens; port 0 takes a free one.
        data: The folder it is kept in; None forgets everything at the end.
        https: Whether with a certificate it makes itself.
        plan: What it starts with.
        motor_ms, refund_ms: How long a coil turns and a refund travels; None for the usual.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    data: Path | None = None
    https: bool = False
    plan: Plan = DEMO
    motor_ms: int | None = None
    refund_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that is about to be served.

    Attributes:
        world: All of it.
        server: Serves it; ``server.run([listener])`` until told to stop.
        listener: The socket it listens on.
        here: Its address for this computer.
        phone: Its address for others in the network; the same where nobody else is let in.
    """

    world: World
    server: Server
    listener: socket.socket
    here: str
    phone: str

    @property
    def keys(self) -> Keys:
        """The world's secrets."""
        return self.world.keys

    def run(self) -> None:
        """Serve until told to stop."""
        self.server.run([self.listener])


@dataclass(frozen=True, slots=True)
class _Known:
    """The secrets at the start, and what keeps those that are added."""

    keys: Keys
    keep: Callable[[Keys], None]


@contextlib.contextmanager
def demo(options: DemoOptions, *, up: Callable[[], None] = lambda: None) -> Iterator[Demo]:
    """A world, ready to be served; let go of when the block ends.

    Args:
        options: How it is to run.
        up: Called once it answers.

    Raises:
        CannotStartError: The port is taken, the folder cannot be used, …
    """
    with contextlib.ExitStack() as held:
        listener = held.enter_context(listen(options.host, options.port))
        folder = held.enter_context(
            folders.passing() if options.data is None else folders.kept(options.data)
        )
        yield _assemble(options, listener, folder, held, up)


def _assemble(
    options: DemoOptions,
    listener: socket.socket,
    folder: Path,
    held: contextlib.ExitStack,
    up: Callable[[], None],
) -> Demo:
    wall, hub, rooms = WallClock(), Hub(), Rooms()
    clock = kept_clock(folder / _CLOCK_FILE, wall, held)
    port = listener.getsockname()[1]
    people = host_for_people(options.host)
    phone = base_url(people, port, https=options.https)
    keys = keys_of(folder / _KEYS_FILE, options.plan, fresh=not _holds_databases(folder))
    doors = _doors(folder, held)
    held.callback(rooms.close)
    known = _Known(keys, lambda kept: save_keys(kept, folder / _KEYS_FILE))
    world = _world(options, doors, known, phone, clock)
    held.callback(world.close)
    driver = world.driver
    if not isinstance(driver, LiveDriver):  # pragma: no cover - it is the one made below
        raise TypeError(driver)
    held.callback(driver.close)
    for name, door in zip(_NAMES, doors, strict=True):
        door.on_commit(driver.listener(name))
        door.on_commit(lambda topics: hub.publish(topics | {STAGE}))
    world.journal.on_change(lambda topics: hub.publish(topics | {STAGE}))
    clock.on_steer(hub.publish_all)
    driver.start()
    server = Server(
        Gate(_mounts(world, rooms), hub),
        hub,
        certificate=_certificate(options, folder, people, wall),
        up=up,
        before_stop=driver.give_up,
    )
    shown = "127.0.0.1" if is_open_to_all(options.host) else options.host
    return Demo(world, server, listener, base_url(shown, port, https=options.https), phone)


def _certificate(
    options: DemoOptions, folder: Path, people: str, wall: Clock
) -> tuple[Path, Path] | None:
    """For browsers, so that it is good by their clocks and not by the world's."""
    if not options.https:
        return None
    from vendor_sim.serving.certs import certificate as make  # noqa: PLC0415 - costs 70 ms

    return make(folder, {people, options.host} - {"0.0.0.0", "::"}, wall, RandomIds())  # noqa: S104


def keys_of(path: Path, plan: Plan, *, fresh: bool) -> Keys:
    """The secrets kept in a file; made where the world is a fresh one.

    Raises:
        CannotStartError: They are lost or unreadable.
    """
    try:
        if path.exists():
            return load_keys(path)
        if not fresh:
            raise CannotStartError(
                f"{path} is lost, and the data beside it needs it; put it back, or begin anew "
                "with another folder (--data)"
            )
        keys = make_keys(RandomIds(), plan)
        save_keys(keys, path)
    except (UnreadableKeysError, OSError) as error:
        raise CannotStartError(f"cannot use the keys in {path}: {error}") from error
    return keys


def _holds_databases(folder: Path) -> bool:
    return any(_file(folder, name).exists() for name in _NAMES)


def _file(folder: Path, name: str) -> Path:
    return folder / f"{name}.sqlite3"


def _doors(folder: Path, held: contextlib.ExitStack) -> list[OpenDoor]:
    doors = []
    for name, room in zip(_NAMES, tables.ROOMS, strict=True):
        door = open_door(f"sqlite:///{_file(folder, name)}", room)
        held.callback(door.close)
        doors.append(door)
    return doors


def _world(
    options: DemoOptions,
    doors: Sequence[OpenDoor],
    known: _Known,
    phone: str,
    clock: SteeredClock,
) -> World:
    usual = Tuning()

    return build(
        options.plan,
        clock=clock,
        ids=RandomIds(),
        doors=Doors(*doors),
        keys=known.keys,
        make_driver=lambda outbounds, check: LiveDriver(clock, outbounds, check),
        tuning=Tuning(
            link_base=phone,
            motor_ms=usual.motor_ms if options.motor_ms is None else options.motor_ms,
            refund_ms=usual.refund_ms if options.refund_ms is None else options.refund_ms,
            secure=options.https,
            patience_ms=60_000,
        ),
        fallback=network(),
        keep_keys=known.keep,
    )


def _mounts(world: World, rooms: Rooms) -> list[Mount]:
    control = create_control(world, world.keys.control_token)
    stage = create_stage(
        Watched(world),
        Directed(world),
        world.clock,
        world.keys.lab_session,
        guard(world.keys.control_token),
    )
    for app in (world.payments.app, world.machine.app, world.wallet.app):
        app.config["NAV"] = NAV
    return [
        *_with_visitors(
            world,
            _on_mains(world, "ledger", rooms.ledger(world.payments.app, world.doors.ledger)),
        ),
        *_on_mains(world, "machine", rooms.machine(world.machine.app)),
        *_on_mains(world, "wallet", rooms.wallet(world.wallet.app)),
        Mount("/_world", _once_ready(world, control.wsgi_app), rooms.control),
        rooms.rest(stage),
    ]


def _on_mains(world: World, service: str, mounts: list[Mount]) -> list[Mount]:
    """The same, while the service has power."""
    return [replace(one, app=Mains(one.app, service, world.power)) for one in mounts]


def _with_visitors(world: World, mounts: list[Mount]) -> list[Mount]:
    """The same, with the journal told of what merchants from outside ask."""
    record = world.journal.record
    return [
        replace(mount, app=Visitors(mount.app, world.clock, record))
        if mount.prefix == _VISITED
        else mount
        for mount in mounts
    ]


def _once_ready(world: World, app: WsgiApp) -> WsgiApp:
    """The server answers before the wallets have their money; a control call waits for that."""
    ready = threading.Event()

    def when_ready(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if not ready.is_set() and world.ready():
            ready.set()
        return app(environ, start)

    return when_ready
