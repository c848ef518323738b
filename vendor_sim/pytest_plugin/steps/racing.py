"""Events at the same moment, in every order that there is, or in one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.pytest_plugin.parsers import given, phrase, then, when
from vendor_sim.pytest_plugin.said import said_before

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from vendor_sim.pytest_plugin.phrases.book import Tongue
    from vendor_sim.pytest_plugin.scene import Scene


@given(phrase("same-moment"))
def same_moment(scene: Scene, moment: str) -> None:
    scene.moment = tuple(moment.split(","))


@when(phrase("every-order"))
def every_order(
    scene: Scene, request: pytest.FixtureRequest, tongue: Tongue, events: tuple[str, ...]
) -> None:
    _try(scene, request, tongue, tuple(dict.fromkeys([*scene.moment, *events])))


@when(phrase("every-order-of-it"))
def every_order_of_it(scene: Scene, request: pytest.FixtureRequest, tongue: Tongue) -> None:
    assert scene.moment, "say first what happens at the same moment"
    _try(scene, request, tongue, scene.moment)


@when(phrase("in-this-order"))
def in_this_order(scene: Scene, datatable: list[list[str]], tongue: Tongue) -> None:
    from vendor_sim.pytest_plugin import race  # noqa: PLC0415 - it knows the world

    heads, *rows = datatable
    columns = [tongue.read("Column", head) for head in heads]
    happening = [dict(zip(columns, row, strict=True)) for row in rows]
    order = tuple(str(tongue.read("Event", one["event"])) for one in happening)
    told = [str(tongue.read("Happening", one["step"])) for one in happening]
    titles = race.titles(order)
    assert told == titles, f"events keep their own order: {titles}"
    scene.race = race.play(scene, order)
    assert not scene.race.broken, scene.race.report()


@then(phrase("every-order-balances"))
def every_order_balances(scene: Scene) -> None:
    assert scene.the_race.orders, scene.the_race.report()
    assert not scene.the_race.broken, scene.the_race.report()


@then(phrase("orders-tried"))
def orders_tried(scene: Scene, count: int) -> None:
    assert scene.the_race.orders == count, scene.the_race.report()


@then(phrase("outcomes-counted"))
def outcomes_counted(scene: Scene, count: int) -> None:
    assert len(scene.the_race.groups) == count, scene.the_race.report()


@then(phrase("outcomes-are"))
def outcomes_are(scene: Scene, datatable: list[list[str]], tongue: Tongue) -> None:
    from vendor_sim.pytest_plugin import race  # noqa: PLC0415 - it knows the world

    heads, *wanted = datatable
    found = race.rows(scene.the_race, heads, tongue)
    assert found == sorted(map(tuple, wanted)), _both(found, scene)


@then(phrase("never-paid-for-nothing"))
def never_paid_for_nothing(scene: Scene) -> None:
    found = [one for one in scene.the_race.groups if one.ending.paid_without_a_drink]
    assert not found, scene.the_race.report()


@then(phrase("never-a-drink-for-nothing"))
def never_a_drink_for_nothing(scene: Scene) -> None:
    found = [one for one in scene.the_race.groups if one.ending.drink_without_pay]
    assert not found, scene.the_race.report()


def _try(
    scene: Scene, request: pytest.FixtureRequest, tongue: Tongue, names: Sequence[str]
) -> None:
    from vendor_sim.pytest_plugin import race  # noqa: PLC0415 - it knows the world

    scene.race = race.try_all(scene, names)
    request.node.add_report_section("call", "every order", scene.race.report())
    if scene.race.broken:
        again = race.scripts(scene.race, said_before(request), tongue)
        raise AssertionError(f"{scene.race.report()}\n\nTo see it again:\n\n{again}")


def _both(found: Sequence[tuple[str, ...]], scene: Scene) -> str:
    lines = [" | ".join(row) for row in found]
    return "\n".join(["the outcomes are", *lines, scene.the_race.report()])
