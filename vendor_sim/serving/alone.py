"""One service alone, over HTTP, with the addresses of the others."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_sim.kernel.clock import WallClock
from vendor_sim.kernel.ids import RandomIds
from vendor_sim.kernel.steering import SteeredClock
from vendor_sim.machine import assembly as machine
from vendor_sim.payments import assembly as payments
from vendor_sim.serving.addresses import base_url
from vendor_sim.serving.databases import open_door
from vendor_sim.serving.errors import CannotStartError
from vendor_sim.serving.gate import Gate, Mount
from vendor_sim.serving.hub import Hub
from vendor_sim.serving.live import LiveDriver
from vendor_sim.serving.rooms import Rooms
from vendor_sim.serving.server import Server, listen
from vendor_sim.wire.http import network
from vendor_sim.world import merchants, seeds, tables
from vendor_sim.world.build import Tuning
from vendor_sim.world.control import Portion, create_control
from vendor_sim.world.keys import UnreadableKeysError, load_keys
from vendor_sim.world.plan import DEMO, Plan
from vendor_sim.world.staff import ledger_outbounds
from wallet import assembly as wallet

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from flask import Flask

    from vendor_sim.serving.databases import OpenDoor
    from vendor_sim.serving.live import Outbound
    from vendor_sim.wire.http import Transport
    from vendor_sim.world.keys import Keys

SERVICES = ("ledger", "machine", "wallet")


@dataclass(frozen=True, slots=True)
class AloneOptions:
    """How one service is to run.

    Attributes:
        service: ``ledger``, ``machine`` or ``wallet``.
        host, port: Where it listens.
        database: Its URL: ``sqlite:///FILE`` or ``postgresql+psycopg://…``.
        keys: The file that all services of this world share.
        ledger_url, machine_url, wallet_url: Where the others are (its own is not used).
        link_base: Where phones reach the wallet, for the links in payment codes.
        plan: Machines and merchants.
        control: Whether the calls of ``/_world`` that this service can answer are served too.
    """

    service: str
    host: str
    port: int
    database: str
    keys: Path
    ledger_url: str
    machine_url: str
    wallet_url: str
    link_base: str
    plan: Plan = DEMO
    control: bool = False


@dataclass(frozen=True, slots=True)
class Alone:
    """A service that is about to be served."""

    server: Server
    listener: socket.socket
    here: str

    def run(self) -> None:
        """Serve until told to stop."""
        self.server.run([self.listener])


@dataclass(frozen=True, slots=True)
class _Parts:
    app: Flask
    outbounds: Mapping[str, Outbound]
    mounts: list[Mount]
    machine: machine.Machine | None = None
    wallet: wallet.Wallet | None = None
    payments: payments.Payments | None = None


@contextlib.contextmanager
def alone(options: AloneOptions, *, up: Callable[[], None] = lambda: None) -> Iterator[Alone]:
    """One service, ready to be served; let go of when the block ends.

    Raises:
        CannotStartError: The port is taken, the keys are unreadable, the database is not ours, …
    """
    keys = _keys(options.keys)
    with contextlib.ExitStack() as held:
        listener = held.enter_context(listen(options.host, options.port))
        clock, hub, rooms = WallClock(), Hub(), Rooms()
        transport = network()
        held.callback(transport.close)
        door = open_door(options.database, _TABLES[options.service])
        held.callback(door.close)
        held.callback(rooms.close)
        parts = _PARTS[options.service](options, keys, door, transport, rooms)
        driver = LiveDriver(SteeredClock(clock), parts.outbounds)
        held.callback(driver.close)
        door.on_commit(driver.listener(options.service))
        door.on_commit(hub.publish)
        driver.start()
        control = _control(options, keys, parts, driver, rooms)
        gate = Gate([*parts.mounts, *control, rooms.rest(parts.app)], hub)
        server = Server(gate, hub, up=up, before_stop=driver.give_up)
        port = listener.getsockname()[1]
        yield Alone(server, listener, base_url(options.host, port, https=False))


def _control(
    options: AloneOptions, keys: Keys, parts: _Parts, driver: LiveDriver, rooms: Rooms
) -> list[Mount]:
    if not options.control:
        return []
    portion = Portion(
        *(WallClock(), driver, keys, parts.machine, parts.wallet, parts.payments),
        base_url=options.ledger_url if options.service == "ledger" else None,
    )
    app = create_control(portion, keys.control_token, options.service)
    return [Mount("/_world", app.wsgi_app, rooms.control)]


def _keys(path: Path) -> Keys:
    try:
        keys = load_keys(path)
        _ = keys.dialect
    except FileNotFoundError as error:
        raise CannotStartError(
            f"there are no keys in {path}; make them with: vendor-sim keys {path}"
        ) from error
    except (UnreadableKeysError, OSError) as error:
        raise CannotStartError(f"cannot use the keys in {path}: {error}") from error
    return keys


def _tuning(options: AloneOptions) -> Tuning:
    return Tuning(
        link_base=options.link_base,
        ledger_url=options.ledger_url,
        machine_url=options.machine_url,
        wallet_url=options.wallet_url,
    )


def _ledger(
    options: AloneOptions, keys: Keys, door: OpenDoor, transport: Transport, rooms: Rooms
) -> _Parts:
    tuning = _tuning(options)
    settings = payments.PaymentsSettings(
        link_base=options.link_base,
        console_password=keys.console_password,
        session_secret=keys.payments_session,
        merchants=tuple(
            seeds.merchant_seed(one, keys, tuning)
            for one in options.plan.machines
            if one.speaks == "v1"
        ),
        providers=(seeds.provider_seed(keys, tuning),),
        refund_ms=tuning.refund_ms,
        wechat=merchants.settings(keys, tuning, options.plan),
    )
    made = payments.assemble(settings, door, WallClock(), RandomIds(), transport)
    mounts = rooms.ledger(made.app, door)
    return _Parts(made.app, ledger_outbounds(made), mounts, payments=made)


def _machine(
    options: AloneOptions, keys: Keys, door: OpenDoor, transport: Transport, rooms: Rooms
) -> _Parts:
    settings = machine.MachineSettings(
        ledger_url=options.ledger_url,
        operator_password=keys.operator_password,
        session_secret=keys.machine_session,
        own_url=options.machine_url,
        machines=tuple(
            seeds.machine_seed(one, keys, _tuning(options)) for one in options.plan.machines
        ),
    )
    made = machine.assemble(settings, door, WallClock(), RandomIds(), transport)
    return _Parts(made.app, {"machine": made.outbound}, rooms.machine(made.app), machine=made)


def _wallet(
    options: AloneOptions, keys: Keys, door: OpenDoor, transport: Transport, rooms: Rooms
) -> _Parts:
    settings = wallet.WalletSettings(
        ledger_url=options.ledger_url,
        provider_key=keys.provider.api_key,
        hook_secrets=(keys.provider.hook_secret,),
        session_secret=keys.wallet_session,
        link_base=options.link_base,
    )
    made = wallet.assemble(settings, door, WallClock(), RandomIds(), transport)
    known = {one["id"] for one in made.service.wallets()}
    for one in options.plan.wallets:
        if one.id not in known:
            made.service.open_wallet(one.id, one.name, one.currency, one.pin, one.balance_minor)
    return _Parts(made.app, {"wallet": made.outbound}, rooms.wallet(made.app), wallet=made)


_TABLES = dict(zip(SERVICES, tables.ROOMS, strict=True))
_PARTS = {"ledger": _ledger, "machine": _machine, "wallet": _wallet}
