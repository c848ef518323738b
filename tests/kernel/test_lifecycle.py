"""A state machine is a table."""

from __future__ import annotations

from enum import StrEnum

import pytest

from vendor_sim.kernel.lifecycle import IllegalMoveError, Lifecycle


class Light(StrEnum):
    OFF = "off"
    ON = "on"
    BROKEN = "broken"


class Act(StrEnum):
    SWITCH = "switch"
    DROP = "drop"


LIGHT = Lifecycle(
    "light",
    Light.OFF,
    {
        (Light.OFF, Act.SWITCH): Light.ON,
        (Light.ON, Act.SWITCH): Light.OFF,
        (Light.ON, Act.DROP): Light.BROKEN,
    },
)


def test_a_move_that_is_in_the_table_happens() -> None:
    assert LIGHT.can(Light.OFF, Act.SWITCH)
    assert LIGHT.next(Light.OFF, Act.SWITCH) is Light.ON


def test_a_move_that_is_not_there_cannot() -> None:
    assert not LIGHT.can(Light.OFF, Act.DROP)
    with pytest.raises(IllegalMoveError, match="light: no drop in off"):
        LIGHT.next(Light.OFF, Act.DROP)


def test_states_and_final_states_follow_from_the_table() -> None:
    assert LIGHT.states == frozenset(Light)
    assert LIGHT.final == {Light.BROKEN}


def test_the_diagram_is_drawn_from_the_table() -> None:
    assert LIGHT.mermaid().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> off",
        "    off --> on: switch",
        "    on --> off: switch",
        "    on --> broken: drop",
        "    broken --> [*]",
    ]
