"""What people do with their wallets, and what they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.pytest_plugin.parsers import phrase, then, when

if TYPE_CHECKING:
    from vendor_sim.pytest_plugin.scene import Scene

_WRONG_PIN = "999999"


@when(phrase("pay"))
def pays(scene: Scene, person: str) -> None:
    scene.pay(person, scene.shown_code())


@when(phrase("pay-with-pin"))
def pays_with_pin(scene: Scene, person: str, pin: str) -> None:
    scene.pay(person, scene.shown_code(), pin)


@when(phrase("scan-text"))
def scans(scene: Scene, person: str, text: str) -> None:
    scene.pay(person, text)


@when(phrase("pay-off-wire"))
def pays_off_the_wire(scene: Scene, person: str) -> None:
    scene.pay(person, scene.code_on_the_wire())


@when(phrase("scan"))
def looks_at(scene: Scene, person: str) -> None:
    scene.post(f"/wallets/{person}/scan", {"code": scene.shown_code()})


@when(phrase("pin-wrong-times"))
def gets_it_wrong(scene: Scene, person: str, times: int) -> None:
    for _ in range(times):
        scene.pay(person, scene.shown_code(), _WRONG_PIN)


@when(phrase("say-no"))
def says_no(scene: Scene, person: str) -> None:
    body = {"code": scene.shown_code()}
    scene.answers[person] = scene.post(f"/wallets/{person}/decline", body)


@when(phrase("both-pay"))
def both_pay(scene: Scene, one: str, other: str) -> None:
    code = scene.shown_code()
    scene.world.together([lambda: scene.pay(one, code), lambda: scene.pay(other, code)])


@when(phrase("present"))
def presents(scene: Scene, person: str) -> None:
    scene.present(person, scene.payment_code(person))


@when(phrase("look-at-code"))
def looks(scene: Scene, person: str) -> None:
    if scene.attempt(lambda: scene.payment_code(person)) is None:
        scene.answers[person] = {"state": "refused", "reason": scene.refusal}


@when(phrase("present-again"))
def presents_again(scene: Scene, person: str) -> None:
    scene.present(person, scene.presented[person])


@when(phrase("scanner-reads"))
def scanner_reads(scene: Scene, text: str) -> None:
    scene.attempt(lambda: scene.at_machine("scan", {"auth_code": text}))


@when(phrase("confirm"))
def confirms(scene: Scene, person: str) -> None:
    scene.confirm(person, {})


@then(phrase("nothing-to-confirm"))
def nothing_to_confirm(scene: Scene) -> None:
    assert scene.refusal == "wrong_state", scene.refusal


@then(phrase("has-paid"))
def has_paid(scene: Scene, person: str) -> None:
    assert scene.answers[person]["state"] == "paid", scene.answers[person]


@then(phrase("has-not-paid"))
def has_not_paid(scene: Scene, person: str) -> None:
    assert scene.answers[person]["state"] == "declined", scene.answers[person]


@then(phrase("is-told"))
def is_told(scene: Scene, person: str, reason: str) -> None:
    answer = scene.answers[person]
    assert (answer["state"], answer["reason"]) == ("refused", reason), answer


@then(phrase("one-has-paid"))
def one_has_paid(scene: Scene, one: str, other: str) -> None:
    states = sorted(scene.answers[person]["state"] for person in (one, other))
    assert states == ["paid", "refused"], scene.answers


@then(phrase("other-is-told"))
def other_is_told(scene: Scene, reason: str) -> None:
    told = [one["reason"] for one in scene.answers.values() if one["state"] == "refused"]
    assert told == [reason], scene.answers
