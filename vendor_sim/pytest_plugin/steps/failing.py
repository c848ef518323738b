"""What goes wrong: in the machine, and on the wires."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, then, when

from vendor_sim.pytest_plugin.parsers import said

if TYPE_CHECKING:
    from vendor_sim.pytest_plugin.scene import Scene


@given(said("the next drink {drop:Drop}"))
def next_drop(scene: Scene, drop: str) -> None:
    """Decide how the next release ends."""
    scene.at_machine("dispenser", {"next": drop})


@when("the desk finds that the drink fell")
def desk_yes(scene: Scene) -> None:
    """Settle an unsure order: the goods are gone."""
    scene.attempt(lambda: scene.post(f"/orders/{scene.order}/settle-unsure", {"released": True}))


@when("the desk finds that no drink fell")
def desk_no(scene: Scene) -> None:
    """Settle an unsure order: the goods are still there."""
    scene.attempt(lambda: scene.post(f"/orders/{scene.order}/settle-unsure", {"released": False}))


@then(said("the desk is told that {refusal:Refusal}"))
def desk_told(scene: Scene, refusal: str) -> None:
    """The desk's word came too late, or was not asked for."""
    assert scene.refusal == refusal, f"the desk was told {scene.refusal}"


@given("every notice to the machine arrives twice")
def notices_twice(scene: Scene) -> None:
    """The network duplicates what the platform tells the machine."""
    scene.trouble("duplicated", "ledger", "machine", times=None)


@given(said("the next {times:d} notices to the machine are lost"))
def notices_lost(scene: Scene, times: int) -> None:
    """The network loses what the platform tells the machine."""
    scene.trouble("request_lost", "ledger", "machine", times=times)


@given("no notice reaches the machine")
def notices_never(scene: Scene) -> None:
    """The machine has to ask."""
    scene.trouble("request_lost", "ledger", "machine", times=None)


@given(said("the next {times:d} answers to the machine are lost"))
def machine_answers_lost(scene: Scene, times: int) -> None:
    """The platform does as the machine asks, and the machine does not learn of it."""
    scene.trouble("answer_lost", "machine", "ledger", times=times)


@given("the machine never hears what came of a payment code")
def charges_unheard(scene: Scene) -> None:
    """The platform charges what the machine scanned, and the machine does not learn of it."""
    scene.trouble("answer_lost", "machine", "ledger", None, "*/codepay")


@given(said("the next {times:d} answers to the wallets are lost"))
def wallet_answers_lost(scene: Scene, times: int) -> None:
    """The platform does as the wallet asks, and the wallet does not learn of it."""
    scene.trouble("answer_lost", "wallet", "ledger", times=times)


@given(said("the machine fails to reach the platform {times:d} times"))
def machine_cut_for(scene: Scene, times: int) -> None:
    """The connection is refused so often, then works."""
    scene.trouble("refused", "machine", "ledger", times=times)


@when("the machine and the platform lose each other")
@given("the machine and the platform have lost each other")
def machine_cut(scene: Scene) -> None:
    """Nothing passes between the machine and the platform, either way."""
    scene.trouble("refused", "machine", "ledger", times=None)
    scene.trouble("refused", "ledger", "machine", times=None)


@when("the wallets lose the platform")
@given("the wallets have lost the platform")
def wallets_cut(scene: Scene) -> None:
    """No wallet reaches the platform."""
    scene.trouble("refused", "wallet", "ledger", times=None)


@when("everybody can reach the platform again")
def mended(scene: Scene) -> None:
    """From now on every message arrives."""
    scene.world.mend()
