"""What a machine that sells by WeChat Pay says to the platform, and the platform to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sim.pytest_plugin.parsers import phrase, then

if TYPE_CHECKING:
    from vendor_sim.pytest_plugin.phrases.book import Tongue
    from vendor_sim.pytest_plugin.scene import Scene

_BOTH = {"machine", "ledger"}


@then(phrase("have-said"))
def have_said(scene: Scene, datatable: list[list[str]], tongue: Tongue) -> None:
    told = [
        [entry["source"], _what(entry)]
        for entry in scene.world.ask("GET", "/journal")
        if {entry["source"], entry["target"]} == _BOTH and entry["method"] != "GET"
    ]
    assert told == [[tongue.read("Speaker", who), what] for who, what in datatable], told


def _what(entry: dict[str, Any]) -> str:
    if entry["source"] == "ledger":
        return str(entry["request"]["body"]["event_type"])
    return str(entry["path"]).rpartition("/")[2]
