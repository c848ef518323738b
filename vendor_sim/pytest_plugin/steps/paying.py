"""What people do with their wallets, and what they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import then, when

from vendor_sim.pytest_plugin.parsers import said

if TYPE_CHECKING:
    from vendor_sim.pytest_plugin.scene import Scene


@when(said("{person:Person} scans the code and confirms"))
def pays(scene: Scene, person: str) -> None:
    """Pay with the right PIN."""
    scene.pay(person, scene.shown_code())


@when(said('{person:Person} scans the code and confirms with the PIN "{pin}"'))
def pays_with_pin(scene: Scene, person: str, pin: str) -> None:
    """Pay with a PIN that may be wrong."""
    scene.pay(person, scene.shown_code(), pin)


@when(said('{person:Person} scans "{text}"'))
def scans(scene: Scene, person: str, text: str) -> None:
    """Try to pay some other code."""
    scene.pay(person, text)


@when(said("{person:Person} scans the code and says no"))
def says_no(scene: Scene, person: str) -> None:
    """Decline."""
    body = {"code": scene.shown_code()}
    scene.answers[person] = scene.post(f"/wallets/{person}/decline", body)


@when(said("{one:Person} and {other:Person} both scan the code and confirm"))
def both_pay(scene: Scene, one: str, other: str) -> None:
    """Two wallets, one code, at the same moment as far as the world allows."""
    code = scene.shown_code()
    scene.world.together([lambda: scene.pay(one, code), lambda: scene.pay(other, code)])


@when(said("{person:Person} holds a payment code in front of the scanner"))
def presents(scene: Scene, person: str) -> None:
    """The wallet shows a fresh code and the machine scans it; the machine may refuse."""
    scene.present(person, scene.payment_code(person))


@when(said("{person:Person} looks at his payment code"))
@when(said("{person:Person} looks at her payment code"))
def looks(scene: Scene, person: str) -> None:
    """The wallet shows a payment code, and nobody scans it."""
    scene.payment_code(person)


@when(said("{person:Person} holds the same payment code in front of the scanner again"))
def presents_again(scene: Scene, person: str) -> None:
    """The code that the wallet showed before; the machine may refuse."""
    scene.present(person, scene.presented[person])


@when(said('the scanner reads "{text}"'))
def scanner_reads(scene: Scene, text: str) -> None:
    """Some other code; the machine may refuse."""
    scene.attempt(lambda: scene.at_machine("scan", {"auth_code": text}))


@when(said("{person:Person} confirms on the phone"))
def confirms(scene: Scene, person: str) -> None:
    """Say yes, with the right PIN, to a payment that waits for that word."""
    scene.confirm(person, {})


@then("there is nothing to confirm")
def nothing_to_confirm(scene: Scene) -> None:
    """No payment waits for the person's word."""
    assert scene.refusal == "wrong_state", scene.refusal


@then(said("{person:Person} has paid"))
def has_paid(scene: Scene, person: str) -> None:
    """The platform said yes."""
    assert scene.answers[person]["state"] == "paid", scene.answers[person]


@then(said("{person:Person} has not paid"))
def has_not_paid(scene: Scene, person: str) -> None:
    """The person said no."""
    assert scene.answers[person]["state"] == "declined", scene.answers[person]


@then(said("{person:Person} is told that {reason:Reason}"))
def is_told(scene: Scene, person: str, reason: str) -> None:
    """The payment was refused, for this reason."""
    answer = scene.answers[person]
    assert (answer["state"], answer["reason"]) == ("refused", reason), answer


@then(said("one of {one:Person} and {other:Person} has paid"))
def one_has_paid(scene: Scene, one: str, other: str) -> None:
    """Exactly one of them."""
    states = sorted(scene.answers[person]["state"] for person in (one, other))
    assert states == ["paid", "refused"], scene.answers


@then(said("the other is told that {reason:Reason}"))
def other_is_told(scene: Scene, reason: str) -> None:
    """Whoever was refused was given this reason."""
    told = [one["reason"] for one in scene.answers.values() if one["state"] == "refused"]
    assert told == [reason], scene.answers
