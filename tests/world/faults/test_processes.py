"""Services that are killed, locked out of their database, or left without room on the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.world.conftest import Control, code_of
from tests.world.faults.conftest import Trouble
from vendor_sim.kernel.limits import POWER_DOWN_MS
from vendor_sim.kernel.problems import Refused
from vendor_sim.machine.dispenser import COMMAND
from vendor_sim.machine.domain import Drop
from vendor_sim.wire.http import ConnectError, Request
from vendor_sim.world import acts
from vendor_sim.world.faults import SERVICES, At, Fault, Rule
from vendor_sim.world.faults.names import PROCESSES
from vendor_sim.world.faults.processes import PROCESS_FAULTS, Killed

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vendor_sim.machine.assembly import Machine
    from vendor_sim.payments.assembly import Payments
    from wallet.assembly import Wallet


def test_every_fault_of_a_process_has_a_class() -> None:
    assert set(PROCESS_FAULTS) == PROCESSES


def killed(service: str, at: At, **more: Any) -> Rule:
    return Rule(Fault.KILLED, service=service, at=at, times=1, **more)


def turns(trouble: Trouble) -> list[str]:
    """What the hardware wrote down."""

    def query(cx: Connection) -> list[str]:
        return [row.outcome for row in cx.execute(COMMAND.select())]

    return trouble.world.doors.machine.read(query)


# -- killed -----------------------------------------------------------------------------------
def test_killed_before_its_commit_nothing_of_it_stays(trouble: Trouble) -> None:
    trouble.faults.add(killed("machine", At.BEFORE_COMMIT))
    with pytest.raises(Killed, match="the machine has no power"):
        trouble.press()
    trouble.world.driver.settle(60_000)
    assert trouble.world.machine.service.orders("lobby", 5) == []


def test_killed_after_its_commit_all_of_it_stays(trouble: Trouble) -> None:
    trouble.faults.add(killed("machine", At.AFTER_COMMIT))
    with pytest.raises(Killed):
        trouble.press()
    trouble.world.driver.until(lambda: None, POWER_DOWN_MS)
    (order,) = trouble.world.machine.service.orders("lobby", 5)
    assert order["state"] == "awaiting_payment"


def test_who_asked_a_service_that_dies_in_its_handler_hears_nothing(trouble: Trouble) -> None:
    trouble.faults.add(killed("ledger", At.AFTER_COMMIT))
    assert trouble.buy()["state"] == "released"
    asked = [one for one in trouble.exchanges("/v1/intents") if one["path"] == "/v1/intents"]
    assert [one["status"] for one in asked] == [None] * (len(asked) - 1) + [201]
    assert len(asked) > 1


def test_a_killed_service_loses_its_memory_and_begins_with_its_database(trouble: Trouble) -> None:
    before = trouble.world.staff.payments, trouble.world.staff.machine, trouble.world.staff.wallet
    for service in SERVICES:
        trouble.world.power.cut(service, 1_000)
    trouble.world.driver.until(lambda: None, 1_000)
    after: tuple[Payments, Machine, Wallet] = (
        *(trouble.world.payments, trouble.world.machine, trouble.world.wallet),
    )
    assert all(old is not new for old, new in zip(before, after, strict=True))
    assert trouble.buy()["state"] == "released"
    assert trouble.buy("yard")["state"] == "released"


def test_the_dead_write_nothing(trouble: Trouble) -> None:
    dead = trouble.world.machine
    trouble.world.power.cut("machine")
    trouble.world.power.restore("machine")
    with pytest.raises(Killed):
        dead.service.press("lobby", "B4")
    with pytest.raises(Killed):
        dead.service.machines()
    assert trouble.world.machine.service.orders("lobby", 5) == []
    assert trouble.buy()["state"] == "released"


def test_without_power_there_is_nobody_and_nothing_is_done(trouble: Trouble) -> None:
    trouble.press()
    trouble.world.power.cut("ledger")
    line = trouble.world.network.line_of("machine")
    with pytest.raises(ConnectError, match="the ledger has no power"):
        line.handle_request(Request("GET", "http://ledger/healthz"))
    trouble.world.power.cut("machine")
    sent = len(trouble.world.journal.since())
    trouble.world.driver.until(lambda: None, 10_000)
    assert len(trouble.world.journal.since()) == sent
    trouble.world.power.restore_all()
    trouble.world.driver.until(lambda: None, 1_000)
    assert len(trouble.world.journal.since()) > sent


def test_a_service_is_down_for_as_long_as_the_rule_says(trouble: Trouble) -> None:
    trouble.faults.add(killed("wallet", At.AFTER_COMMIT, down_ms=7_000))
    with pytest.raises(Killed):
        trouble.world.wallet.service.payment_code("pete")
    trouble.world.driver.until(lambda: None, 6_999)
    assert not trouble.world.power.is_on("wallet")
    trouble.world.driver.until(lambda: None, 1)
    assert trouble.world.power.is_on("wallet")


def test_killed_again_as_it_comes_up_it_comes_up_later(trouble: Trouble) -> None:
    trouble.press()
    rule = Rule(Fault.KILLED, service="machine", at=At.SEND, times=5)
    trouble.faults.add(rule)
    trouble.world.driver.until(lambda: None, 5 * POWER_DOWN_MS + 1_000)
    assert trouble.faults.counts == {"killed": 5}
    assert trouble.world.power.is_on("machine")
    (order,) = trouble.world.machine.service.orders("lobby", 5)
    assert order["state"] in {"awaiting_payment", "expired", "refused"}
    assert trouble.end_of(order["id"])["done"]


def test_killed_while_it_is_put_together_it_is_put_together_again(trouble: Trouble) -> None:
    world = trouble.world
    revive = world.power.revive
    assert revive is not None
    tries: list[str] = []

    def twice(service: str) -> None:
        tries.append(service)
        if len(tries) == 1:
            world.power.cut(service, 500)
            raise Killed(service)
        revive(service)

    world.power.revive = twice
    world.power.cut("ledger", 1_000)
    world.driver.until(lambda: None, 2_000)
    assert tries == ["ledger", "ledger"]
    assert trouble.buy()["state"] == "released"


# -- the power cord of the machine ------------------------------------------------------------
def test_power_cut_while_the_motor_turns_never_turns_it_twice(trouble: Trouble) -> None:
    trouble.faults.load({"script": ["power_cut|machine@after_motor#0"]})
    assert trouble.buy()["state"] == "released"
    assert turns(trouble) == ["dropped"]
    assert trouble.faults.fired == ["power_cut|machine@after_motor#0"]


def test_power_cut_before_the_motor_is_unsure_and_the_money_goes_back(trouble: Trouble) -> None:
    trouble.faults.load({"rules": [{"fault": "power_cut", "at": "before_motor", "times": 1}]})
    order = trouble.buy()
    assert (order["state"], order["money"]) == ("unsure", "returned")
    assert turns(trouble) == []


# -- the database -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fault", "words"),
    [(Fault.DATABASE_LOCKED, "database is locked"), (Fault.DISK_FULL, "disk is full")],
)
def test_a_database_that_fails_refuses_and_keeps_nothing(
    trouble: Trouble, fault: Fault, words: str
) -> None:
    trouble.faults.add(Rule(fault, service="machine", times=1))
    with pytest.raises(Refused, match=words) as refused:
        trouble.press()
    assert refused.value.problem.transient
    assert trouble.world.machine.service.orders("lobby", 5) == []
    assert trouble.buy()["state"] == "released"


@pytest.mark.parametrize("fault", [Fault.DATABASE_LOCKED, Fault.DISK_FULL])
@pytest.mark.parametrize("service", SERVICES)
def test_a_database_that_fails_for_a_while_fails_nobody_for_ever(
    fault: Fault, service: str
) -> None:
    trouble = Trouble()
    order = trouble.press()
    code = acts.order(trouble.world, order, "awaiting_payment", 60_000)["code"]
    scan = trouble.world.wallet.service.begin_scan("pete", code)
    trouble.world.driver.until(lambda: None, 1_000)
    trouble.world.wallet.service.approve(scan, "123456")
    trouble.faults.add(Rule(fault, service=service, times=4))
    assert trouble.end_of(order)["done"]
    assert trouble.faults.counts == {fault.value: 4}
    trouble.world.close()


def test_a_planned_drop_is_not_forgotten_by_a_machine_that_was_killed(trouble: Trouble) -> None:
    trouble.world.machine.service.plan_drop("lobby", Drop.JAMMED)
    trouble.world.power.cut("machine", 100)
    trouble.world.driver.until(lambda: None, 100)
    assert trouble.buy()["state"] == "not_released"


# -- at the control plane ---------------------------------------------------------------------
def test_acts_on_a_service_without_power_are_unavailable(trouble: Trouble) -> None:
    control = Control(trouble.world)
    assert control.post("/services/machine", {"power": "off"}) == {
        "service": "machine",
        "power": "off",
        "back_at": None,
    }
    told = control.post("/machines/lobby/press", {"slot": "B4"}, 503)
    assert code_of(told) == "unavailable"
    assert told["error"]["message"] == "the machine has no power"
    assert control.get("/services")[1]["power"] == "off"
    assert control.get("/audit") == {"breaches": []}
    control.post("/services/machine", {"power": "on"})
    control.post("/machines/lobby/press", {"slot": "B4"}, 202)


def test_a_reset_restores_power_and_clears_the_plan(trouble: Trouble) -> None:
    control = Control(trouble.world)
    control.post("/services/wallet", {"power": "off", "down_ms": 60_000})
    control.post("/faults", {"rules": [{"fault": "request_lost"}]})
    control.post("/reset", {})
    assert {one["power"] for one in control.get("/services")} == {"on"}
    assert control.get("/faults") == {"seed": 0, "rules": [], "script": [], "fired": {}}
    assert trouble.buy()["state"] == "released"


def test_a_service_whose_database_fails_it_as_it_comes_up_is_begun_again(trouble: Trouble) -> None:
    power = trouble.world.power
    power.cut("machine")
    trouble.faults.add(Rule(Fault.DISK_FULL, service="machine", times=1))
    power.restore("machine")
    assert not power.is_on("machine")
    assert trouble.world.driver.settle(4 * 24 * 3_600_000)
    assert power.is_on("machine")
    assert trouble.buy()["state"] == "released"
