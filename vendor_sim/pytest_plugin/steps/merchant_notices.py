"""Notices on their way to a shop: lost, doubled, late, in disorder, badly signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.pytest_plugin.parsers import given, phrase, then, when

if TYPE_CHECKING:
    from vendor_sim.pytest_plugin.scene import Scene

_PAID = "TRANSACTION.SUCCESS"


@given(phrase("shop-notices-lost"))
def notices_lost(scene: Scene, times: int) -> None:
    scene.trouble("request_lost", "ledger", scene.the_shop.address, times)


@given(phrase("platform-sends-all"))
def sends_all(scene: Scene, manner: str) -> None:
    scene.behave({"notify": manner})


@given(phrase("platform-sends-some"))
def sends_some(scene: Scene, times: int, manner: str) -> None:
    scene.behave({"notify": manner, "times": times})


@given(phrase("verifies-anew"))
def verifies_anew(scene: Scene) -> None:
    scene.the_shop.hook.rewrites = True


@when(phrase("verifies-bytes"))
def verifies_bytes(scene: Scene) -> None:
    scene.the_shop.hook.rewrites = False


@then(phrase("notice-came-times"))
def came_times(scene: Scene, times: int) -> None:
    scene.listen()
    ids = [one.id for one in scene.the_shop.hook.heard if one.event == _PAID]
    assert (len(ids), len(set(ids))) == (times, 1), ids


@then(phrase("notice-came-after"))
def came_after(scene: Scene, count: int, span_ms: int) -> None:
    (notice,) = scene.heard(_PAID)
    assert notice.delay_ms == count * span_ms, f"it came {notice.delay_ms} ms after"


@then(phrase("heard-backwards"))
def heard_backwards(scene: Scene) -> None:
    events = [one.event for one in scene.heard()]
    assert events == ["REFUND.SUCCESS", _PAID], events


@then(phrase("notices-refused"))
def refused_notices(scene: Scene, count: int) -> None:
    scene.listen()
    assert len(scene.the_shop.hook.refused) == count, scene.the_shop.hook.refused


@then(phrase("notice-refused-because"))
def refused_because(scene: Scene, problem: str) -> None:
    scene.listen()
    assert scene.the_shop.hook.refused[-1:] == [problem], scene.the_shop.hook.refused
