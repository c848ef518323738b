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


@given(said("the shop signs {mistake:Mistake}"))
def signs_badly(scene: Scene, mistake: str) -> None:
    """One of the usual mistakes."""
    scene.the_shop.mistake(mistake, scene.world)


@given(said("the platform signs {signer:Signer}"))
@when(said("the platform begins to sign {signer:Signer}"))
def signs_with(scene: Scene, signer: str) -> None:
    """The platform uses another of its keys."""
    scene.behave({"key": signer})


@when("the shop fetches the platform's certificates")
def fetches(scene: Scene) -> None:
    """Ask for all that may sign, and believe them."""
    scene.at_shop(lambda shop: shop.line.learn())


@then(said("the shop knows {count:d} keys of the platform"))
def knows_keys(scene: Scene, count: int) -> None:
    """Certificates and the public key together."""
    assert len(scene.the_shop.keys.known) == count, list(scene.the_shop.keys.known)


@then(said("what the shop has heard was signed with {count:d} keys"))
def heard_keys(scene: Scene, count: int) -> None:
    """How many of the platform's keys signed notices."""
    scene.listen()
    serials = {one.serial for one in scene.the_shop.hook.heard}
    assert len(serials) == count, serials


@then(said('the inspector says "{cause}"'))
def inspector_says(scene: Scene, cause: str) -> None:
    """Why the platform could not verify the shop's last request, in words."""
    found = scene.world.ask("GET", f"/requests/{scene.inspected()}")
    assert found["diagnosis"]["cause"].startswith(cause), found["diagnosis"]
