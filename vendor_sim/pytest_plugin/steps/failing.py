"""What goes wrong: in the machine, and on the wires."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.pytest_plugin.parsers import given, phrase, then, when

if TYPE_CHECKING:
    from vendor_sim.pytest_plugin.scene import Scene


@given(phrase("next-drop"))
def next_drop(scene: Scene, drop: str) -> None:
    scene.at_machine("dispenser", {"next": drop})


@when(phrase("desk-yes"))
def desk_yes(scene: Scene) -> None:
    scene.attempt(lambda: scene.post(f"/orders/{scene.order}/settle-unsure", {"released": True}))


@when(phrase("desk-no"))
def desk_no(scene: Scene) -> None:
    scene.attempt(lambda: scene.post(f"/orders/{scene.order}/settle-unsure", {"released": False}))


@then(phrase("desk-refused"))
def desk_told(scene: Scene, refusal: str) -> None:
    assert scene.refusal == refusal, f"the desk was told {scene.refusal}"


@given(phrase("notices-twice"))
def notices_twice(scene: Scene) -> None:
    scene.trouble("duplicated", "ledger", "machine", times=None)


@given(phrase("notices-lost"))
def notices_lost(scene: Scene, times: int) -> None:
    scene.trouble("request_lost", "ledger", "machine", times=times)


@given(phrase("no-notice"))
def notices_never(scene: Scene) -> None:
    scene.trouble("request_lost", "ledger", "machine", times=None)


@given(phrase("machine-answers-lost"))
def machine_answers_lost(scene: Scene, times: int) -> None:
    scene.trouble("answer_lost", "machine", "ledger", times=times)


@given(phrase("charges-unheard"))
def charges_unheard(scene: Scene) -> None:
    scene.trouble("answer_lost", "machine", "ledger", None, "*/codepay")


@given(phrase("wallet-answers-lost"))
def wallet_answers_lost(scene: Scene, times: int) -> None:
    scene.trouble("answer_lost", "wallet", "ledger", times=times)


@given(phrase("machine-cut-for"))
def machine_cut_for(scene: Scene, times: int) -> None:
    scene.trouble("refused", "machine", "ledger", times=times)


@given(phrase("machine-cut"))
@when(phrase("machine-cut"))
def machine_cut(scene: Scene) -> None:
    scene.trouble("refused", "machine", "ledger", times=None)
    scene.trouble("refused", "ledger", "machine", times=None)


@given(phrase("wallets-cut"))
@when(phrase("wallets-cut"))
def wallets_cut(scene: Scene) -> None:
    scene.trouble("refused", "wallet", "ledger", times=None)


@when(phrase("mended"))
def mended(scene: Scene) -> None:
    scene.world.mend()
