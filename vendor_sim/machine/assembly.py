"""The machine service put together from its rooms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import MOTOR_MS
from vendor_sim.machine import app as web_app
from vendor_sim.machine import dispenser, payments_v1, service, wechat_v3
from vendor_sim.machine.dispenser import Dispenser
from vendor_sim.machine.domain import MachineSeed, SlotSeed
from vendor_sim.machine.outbound import Outbound
from vendor_sim.machine.payments_v1 import PaymentsV1
from vendor_sim.machine.service import MachineService, Work
from vendor_sim.machine.wechat_v3 import WechatV3
from vendor_sim.storage.dated import dated
from vendor_sim.storage.outbox import TASK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.kernel.ids import Ids
    from vendor_sim.machine.outbound import PortOf
    from vendor_sim.machine.payment_port import PaymentPort
    from vendor_sim.machine.service import Credentials
    from vendor_sim.storage.database import Door
    from vendor_sim.wire.http import Transport

__all__ = ["TABLES", "Machine", "MachineSeed", "MachineSettings", "SlotSeed", "assemble"]

TABLES = (*service.TABLES, *dispenser.TABLES, TASK)
"""Every table of the machine's database."""
DIALECTS = {"v1": payments_v1.ABILITIES, "wechat_v3": wechat_v3.ABILITIES}
"""Which platforms there are adapters for, and what each can do."""


@dataclass(frozen=True)
class MachineSettings:
    """How a machine service is set up.

    Attributes:
        ledger_url: Where the ledger service is.
        operator_password: Opens the operator's page.
        session_secret: Signs its sessions.
        machines: Set up if they are not there yet.
        own_url: Where this service is, for the platform's notifications (``notify_url``): needed
            by machines that speak ``wechat_v3``, whose platform is told with each order.
        motor_ms: How long a turn of the motor takes.
        trace_writes: Tell in a header what each request wrote.
        secure: Whether it is served over TLS only.
    """

    ledger_url: str
    operator_password: str
    session_secret: str
    machines: tuple[MachineSeed, ...]
    own_url: str = ""
    motor_ms: int = MOTOR_MS
    trace_writes: bool = False
    secure: bool = False


@dataclass(frozen=True)
class Machine:
    """A machine service: one process' worth of vending machines."""

    app: Flask
    service: MachineService
    outbound: Outbound
    dispenser: Dispenser


@dataclass(frozen=True)
class _Ring:
    """What a machine's platform told of its keys, where adapter and hook both find it."""

    work: Work
    machine_id: str

    def known(self) -> Mapping[str, str]:
        return self.work.platform_keys(self.machine_id)

    def keep(self, certificates: Mapping[str, str]) -> None:
        self.work.keep_platform_keys(self.machine_id, certificates)


def assemble(
    settings: MachineSettings,
    door: Door,
    clock: Clock,
    ids: Ids,
    transport: Transport,
    hardware: Dispenser | None = None,
) -> Machine:
    """Put a machine service together and set up its machines.

    Args:
        settings: How it is set up.
        door: Its database, with :data:`TABLES`.
        clock: Says what time it is.
        ids: Makes its ids.
        transport: Carries its requests.
        hardware: Motors and sensors; None for some that keep their journal behind the same door.

    Raises:
        Refused: A machine cannot be set up as the settings say.
    """
    door, in_verbs = dated(door, clock)
    work = Work(door, in_verbs, ids, motor_ms=settings.motor_ms)
    port_of = _ports(settings, clock, ids, transport, work)
    hardware = hardware or Dispenser(door, in_verbs, motor_ms=settings.motor_ms)
    verbs = MachineService(
        door, in_verbs, ids, hardware, motor_ms=settings.motor_ms, dialects=DIALECTS
    )
    verbs.seed(settings.machines)
    app = web_app.create(
        verbs,
        clock,
        operator_password=settings.operator_password,
        session_secret=settings.session_secret,
        trace_writes=settings.trace_writes,
        secure=settings.secure,
    )
    return Machine(app, verbs, Outbound(door, work, hardware, port_of), hardware)


def _ports(
    settings: MachineSettings, clock: Clock, ids: Ids, transport: Transport, work: Work
) -> PortOf:
    def v1(_machine_id: str, credentials: Credentials) -> PaymentPort:
        return PaymentsV1(settings.ledger_url, credentials, transport)

    def v3(machine_id: str, credentials: Credentials) -> PaymentPort:
        return WechatV3(
            *(settings.ledger_url, credentials, transport, clock, ids),
            ring=_Ring(work, machine_id),
            notify_url=f"{settings.own_url}/machine/hooks/wechat/{machine_id}",
        )

    adapters = {"v1": v1, "wechat_v3": v3}
    return lambda machine_id, credentials: adapters[credentials.speaks](machine_id, credentials)
