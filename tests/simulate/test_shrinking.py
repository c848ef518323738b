"""ddmin, and the plan that is left when a failing run was made smaller."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_sim.world.audit import Breach
from vendor_sim.world.simulate import Run, Wish
from vendor_sim.world.simulate.customers import customer
from vendor_sim.world.simulate.shrinking import Budget, shortest, without_groups
from vendor_sim.world.simulate.smallest import Shrinker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PLENTY = 10_000
RULE = "planted"


@given(st.sets(st.integers(0, 60), min_size=1, max_size=5))
def test_what_is_needed_is_found_and_nothing_else(needed: set[int]) -> None:
    found = shortest(range(61), lambda some: needed <= set(some), Budget(PLENTY))
    assert list(found) == sorted(needed)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=30), st.integers(0, 12))
def test_the_budget_is_never_overdrawn_and_what_is_left_still_fails(
    items: list[int], tries: int
) -> None:
    asked: list[Sequence[int]] = []

    def holds(some: Sequence[int]) -> bool:
        asked.append(some)
        return sum(some) >= sum(items)

    found = shortest(items, holds, Budget(tries))
    assert len(asked) <= tries
    assert sum(found) >= sum(items)


def test_what_fails_by_itself_needs_nothing() -> None:
    assert list(shortest([1, 2, 3], lambda _some: True, Budget(PLENTY))) == []


def test_two_that_must_come_together_stay_in_order() -> None:
    found = shortest("abcdefgh", lambda some: {"c", "g"} <= set(some), Budget(PLENTY))
    assert list(found) == ["c", "g"]


def test_whole_groups_go_first() -> None:
    asked = []

    def holds(some: Sequence[int]) -> bool:
        asked.append(list(some))
        return 3 in some

    groups = [lambda one: one % 2 == 0, lambda one: one > 5, lambda one: one < 5]
    left = without_groups(range(10), groups, holds, Budget(PLENTY))
    assert list(left) == [1, 3, 5]
    assert asked == [[1, 3, 5, 7, 9], [1, 3, 5], [5]]


# -- a whole plan -----------------------------------------------------------------------------
def ran(wish: Wish, *, broken: bool, fired: Sequence[str] = (), seen: Sequence[str] = ()) -> Run:
    breaches = (Breach(RULE, "I0", "It holds.", "it does not", 0),) if broken else ()
    none: Counter[str] = Counter()
    return Run(wish, none, none, none, none, breaches, tuple(fired), tuple(seen), 10**9)


def faults_of(wish: Wish) -> list[str]:
    """What bites in these made-up worlds: the script, or everything where there is a rule."""
    return list(wish.document.get("script", ())) or (FIRED if wish.document.get("rules") else [])


FIRED = [
    *(f"killed|machine@after_commit#{n}" for n in range(20)),
    *(f"answer_lost|machine>ledger POST /v1/intents#{n}" for n in range(8)),
    *(f"delayed|wallet>ledger POST /v1/authorisations#{n}" for n in range(8)),
    *(f"jam|hall/A1#{n}" for n in range(3)),
]
NEEDED = ["killed|machine@after_commit#13", "jam|hall/A1#1"]


def fails_if(needed: Sequence[str], customers: set[int]) -> Callable[[Wish], Run]:
    def again(wish: Wish) -> Run:
        bit = faults_of(wish)
        broken = set(needed) <= set(bit) and customers <= set(wish.customers)
        return ran(wish, broken=broken, fired=bit)

    return again


@pytest.fixture
def big() -> Wish:
    return Wish(1, 30, {"seed": 1, "rules": [{"fault": "killed", "probability": 0.1}]})


def test_the_planted_plan_is_found_and_nothing_besides(big: Wish) -> None:
    again = fails_if(NEEDED, {4, 17})
    smallest = Shrinker(again(big), again, 300).smallest()
    assert smallest.wish.kept == (4, 17)
    assert smallest.wish.document == {"seed": 1, "script": NEEDED}
    assert smallest.breaches


def test_whoever_came_after_the_breach_is_left_out_first(big: Wish) -> None:
    tried: list[Wish] = []
    over_ms = customer(1, 9).arrives_ms

    def again(wish: Wish) -> Run:
        tried.append(wish)
        came = ran(wish, broken=True, fired=FIRED)
        return replace(came, lasted_ms=over_ms)

    first = again(big)
    Shrinker(first, again, 1).smallest()
    here = tuple(n for n in range(30) if customer(1, n).arrives_ms <= over_ms)
    assert tried[1].kept == here
    assert len(here) < 30


def test_a_script_that_does_not_repeat_the_run_leaves_the_rules_and_makes_those_fewer() -> None:
    rules = [{"fault": "killed"}, {"fault": "jam"}, {"fault": "delayed"}]

    def again(wish: Wish) -> Run:
        broken = {"fault": "jam"} in wish.document.get("rules", ())
        return ran(wish, broken=broken, fired=FIRED)

    smallest = Shrinker(again(Wish(1, 2, {"rules": rules})), again).smallest()
    assert smallest.wish.document["rules"] == [{"fault": "jam"}]


def test_a_few_faults_are_aimed_at_one_customer() -> None:
    """Alone, the customer's message is another one by number; the fault finds it."""
    where = "machine>ledger POST /v1/intents"

    def again(wish: Wish) -> Run:
        place = f"{where}#{len(wish.customers) - 1}"
        broken = f"answer_lost|{place}" in faults_of(wish)
        return ran(wish, broken=broken, fired=faults_of(wish), seen=[f"{where}#0", "hall/A1#0"])

    wish = Wish(1, 9, {"seed": 1, "script": [f"answer_lost|{where}#8", "jam|hall/A1#0"]})
    smallest = Shrinker(again(wish), again, 300).smallest()
    assert len(smallest.wish.customers) == 1
    assert smallest.wish.document["script"] == [f"answer_lost|{where}#0"]


def test_another_breach_is_no_success(big: Wish) -> None:
    def again(wish: Wish) -> Run:
        came = ran(wish, broken=True, fired=FIRED)
        if wish == big:
            return came
        other = (Breach("another", "I0", "It holds.", "it does not", 0),)
        return replace(came, breaches=other)

    first = again(big)
    assert Shrinker(first, again).smallest() is first


def test_it_costs_no_more_runs_than_it_may(big: Wish) -> None:
    runs = 0
    inner = fails_if(NEEDED, {4, 17})

    def again(wish: Wish) -> Run:
        nonlocal runs
        runs += 1
        return inner(wish)

    Shrinker(inner(big), again, 25).smallest()
    assert runs <= 25
