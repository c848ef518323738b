"""What a motor and its sensor do, and what becomes of goods and money."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.world.faults.test_processes import turns
from vendor_sim.machine.domain import Drop
from vendor_sim.world.faults import HARDWARE, Fault, Rule
from vendor_sim.world.faults.motors import MOTOR_FAULTS

if TYPE_CHECKING:
    from tests.world.faults.conftest import Trouble


def test_every_fault_of_the_hardware_has_a_class() -> None:
    assert set(MOTOR_FAULTS) == HARDWARE


@pytest.mark.parametrize(
    ("fault", "state", "outcome"),
    [
        (Fault.JAM, "not_released", "jammed"),
        (Fault.EMPTY_COIL, "not_released", "empty"),
        (Fault.SENSOR_SILENT, "unsure", "unsure"),
        (Fault.DOOR_OPEN, "not_released", "jammed"),
    ],
)
@pytest.mark.parametrize("machine", ["lobby", "yard"])
def test_goods_that_do_not_fall_cost_nothing(
    trouble: Trouble, fault: Fault, state: str, outcome: str, machine: str
) -> None:
    trouble.faults.add(Rule(fault, machine=machine, times=1))
    order = trouble.buy(machine)
    assert (order["state"], order["money"]) == (state, "returned")
    assert turns(trouble) == [outcome]
    assert trouble.faults.fired == [f"{fault.value}|{machine}/B4#0"]


def test_another_machine_and_another_slot_are_left_alone(trouble: Trouble) -> None:
    trouble.faults.add(Rule(Fault.JAM, machine="yard"))
    trouble.faults.add(Rule(Fault.JAM, machine="lobby", slot="A1"))
    assert trouble.buy()["state"] == "released"
    assert trouble.faults.fired == []


def test_trouble_comes_before_what_was_planned_for_the_same_turn(trouble: Trouble) -> None:
    trouble.world.machine.service.plan_drop("lobby", Drop.EMPTY)
    trouble.faults.add(Rule(Fault.JAM, times=1))
    assert trouble.buy()["drop"] == "jammed"
    assert trouble.buy()["drop"] == "dropped"


def test_an_open_door_keeps_the_motor_still_and_the_plan_for_its_next_turn(
    trouble: Trouble,
) -> None:
    trouble.world.machine.service.plan_drop("lobby", Drop.EMPTY)
    trouble.faults.add(Rule(Fault.DOOR_OPEN, times=1))
    assert trouble.buy()["drop"] == "jammed"
    assert trouble.buy()["drop"] == "empty"
