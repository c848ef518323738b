"""Where the money is, and whether the books agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sim.pytest_plugin.parsers import phrase, then, when
from vendor_sim.pytest_plugin.phrases.holes import written

if TYPE_CHECKING:
    from vendor_sim.kernel.money import Money
    from vendor_sim.pytest_plugin.phrases.book import Tongue
    from vendor_sim.pytest_plugin.phrases.holes import Person
    from vendor_sim.pytest_plugin.scene import Scene

Rows = list[list[str]]
_ARRIVED = {"refund_done": "refund"}
"""A refund has one word on both ends."""


@then(phrase("has"))
def has(scene: Scene, person: Person, balance: Money) -> None:
    _check(scene, person, balance, 0)


@then(phrase("has-held"))
def has_held(scene: Scene, person: Person, balance: Money, held: Money) -> None:
    _check(scene, person, balance, held.minor)


@then(phrase("money-is"))
def money_is(scene: Scene, where: str) -> None:
    order = scene.order_now()
    assert order["money"] == where, order


@then(phrase("money-goes-back"))
def money_goes_back(scene: Scene) -> None:
    order = scene.order_now("done")
    assert (order["done"], order["money"]) == (True, "returned"), order


@when(phrase("give-back"))
def give_back(scene: Scene, amount: Money) -> None:
    body = {"order": scene.order, "amount_minor": amount.minor}
    scene.attempt(lambda: scene.post("/refunds", body))


@then(phrase("merchant-refused"))
def merchant_told(scene: Scene, refusal: str) -> None:
    assert scene.refusal == refusal, f"the merchant was told {scene.refusal}"


@then(phrase("books-balance"))
def books_balance(scene: Scene) -> None:
    told = scene.world.ask("GET", "/audit?settle=1")
    assert told == {"breaches": []}, told


@then(phrase("invariants"))
def invariants_hold(scene: Scene) -> None:
    told = scene.world.ask("GET", "/audit")
    assert told == {"breaches": []}, told


@then(phrase("statement"))
def statement_says(scene: Scene, person: str, datatable: Rows, tongue: Tongue) -> None:
    _statement(scene, f"/wallets/{person}/statement", datatable, tongue)


@then(phrase("merchant-statement"))
def merchant_statement_says(scene: Scene, datatable: Rows, tongue: Tongue) -> None:
    _statement(scene, f"/machines/{scene.machine}/statement", datatable, tongue)


@then(phrase("loss"))
def loss_is_recorded(scene: Scene, amount: Money) -> None:
    found = [written(one["amount_minor"], one["currency"]) for one in scene.losses()]
    assert found == [written(amount.minor, amount.currency.code)], found


@then(phrase("no-loss"))
def no_loss_is_recorded(scene: Scene) -> None:
    assert scene.losses() == []


def _statement(scene: Scene, path: str, rows: Rows, tongue: Tongue) -> None:
    heads = [tongue.read("Column", head) for head in rows[0]]
    found = [_line(line) for line in scene.world.ask("GET", path)["lines"]]
    told = [[line[head] for head in heads] for line in found]
    wanted = [
        [tongue.read("Entry", cell) if head == "what" else cell for head, cell in row]
        for row in (zip(heads, row, strict=True) for row in rows[1:])
    ]
    assert told == wanted, told


def _line(line: dict[str, Any]) -> dict[str, str]:
    code, delta_minor = line["code"], line["delta_minor"]
    amount = written(abs(delta_minor), line["currency"])
    return {
        "what": _ARRIVED.get(code, code),
        "amount": f"-{amount}" if delta_minor < 0 else amount,
        "balance": written(line["balance_minor"], line["currency"]),
    }


def _check(scene: Scene, person: Person, balance: Money, held_minor: int) -> None:
    code = balance.currency.code
    wallet = scene.wallet(person)
    found = (
        written(wallet["balance_minor"], wallet["currency"]),
        written(wallet["held_minor"], wallet["currency"]),
    )
    wanted = (written(balance.minor, code), written(held_minor, code))
    assert found == wanted, f"{person.called} has {found[0]}, of which {found[1]} is held"
