"""A shop's requests go wrong: no answer, a bad one, a bad signature, another key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.pytest_plugin.parsers import given, phrase, then, when

if TYPE_CHECKING:
    from vendor_sim.pytest_plugin.scene import Scene


@given(phrase("platform-troubles"))
def answers_with(scene: Scene, times: int, answer: str) -> None:
    scene.behave({"answer": answer, "times": times})


@given(phrase("shop-answers-lost"))
def answers_lost(scene: Scene, times: int) -> None:
    scene.trouble("answer_lost", scene.the_shop.address, "ledger", times)


@given(phrase("signs-another-body"))
def signs_another_body(scene: Scene) -> None:
    scene.the_shop.keys.rewrites = True


@given(phrase("clock-slow"))
def signs_late(scene: Scene, count: int, span_ms: int) -> None:
    scene.the_shop.keys.drift_ms = -count * span_ms


@given(phrase("clock-fast"))
def signs_early(scene: Scene, count: int, span_ms: int) -> None:
    scene.the_shop.keys.drift_ms = count * span_ms


@given(phrase("signs-with-another-key"))
def signs_with_another_key(scene: Scene) -> None:
    scene.the_shop.keys.key = scene.world.open_shop("Other shop", "pubkey").keys.key


@given(phrase("signs-as-another"))
def signs_as_another(scene: Scene) -> None:
    scene.the_shop.keys.serial = scene.the_shop.keys.newest


@when(phrase("signs-well"))
def signs_well(scene: Scene) -> None:
    scene.the_shop.keys.rewrites = False
    scene.the_shop.keys.drift_ms = 0


@given(phrase("platform-signs"))
@when(phrase("platform-signs"))
def signs_with(scene: Scene, signer: str) -> None:
    scene.behave({"key": signer})


@when(phrase("fetch-certificates"))
def fetches(scene: Scene) -> None:
    scene.at_shop(lambda shop: shop.line.learn())


@when(phrase("take-in-public-key"))
def takes_in(scene: Scene) -> None:
    scene.the_shop.keys.believe_public_key()


@then(phrase("knows-keys"))
def knows_keys(scene: Scene, count: int) -> None:
    assert len(scene.the_shop.keys.known) == count, list(scene.the_shop.keys.known)


@then(phrase("heard-keys"))
def heard_keys(scene: Scene, count: int) -> None:
    scene.listen()
    serials = {one.serial for one in scene.the_shop.hook.heard}
    assert len(serials) == count, serials


@then(phrase("inspector-says"))
def inspector_says(scene: Scene, cause: str) -> None:
    found = scene.world.ask("GET", "/journal")[-1]["diagnosis"]
    assert found["cause"].startswith(cause), found
