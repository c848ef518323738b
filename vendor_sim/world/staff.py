"""The three services: how they are put together, at the start and after a power cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_sim.machine import assembly as machine_assembly
from vendor_sim.machine.dispenser import Dispenser
from vendor_sim.payments import assembly as payments_assembly
from vendor_sim.world import merchants
from vendor_sim.world.plan import EMPTY, Plan
from vendor_sim.world.powered import PoweredDoor, PoweredLine, PoweredMotor, Shift
from vendor_sim.world.recording import RecordedDoor
from wallet import assembly as wallet_assembly

if TYPE_CHECKING:
    from vendor_sim.kernel.clock import Clock
    from vendor_sim.kernel.ids import Ids
    from vendor_sim.storage.database import Door
    from vendor_sim.wire.http import Transport
    from vendor_sim.world.build import Doors, Tuning, World
    from vendor_sim.world.driver import Outbound
    from vendor_sim.world.faults import FaultPlan
    from vendor_sim.world.keys import Keys
    from vendor_sim.world.network import Network
    from vendor_sim.world.power import Power
    from vendor_sim.world.recording import Recorder


@dataclass(frozen=True, slots=True)
class Given:
    """What the services are made from."""

    plan: Plan
    clock: Clock
    ids: Ids
    doors: Doors
    keys: Keys
    tuning: Tuning
    network: Network
    faults: FaultPlan
    recorder: Recorder

    def around(self, service: str) -> tuple[Door, Clock, Ids, Transport]:
        """What a service has around it, all of which fails with its power."""
        door: Door = RecordedDoor(getattr(self.doors, service), self.recorder, service)
        points = self.network.power.points(service)
        line = PoweredLine(self.network.line_of(service), points)
        return PoweredDoor(door, points), self.clock, self.ids, line


@dataclass(slots=True)
class Staff:
    """The three services as they are now; who was killed has a successor."""

    payments: payments_assembly.Payments
    machine: machine_assembly.Machine
    wallet: wallet_assembly.Wallet


def assemble(given: Given) -> Staff:
    """Make the three services and put them on the network."""
    return Staff(_payments(given), _machine(given), _wallet(given))


def revive(world: World, service: str) -> None:
    """Put one service together anew over its database, and into the place of the one that was.

    Raises:
        Killed: It lost its power again before it stood.
    """
    given = Given(
        *(world.plan, world.clock, world.ids),
        *(world.doors, world.keys, world.tuning),
        *(world.network, world.faults, world.recorder),
    )
    if service == "ledger":
        world.staff.payments = _payments(given)
    elif service == "machine":
        world.staff.machine = _machine(given)
    else:
        world.staff.wallet = _wallet(given)


def work_of(staff: Staff, network: Network) -> dict[str, Outbound]:
    """All the background work of a world by name, whoever does it at the time.

    First the power comes back, then services work; what was late arrives last.
    """
    couriers = range(len(staff.payments.couriers))
    power = network.power
    return {
        "power": power,
        "ledger": Shift("ledger", power, lambda: staff.payments.outbound),
        **{f"ledger courier {n + 1}": _courier(staff, power, n) for n in couriers},
        "machine": Shift("machine", power, lambda: staff.machine.outbound),
        "wallet": Shift("wallet", power, lambda: staff.wallet.outbound),
        "post": network.post,
    }


def ledger_outbounds(payments: payments_assembly.Payments) -> dict[str, Outbound]:
    """The background work of the ledger by name: what is due by time, then each courier."""
    couriers = enumerate(payments.couriers, start=1)
    return {
        "ledger": payments.outbound,
        **{f"ledger courier {number}": courier for number, courier in couriers},
    }


def _courier(staff: Staff, power: Power, n: int) -> Shift:
    return Shift("ledger", power, lambda: staff.payments.couriers[n])


def _payments(given: Given) -> payments_assembly.Payments:
    settings = payments_assembly.PaymentsSettings(
        link_base=given.tuning.link_base,
        console_password=given.keys.console_password,
        session_secret=given.keys.payments_session,
        merchants=(),
        providers=(),
        trace_writes=given.tuning.trace_writes,
        refund_ms=given.tuning.refund_ms,
        secure=given.tuning.secure,
        wechat=merchants.settings(given.keys, given.tuning, EMPTY),
        couriers=given.tuning.couriers,
    )
    made = payments_assembly.assemble(settings, *given.around("ledger"))
    given.network.attach(_host(given.tuning.ledger_url), "ledger", made.app)
    return made


def _machine(given: Given) -> machine_assembly.Machine:
    settings = machine_assembly.MachineSettings(
        ledger_url=given.tuning.ledger_url,
        operator_password=given.keys.operator_password,
        session_secret=given.keys.machine_session,
        own_url=given.tuning.machine_url,
        machines=(),
        motor_ms=given.tuning.motor_ms,
        trace_writes=given.tuning.trace_writes,
        secure=given.tuning.secure,
    )
    motor = PoweredMotor(given.network.power.points("machine"), given.faults)
    hardware = Dispenser(
        given.doors.machine, given.clock, motor_ms=given.tuning.motor_ms, rehearsal=motor
    )
    made = machine_assembly.assemble(settings, *given.around("machine"), hardware)
    given.network.attach(_host(given.tuning.machine_url), "machine", made.app)
    return made


def _wallet(given: Given) -> wallet_assembly.Wallet:
    settings = wallet_assembly.WalletSettings(
        ledger_url=given.tuning.ledger_url,
        provider_key=given.keys.provider.api_key,
        hook_secrets=(given.keys.provider.hook_secret,),
        session_secret=given.keys.wallet_session,
        link_base=given.tuning.link_base,
        pin_cost=given.tuning.pin_cost,
        trace_writes=given.tuning.trace_writes,
        secure=given.tuning.secure,
    )
    made = wallet_assembly.assemble(settings, *given.around("wallet"))
    given.network.attach(_host(given.tuning.wallet_url), "wallet", made.app)
    return made


def _host(url: str) -> str:
    return url.partition("://")[2]
