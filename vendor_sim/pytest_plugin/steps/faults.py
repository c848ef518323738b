"""What goes wrong, by name: on any way between two services, in a motor, or as a whole plan."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

from vendor_sim.pytest_plugin.parsers import given, phrase, then, when

if TYPE_CHECKING:
    from vendor_sim.pytest_plugin.scene import Scene

_NUMBERS = {
    **dict.fromkeys(("times", "after", "delay_ms", "status", "down_ms"), int),
    "probability": float,
}
"""What is a number in a rule; all else is a text."""


@given(phrase("fault-next"))
@when(phrase("fault-next"))
def next_messages(scene: Scene, times: int, source: str, target: str, fault: str) -> None:
    scene.inflict({"fault": fault, "from": source, "to": target, "times": times})


@given(phrase("fault-next-match"))
@when(phrase("fault-next-match"))
def next_requests(
    scene: Scene, times: int, match: str, source: str, target: str, fault: str
) -> None:
    rule = {"fault": fault, "from": source, "to": target, "match": match, "times": times}
    scene.inflict(rule)


@given(phrase("fault-all"))
@when(phrase("fault-all"))
def all_messages(scene: Scene, source: str, target: str, fault: str) -> None:
    scene.inflict({"fault": fault, "from": source, "to": target})


@given(phrase("fault-some"))
@when(phrase("fault-some"))
def some_messages(scene: Scene, percent: int, source: str, target: str, fault: str) -> None:
    rule = {"fault": fault, "from": source, "to": target, "probability": percent / 100}
    scene.inflict(rule)


@given(phrase("fault-turns"))
@when(phrase("fault-turns"))
def next_turns(scene: Scene, times: int, slot: str, fault: str) -> None:
    scene.inflict({"fault": fault, "machine": scene.machine, "slot": slot, "times": times})


@given(phrase("faults"))
@when(phrase("faults"))
def rules(scene: Scene, datatable: list[list[str]]) -> None:
    heads, *rows = datatable
    for row in rows:
        given_ = {head: cell for head, cell in zip(heads, row, strict=True) if cell}
        scene.inflict({head: _value(head, cell) for head, cell in given_.items()})


@given(phrase("fault-plan"))
@when(phrase("fault-plan"))
def whole_plan(scene: Scene, docstring: str) -> None:
    text = docstring.strip()
    plan = json.loads(text) if text.startswith("{") else tomllib.loads(text)
    scene.post("/faults", plan)


@then(phrase("faults-happened"))
def have_happened(scene: Scene, datatable: list[list[str]]) -> None:
    told = {fault: str(count) for fault, count in scene.fired().items()}
    assert told == dict(datatable[1:]), told


def _value(head: str, cell: str) -> Any:
    return _NUMBERS.get(head, str)(cell)
