"""What people read: on the machine's display and behind its glass, and on their phones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.pytest_plugin.parsers import phrase, then
from vendor_sim.pytest_plugin.phrases.holes import written

if TYPE_CHECKING:
    from vendor_sim.kernel.money import Money
    from vendor_sim.pytest_plugin.phrases.book import Tongue
    from vendor_sim.pytest_plugin.scene import Scene


@then(phrase("screen-says"))
def screen_says(scene: Scene, says: str) -> None:
    found = scene.screen(says)
    assert found["says"] == says, found


@then(phrase("screen-shows"))
def front_shows(scene: Scene, datatable: list[list[str]], tongue: Tongue) -> None:
    heads, *rows = datatable
    columns = [tongue.read("Column", head) for head in heads]
    shown = scene.screen()
    goods = [
        {
            "slot": one["slot"],
            "drink": one["product"],
            "price": written(one["price_minor"], shown["currency"]),
            "stock": str(one["available"]),
        }
        for one in shown["slots"]
    ]
    offered = [[one[column] for column in columns] for one in goods]
    assert [row for row in rows if row not in offered] == [], offered


@then(phrase("screen-without-code"))
def shows_no_code(scene: Scene) -> None:
    found = scene.screen()
    assert found["code"] is None, found


@then(phrase("phone-says"))
def phone_says(scene: Scene, person: str, shows: str) -> None:
    found = scene.phone(person, shows)
    assert found["shows"] == shows, found


@then(phrase("phone-asks"))
def phone_asks(scene: Scene, person: str, amount: Money) -> None:
    found = scene.phone(person, "asking")
    assert found["shows"] == "asking", found
    asked = written(found["scan"]["amount_minor"], found["scan"]["currency"])
    assert asked == written(amount.minor, amount.currency.code), found
