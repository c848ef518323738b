"""Time passes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from vendor_sim.kernel.clock import parse_rfc3339
from vendor_sim.kernel.limits import SECOND_MS
from vendor_sim.pytest_plugin.parsers import given, phrase, then, when

if TYPE_CHECKING:
    from vendor_sim.pytest_plugin.scene import Scene


@when(phrase("pass"))
def passes(scene: Scene, count: int, span_ms: int) -> None:
    scene.world.pass_time(count * span_ms)


@given(phrase("clock-frozen"))
@when(phrase("clock-frozen"))
def freezes(scene: Scene) -> None:
    scene.world.steer({"frozen": True})


@when(phrase("clock-goes-on"))
def goes_on(scene: Scene) -> None:
    scene.world.steer({"frozen": False})


@given(phrase("clock-speed"))
@when(phrase("clock-speed"))
def runs(scene: Scene, times: int) -> None:
    scene.world.steer({"speed": times})


@then(phrase("order-took"))
def took(scene: Scene, count: int, span_ms: int) -> None:
    order = scene.order_now("done")
    began, ended = (datetime.fromisoformat(order[name]) for name in ("opened_at", "ended_at"))
    took_ms = (ended - began).total_seconds() * SECOND_MS
    assert took_ms == count * span_ms, f"it took {took_ms:.0f} ms"


@given(phrase("story-begins"))
def story_begins(scene: Scene) -> None:
    scene.began_ms = _now_ms(scene)


@when(phrase("since-beginning"))
def since_beginning(scene: Scene, count: int, span_ms: int) -> None:
    left_ms = scene.began_ms + count * span_ms - _now_ms(scene)
    if left_ms > 0:
        scene.world.pass_time(left_ms)


def _now_ms(scene: Scene) -> int:
    return parse_rfc3339(scene.world.ask("GET", "/clock")["now"])
