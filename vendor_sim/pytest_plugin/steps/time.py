"""Time passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import when

from vendor_sim.pytest_plugin.parsers import said

if TYPE_CHECKING:
    from vendor_sim.pytest_plugin.scene import Scene


@when(said("{count:d} {span_ms:Span} pass"))
def passes(scene: Scene, count: int, span_ms: int) -> None:
    """Let this much time pass, and happen what falls due."""
    scene.world.pass_time(count * span_ms)
