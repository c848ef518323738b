"""Notices on their way to a shop: lost, doubled, late, in disorder, badly signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, then, when

from vendor_sim.pytest_plugin.parsers import said

if TYPE_CHECKING:
    from vendor_sim.pytest_plugin.scene import Scene

_PAID = "TRANSACTION.SUCCESS"


@given(said("the next {times:d} notices to the shop are lost"))
def notices_lost(scene: Scene, times: int) -> None:
    """The network loses what the platform tells the shop."""
    scene.trouble("request_lost", "ledger", scene.the_shop.address, times)


@given(said("the platform sends every notice {manner:Manner}"))
def sends_all(scene: Scene, manner: str) -> None:
    """Until told otherwise."""
    scene.behave({"notify": manner})


@given(said("the platform sends the next {times:d} notices {manner:Manner}"))
def sends_some(scene: Scene, times: int, manner: str) -> None:
    """Then it is done with that."""
    scene.behave({"notify": manner, "times": times})


@given("the shop verifies what it wrote anew, not what it got")
def verifies_anew(scene: Scene) -> None:
    """A mistake that many make: parse the body, write it again, verify that."""
    scene.the_shop.hook.rewrites = True


@when("the shop mends its ways and verifies what it got")
def verifies_bytes(scene: Scene) -> None:
    """As it should."""
    scene.the_shop.hook.rewrites = False


@then(said("the notice has come {times:Times}"))
def came_times(scene: Scene, times: int) -> None:
    """So often the shop believed the same notice of the payment."""
    scene.listen()
    ids = [one.id for one in scene.the_shop.hook.heard if one.event == _PAID]
    assert (len(ids), len(set(ids))) == (times, 1), ids


@then(said("the notice came {count:d} {span_ms:Span} after the payment"))
def came_after(scene: Scene, count: int, span_ms: int) -> None:
    """How long after; the virtual clock is exact."""
    (notice,) = scene.heard(_PAID)
    assert notice.delay_ms == count * span_ms, f"it came {notice.delay_ms} ms after"


@then("the shop heard of the refund before it heard of the payment")
def heard_backwards(scene: Scene) -> None:
    """What happened first was told last."""
    events = [one.event for one in scene.heard()]
    assert events == ["REFUND.SUCCESS", _PAID], events


@then(said("the shop has refused {count:Number} notice"))
def refused_notices(scene: Scene, count: int) -> None:
    """It could not believe so many."""
    scene.listen()
    assert len(scene.the_shop.hook.refused) == count, scene.the_shop.hook.refused


@then(said("the shop refused the notice: {problem}"))
def refused_because(scene: Scene, problem: str) -> None:
    """Why it could not believe the last one that it refused."""
    scene.listen()
    assert scene.the_shop.hook.refused[-1:] == [problem], scene.the_shop.hook.refused
