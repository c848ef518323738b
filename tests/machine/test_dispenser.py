"""The simulated hardware remembers its commands, whatever the machine forgets."""

from __future__ import annotations

from vendor_sim.machine.dispenser import Turn
from vendor_sim.machine.domain import Drop


def test_a_command_sent_twice_turns_the_motor_once(rig):
    rig.dispenser.plan("lobby", Drop.JAMMED)
    for _ in range(2):
        rig.dispenser.release("cmd_1", "lobby", "B4")
    assert rig.dispenser.turn("cmd_1") == Turn(Drop.JAMMED, rig.clock.now_ms() + 1_800)
    rig.dispenser.release("cmd_2", "lobby", "B4")
    assert rig.dispenser.turn("cmd_2").outcome is Drop.DROPPED


def test_it_has_never_heard_of_other_commands(rig):
    assert rig.dispenser.turn("cmd_9") is None


def test_the_last_plan_counts_and_only_for_its_machine(rig):
    rig.dispenser.plan("lobby", Drop.EMPTY)
    rig.dispenser.plan("lobby", Drop.UNSURE)
    rig.dispenser.release("cmd_1", "hall", "B4")
    rig.dispenser.release("cmd_2", "lobby", "B4")
    assert rig.dispenser.turn("cmd_1").outcome is Drop.DROPPED
    assert rig.dispenser.turn("cmd_2").outcome is Drop.UNSURE
    assert (rig.dispenser.drops("hall", "B4"), rig.dispenser.drops("lobby", "B4")) == (1, 0)
