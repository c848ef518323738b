"""What a machine that sells by WeChat Pay says to the platform, and the platform to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_bdd import then

if TYPE_CHECKING:
    from vendor_sim.pytest_plugin.scene import Scene

_WHO = {"machine": "the machine", "ledger": "the platform"}


@then("the machine and the platform have said")
def have_said(scene: Scene, datatable: list[list[str]]) -> None:
    """Everything but questions, in order: calls of the machine, and notices of the platform."""
    said = [
        [_WHO[entry["source"]], _what(entry)]
        for entry in scene.world.ask("GET", "/journal")
        if {entry["source"], entry["target"]} == _WHO.keys() and entry["method"] != "GET"
    ]
    assert said == datatable, said


def _what(entry: dict[str, Any]) -> str:
    if entry["source"] == "ledger":
        return str(entry["request"]["body"]["event_type"])
    return str(entry["path"]).rpartition("/")[2]
