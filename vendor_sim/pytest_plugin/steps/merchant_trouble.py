"""A shop's requests go wrong: no answer, a bad one, a bad signature, another key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, then, when

from vendor_sim.pytest_plugin.parsers import said

if TYPE_CHECKING:
    from vendor_sim.pytest_plugin.scene import Scene


@given(said("the platform answers the next {times:d} requests with {answer:Trouble}"))
def answers_with(scene: Scene, times: int, answer: str) -> None:
    """Whatever the shop asks for, it is not done."""
    scene.behave({"answer": answer, "times": times})


@given(said("the next {times:d} answers to the shop are lost"))
def answers_lost(scene: Scene, times: int) -> None:
    """The platform does as the shop asks, and the shop does not learn of it."""
    scene.trouble("answer_lost", scene.the_shop.address, "ledger", times)


@given("the shop signs a body that it wrote anew")
def signs_another_body(scene: Scene) -> None:
    """A mistake that many make: write the body twice, sign one and send the other."""
    scene.the_shop.keys.rewrites = True


@given(said("the shop has a clock that is {count:d} {span_ms:Span} slow"))
def signs_late(scene: Scene, count: int, span_ms: int) -> None:
    """It dates what it signs by a clock that nobody set."""
    scene.the_shop.keys.drift_ms = -count * span_ms


@given(said("the shop has a clock that is {count:d} {span_ms:Span} fast"))
def signs_early(scene: Scene, count: int, span_ms: int) -> None:
    """The same the other way."""
    scene.the_shop.keys.drift_ms = count * span_ms


@given("the shop signs with the key of another shop")
def signs_with_another_key(scene: Scene) -> None:
    """Two shops, two files, one name."""
    scene.the_shop.keys.key = scene.world.open_shop("Other shop", "pubkey").keys.key


@given("the shop takes the platform's key for its own")
def signs_as_another(scene: Scene) -> None:
    """It writes the wrong serial number beside a good signature."""
    scene.the_shop.keys.serial = scene.the_shop.keys.newest


@when("the shop signs as it should")
def signs_well(scene: Scene) -> None:
    """It sends its own body, signed by a clock that is right."""
    scene.the_shop.keys.rewrites = False
    scene.the_shop.keys.drift_ms = 0


@given(said("the platform signs {signer:Signer}"))
@when(said("the platform begins to sign {signer:Signer}"))
def signs_with(scene: Scene, signer: str) -> None:
    """The platform uses another of its keys."""
    scene.behave({"key": signer})


@when("the shop fetches the platform's certificates")
def fetches(scene: Scene) -> None:
    """Ask for all that may sign, and believe them."""
    scene.at_shop(lambda shop: shop.line.learn())


@when("the shop takes in the platform's public key")
def takes_in(scene: Scene) -> None:
    """It lay among the files that the shop was handed."""
    scene.the_shop.keys.believe_public_key()


@then(said("the shop knows {count:Number} of the platform's keys"))
def knows_keys(scene: Scene, count: int) -> None:
    """Certificates and the public key together."""
    assert len(scene.the_shop.keys.known) == count, list(scene.the_shop.keys.known)


@then(said("{count:Number} of the platform's keys signed what the shop has heard"))
def heard_keys(scene: Scene, count: int) -> None:
    """How many of the platform's keys signed notices."""
    scene.listen()
    serials = {one.serial for one in scene.the_shop.hook.heard}
    assert len(serials) == count, serials


@then(said('the inspector says "{cause}"'))
def inspector_says(scene: Scene, cause: str) -> None:
    """Why the platform could not verify the shop's last request, in words."""
    found = scene.world.ask("GET", "/journal")[-1]["diagnosis"]
    assert found["cause"].startswith(cause), found
