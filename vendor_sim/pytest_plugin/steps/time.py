"""Time passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import when

from vendor_sim.pytest_plugin.parsers import phrase

if TYPE_CHECKING:
    from vendor_sim.pytest_plugin.scene import Scene


@when(phrase("pass"))
def passes(scene: Scene, count: int, span_ms: int) -> None:
    scene.world.pass_time(count * span_ms)
