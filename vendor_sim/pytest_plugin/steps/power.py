"""Services that lose their power and come back, and databases that cannot take what they write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.pytest_plugin.parsers import given, phrase, then, when

if TYPE_CHECKING:
    from vendor_sim.pytest_plugin.scene import Scene


@given(phrase("power-lost"))
@when(phrase("power-lost"))
def loses_power(scene: Scene, service: str) -> None:
    scene.post(f"/services/{service}", {"power": "off"})


@given(phrase("power-lost-for"))
@when(phrase("power-lost-for"))
def loses_power_for(scene: Scene, service: str, count: int, span_ms: int) -> None:
    scene.post(f"/services/{service}", {"power": "off", "down_ms": count * span_ms})


@given(phrase("power-lost-at"))
@when(phrase("power-lost-at"))
def loses_power_at(scene: Scene, service: str, at: str) -> None:
    scene.inflict({"fault": "killed", "service": service, "at": at, "times": 1})


@when(phrase("power-back"))
def comes_back(scene: Scene, service: str) -> None:
    scene.post(f"/services/{service}", {"power": "on"})


@then(phrase("power-is"))
def has_power(scene: Scene, service: str, power: str) -> None:
    scene.listen()
    states = {one["service"]: one["power"] for one in scene.world.ask("GET", "/services")}
    assert states[service] == power, states


@given(phrase("database-locked"))
@when(phrase("database-locked"))
def database_locked(scene: Scene, service: str, times: int) -> None:
    scene.inflict({"fault": "database_locked", "service": service, "times": times})


@given(phrase("disk-full"))
@when(phrase("disk-full"))
def disk_full(scene: Scene, service: str, times: int) -> None:
    scene.inflict({"fault": "disk_full", "service": service, "times": times})
