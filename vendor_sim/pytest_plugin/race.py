"""A race as a story tells it: what came of every order, in words and tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vendor_sim.pytest_plugin.phrases.holes import person_of
from vendor_sim.pytest_plugin.phrases.writing import SCENARIO
from vendor_sim.pytest_plugin.said import table_lines
from vendor_sim.world.races import Cast, Group, Theatre, events_of, steps_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_sim.pytest_plugin.phrases.book import Tongue
    from vendor_sim.pytest_plugin.scene import Scene
    from vendor_sim.pytest_plugin.stage import Stage
    from vendor_sim.world.build import World
    from vendor_sim.world.races import Ending, Order

_NOTHING = "-"
_PAID = frozenset({"paid", "returned"})
_TITLE_CHARS_MAX = 80
_SHOWN = 5
"""Endings of which a message shows the script; the others are counted."""


@dataclass(frozen=True, slots=True)
class Race:
    """What came of it.

    Attributes:
        names: The events that raced.
        groups: The orders by their endings.
    """

    names: tuple[str, ...]
    groups: tuple[Group, ...]

    @property
    def orders(self) -> int:
        """How many orders were played."""
        return sum(group.orders for group in self.groups)

    @property
    def broken(self) -> list[Group]:
        """Those in which a rule was broken."""
        return [group for group in self.groups if group.ending.breaches]

    def report(self) -> str:
        """All endings with how many orders come to each, and the first of those."""
        lines = [f"{self.orders} orders of {', '.join(self.names)}, {len(self.groups)} outcomes"]
        for group in self.groups:
            lines.append(f"  {group.orders} orders, first {', '.join(group.first)}:")
            lines.append(f"    {_sentence(group.ending)}")
            lines += [f"    {breach}" for breach in group.ending.breaches]
        return "\n".join(lines)


def try_all(scene: Scene, names: Sequence[str]) -> Race:
    """Try every order, in another world brought to where this one is."""
    events = events_of(names)
    world = scene.world.story.again()
    theatre = Theatre(_cast(scene, world), events)
    try:
        tried = theatre.try_all()
    finally:
        theatre.close()
        world.close()
    return Race(tuple(names), tuple(tried.groups()))


def play(scene: Scene, order: Order) -> Race:
    """Play one order, in the story's own world, which comes to rest."""
    names = tuple(dict.fromkeys(order))

    def again(stage: Stage) -> Ending:
        theatre = Theatre(_cast(scene, stage.story.inside()), events_of(names), once=True)
        try:
            return theatre.play(order)
        finally:
            theatre.close()

    ending = again(scene.world)
    scene.world.story.tell(again)
    scene.answers |= {who: _answer(said) for who, said in ending.answers}
    return Race(names, (Group(ending, 1, order),))


def titles(order: Order) -> list[str]:
    """What happens at each place of an order."""
    return [step.title for _, step in steps_of(events_of(tuple(dict.fromkeys(order))), order)]


def script(name: str, said: Sequence[str], order: Order, tongue: Tongue) -> str:
    """A whole scenario that plays one order again.

    Args:
        name: What the scenario is called.
        said: The steps that brought the world there.
        order: The order.
        tongue: In which language.
    """
    table = [[_say(tongue, "Event", event), title] for event, title in _told(order, tongue)]
    heads = [_say(tongue, "Column", "event"), _say(tongue, "Column", "step")]
    lines = [
        *said,
        _opened(tongue, "in-this-order"),
        *table_lines([heads, *table]),
        _opened(tongue, "books-balance"),
    ]
    return "\n".join([f"  {SCENARIO[tongue.language]}: {name}", *(f"    {one}" for one in lines)])


def scripts(race: Race, said: Sequence[str], tongue: Tongue) -> str:
    """A scenario for each ending that broke a rule."""
    told = [script(_title(race, one), said, one.first, tongue) for one in race.broken[:_SHOWN]]
    return "\n\n".join(told)


def _title(race: Race, group: Group) -> str:
    """What broke, on one line."""
    broke = group.ending.breaches[0].splitlines()[0]
    return f"{', '.join(race.names)}: {broke[:_TITLE_CHARS_MAX]}"


def rows(race: Race, heads: Sequence[str], tongue: Tongue) -> list[tuple[str, ...]]:
    """The endings as a table in the words of a language, under these heads."""
    columns = [tongue.read("Ended", head) for head in heads]
    return sorted(
        {tuple(_cell(group, column, tongue) for column in columns) for group in race.groups}
    )


def _cell(group: Group, column: str, tongue: Tongue) -> str:
    ending = group.ending
    if column == "order":
        return _say(tongue, "State", ending.state)
    if column == "drop":
        return _say(tongue, "Drop", ending.drop) if ending.drop else _NOTHING
    if column == "money":
        return _say(tongue, "Where", ending.money)
    if column == "orders":
        return str(group.orders)
    said = ending.answer_to(person_of(column))
    if said is None:
        return _NOTHING
    return _say(tongue, "Answer" if said in {*_PAID, "declined", "asking"} else "Reason", said)


def _sentence(ending: Ending) -> str:
    drop = f", {ending.drop}" if ending.drop else ""
    told = "; ".join(f"{who}: {said}" for who, said in ending.answers)
    return f"order {ending.state}{drop}, money {ending.money}" + (f"; {told}" if told else "")


def _told(order: Order, tongue: Tongue) -> list[tuple[str, str]]:
    said = tongue.table.vocabulary.words("Happening").words
    by_title = {word.means: word.said[tongue.language][0] for word in said}
    return [(name, by_title[title]) for name, title in zip(order, titles(order), strict=True)]


def _say(tongue: Tongue, kind: str, key: str) -> str:
    words = tongue.table.vocabulary.words(kind).words
    return next(word.said[tongue.language][0] for word in words if key in {word.key, word.means})


def _opened(tongue: Tongue, name: str) -> str:
    phrase = tongue.table.phrases[name]
    return phrase.opened(tongue.table.example(phrase, tongue.language), tongue.language)


def _answer(said: str) -> dict[str, Any]:
    if said in _PAID:
        return {"state": "paid", "reason": None}
    return {"state": said if said == "declined" else "refused", "reason": said}


def _cast(scene: Scene, world: World) -> Cast:
    if scene.order is None:
        raise AssertionError("nobody has ordered anything yet: there is nothing to race for")
    people = tuple(wallet["id"] for wallet in world.wallet.service.wallets())
    return Cast(world, scene.machine, scene.order, people)
