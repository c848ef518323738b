"""A machine service under a virtual clock, talking to the tests' own platform."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.machine.platform import Platform
from tests.mishaps import mishaps
from vendor_sim.kernel.clock import VirtualClock, parse_rfc3339
from vendor_sim.kernel.ids import SeededIds
from vendor_sim.machine import assembly
from vendor_sim.machine.assembly import MachineSeed, MachineSettings, SlotSeed
from vendor_sim.storage.database import Database
from vendor_sim.wire.signing import secret_text
from vendor_sim.wire.transports import Faulty, InProcess
from vendor_sim.world.faults import Fault

START_MS = 1_790_000_000_000
SECRET = secret_text(b"0123456789abcdef0123456789abcdef")
SLOTS = (SlotSeed("B4", "Cola", 350, 5), SlotSeed("C4", "Still water", 200, 0))


def seed(machine_id="lobby", takes="hold", currency="CNY", slots=SLOTS, **changes):
    keys = {"merchant_id": f"m_{machine_id}", "credentials": "key", "hook_secrets": (SECRET,)}
    made = MachineSeed(machine_id, "Lobby machine", takes, currency, slots=slots, **keys)
    return replace(made, **changes)


class Rig:
    """One machine service and its platform; ``faults`` maps a path's end to a fault."""

    def __init__(self, *seeds, url="sqlite://"):
        self.clock = VirtualClock(START_MS)
        self.platform = self.make_platform()
        self.faults = {}
        self.notify = True
        self.seeds = seeds
        self.url = url
        self.ids = SeededIds(1)
        self.door = Database(url, assembly.TABLES)
        self.assemble()

    def make_platform(self):
        return Platform(self.clock, SECRET)

    def assemble(self):
        keys = ("operator", "s" * 32)
        settings = MachineSettings("http://ledger", *keys, self.seeds, own_url="http://machine")
        transport = Faulty(InProcess(self.platform), mishaps(self._fault))
        made = assembly.assemble(settings, self.door, self.clock, self.ids, transport)
        self.machine, self.service, self.outbound = made, made.service, made.outbound
        self.app, self.dispenser = made.app, made.dispenser

    def restart(self):
        self.outbound.close()
        self.assemble()

    def _fault(self, request):
        for end, fault in self.faults.items():
            if request.url.path.endswith(end):
                return fault
        return None

    def cut_off(self):
        """Nothing reaches the platform, and nothing comes from it."""
        self.faults[""] = Fault.REQUEST_LOST
        self.notify = False

    def reconnect(self):
        self.faults.clear()
        self.notify = True

    def tick(self):
        """One turn of everything at this instant; whether anything happened."""
        self.platform.expire()
        done = self.outbound.tick(self.clock.now_ms())
        return done + (self.deliver() if self.notify else 0)

    def deliver(self, times=1):
        notices, self.platform.notices = self.platform.notices, []
        for notice in notices:
            for _ in range(times):
                self.post(notice)
        return len(notices)

    def post(self, notice, machine_id="lobby"):
        client = self.app.test_client()
        path = f"/machine/hooks/payments/{machine_id}"
        return client.post(path, data=notice[1], headers=self.platform.signed(notice))

    def run(self, ms=0):
        """Everything that is due within so many milliseconds, in order of time."""
        end_ms = self.clock.now_ms() + ms
        for _ in range(2_000):
            if self.tick():
                continue
            due = [at for at in (self.outbound.next_due_ms(), self._platform_due()) if at]
            if not due or min(due) > end_ms:
                self.clock.advance_to(end_ms)
                return
            self.clock.advance_to(min(due))
        raise AssertionError("the world does not come to rest")

    def _platform_due(self):
        ends = [one["due"] for one in self.platform.refunds.values() if one["state"] == "pending"]
        return min(map(parse_rfc3339, ends), default=None)

    def buy(self, slot="B4"):
        """Press and get the code."""
        order_id = self.service.press(self.machine_id, slot)
        self.run()
        return order_id

    @property
    def machine_id(self):
        return self.seeds[0].id

    def order(self, order_id):
        return self.service.order(order_id)

    def state(self, order_id):
        return self.order(order_id)["state"]

    def stock(self, slot="B4"):
        slots = self.service.machine_view(self.machine_id)["slots"]
        return next(one["stock"] for one in slots if one["slot"] == slot)

    def rows(self, table):
        return self.door.read(lambda cx: list(cx.execute(table.select())))

    def asked(self, verb):
        """How often the platform was asked for this."""
        return sum(1 for _, path in self.platform.log if path.endswith(verb))

    def close(self):
        self.outbound.close()
        self.door.close()


@pytest.fixture
def rig():
    made = Rig(seed())
    yield made
    made.close()


@pytest.fixture
def at_once():
    made = Rig(seed(takes="at_once"))
    yield made
    made.close()


@pytest.fixture(params=["hold", "at_once"])
def any_rig(request):
    made = Rig(seed(takes=request.param))
    yield made
    made.close()


@pytest.fixture
def v3():
    from tests.machine.v3_rig import V3Rig  # noqa: PLC0415 - it builds upon this module

    made = V3Rig()
    yield made
    made.close()
