"""What one transaction writes has one time, however often its service looks at the clock.

Here the clock moves on each time that anybody looks at it, which the clock on the wall may do.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.world import rich
from tests.world.conftest import Control
from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.kernel.limits import DAY_MS, PRESENTED_MS
from vendor_sim.world.audit import audit
from vendor_sim.world.build import simulate
from vendor_sim.world.faults import Fault, Rule
from vendor_sim.world.plan import DEMO, MachinePlan, SlotPlan, WalletPlan
from vendor_sim.world.sweep import SCENARIOS, Trial, attempt
from vendor_sim.world.sweep.trial import forget_beginnings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from vendor_sim.world.build import World

LOOKS = 48
"""More often nobody looks at the clock while a payment is judged and written."""
CODEPAY = "POST /v3/pay/transactions/codepay"
GOLD = SlotPlan("C1", "Gold", 1_001_00)
"""So dear that its payer has to type the PIN."""
DESK = MachinePlan(*("desk", "Desk", "at_once", "CNY"), (SlotPlan("A1", "Tea", 330, stock=LOOKS),))
TRACK = MachinePlan(
    *("track", "Track 1", "at_once", "CNY", (GOLD, SlotPlan("A1", "Tea", 300))),
    speaks="wechat_v3",
    mchid="1900000009",
)
PLAN = replace(
    rich.PLAN,
    machines=(*rich.PLAN.machines, DESK, TRACK),
    wallets=(*DEMO.wallets, WalletPlan("ada", "Ada", "CNY", 9_000_00, "482913")),
)


@pytest.fixture(autouse=True)
def ticking(monkeypatch) -> Iterator[None]:
    """No clock of a simulated world says the same twice."""
    stands = VirtualClock.now_ms

    def now_ms(self: VirtualClock) -> int:
        found = stands(self)
        self.advance_to(found + 1)
        return found

    forget_beginnings()
    monkeypatch.setattr(VirtualClock, "now_ms", now_ms)
    yield
    forget_beginnings()


@pytest.fixture
def world(ticking) -> Iterator[World]:
    """Machines and wallets under such a clock."""
    made = simulate(PLAN, seed=3)
    yield made
    made.close()


@pytest.fixture
def control(world: World) -> Control:
    """Its control plane."""
    return Control(world)


def pressed(control: Control, machine: str, slot: str) -> Any:
    """An order whose code is on the screen."""
    order = control.post(f"/machines/{machine}/press", {"slot": slot}, 202)["order"]
    return control.get(f"/orders/{order}?wait_for=awaiting_payment")


def come_to(world: World, at_ms: int) -> None:
    """Let time pass, and be there a moment before what is due then."""
    clock = world.clock
    assert isinstance(clock, VirtualClock)
    world.driver.until(lambda: None, at_ms - LOOKS - clock.now_ms())
    clock.advance_to(at_ms)


def test_whatever_happens_has_one_time(world: World) -> None:
    rich.live(world)
    assert audit(world) == []


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_story_ends_well_under_a_clock_that_never_stands(scenario) -> None:
    assert attempt(Trial(scenario)).breaches == ()


def test_a_yes_as_time_runs_out_is_in_time_or_is_none(world: World, control: Control) -> None:
    """Judged a moment before the end and written a moment after, it would be both."""
    came: Counter[str] = Counter()
    for before_ms in range(LOOKS):
        code = pressed(control, "desk", "A1")["code"]
        assert control.post("/wallets/pete/scan", {"code": code})["state"] == "asking"
        scan = world.wallet.service.history("pete", limit=1)[0]
        come_to(world, scan["pay_until_ms"] - before_ms)
        came[control.post("/wallets/pete/confirm", {})["state"]] += 1
        assert world.driver.settle(DAY_MS)
        assert audit(world) == []
    assert came["paid"]
    assert came["refused"]


def test_what_was_charged_and_reversed_has_one_time(world: World, control: Control) -> None:
    """The payer is asked and says nothing; then one has paid, and the machine never hears of it."""
    pressed(control, "track", "C1")
    code = control.get("/wallets/ada/payment-code")["auth_code"]
    control.post("/machines/track/scan", {"auth_code": code}, 202)
    assert world.driver.settle(DAY_MS)
    world.faults.add(Rule(Fault.ANSWER_LOST, source="machine", match=CODEPAY))
    pressed(control, "track", "A1")
    code = control.get("/wallets/pete/payment-code")["auth_code"]
    control.post("/machines/track/scan", {"auth_code": code}, 202)
    assert world.driver.settle(DAY_MS)
    world.driver.until(lambda: None, PRESENTED_MS)
    told = [one.path for _, one in world.journal.exchanges(0) if one.path.endswith("/reverse")]
    assert len(told) == 2
    assert audit(world) == []
