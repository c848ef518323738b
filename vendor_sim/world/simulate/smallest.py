"""The smallest plan with which a run still fails: fewest customers, fewest faults.

Customers first, then whole kinds of faults, then whole hops, then decision by decision. What bit is
made a script first: exact decisions at exact sites, so that leaving one out leaves the others where
they were. Leaving a customer out does not: the sites after it count differently. So where a few
decisions are left, they are also aimed anew at a single customer's purchase.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice, product
from typing import TYPE_CHECKING

from vendor_sim.world.simulate.customers import customer
from vendor_sim.world.simulate.shrinking import Budget, shortest, without_groups

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from vendor_sim.world.simulate.running import Run, Wish

    Again = Callable[[Wish], Run]

TRIES = 120
"""Runs that may be spent on making one failing plan smaller."""
_AIMED_MAX = 2
"""Decisions that are aimed anew: with three there are too many places."""
_ALONE_MAX = 6
"""Customers tried alone, the last ones before the breach."""


class Shrinker:
    """Makes one failing run smaller.

    Args:
        failed: The run; it has a breach.
        again: Runs a wish.
        tries: How many runs it may cost.
    """

    def __init__(self, failed: Run, again: Again, tries: int = TRIES) -> None:
        self._best = failed
        self._rule = failed.breaches[0].rule
        self._again = again
        self._budget = Budget(tries)

    def smallest(self) -> Run:
        """The smallest run found that breaks the same rule."""
        self._leave_out_who_came_later()
        self._write_a_script()
        self._leave_out_customers()
        self._leave_out_faults()
        self._aim_at_one_customer()
        self._leave_out_customers()
        return self._best

    def _fails(self, wish: Wish) -> bool:
        """Whether a wish still breaks the rule; then it is the best so far."""
        came = self._again(wish)
        if all(one.rule != self._rule for one in came.breaches):
            return False
        self._best = came
        return True

    def _leave_out_who_came_later(self) -> None:
        wish = self._best.wish
        here = [
            number
            for number in wish.customers
            if customer(wish.seed, number).arrives_ms <= self._best.lasted_ms
        ]
        if len(here) < len(wish.customers) and self._budget.spend():
            self._fails(replace(wish, kept=tuple(here)))

    def _write_a_script(self) -> None:
        """What bit, at the sites at which it bit, and no rule any more."""
        wish = self._best.wish
        document = {"seed": wish.document.get("seed", 0), "script": list(self._best.fired)}
        if self._budget.spend():
            self._fails(replace(wish, document=document))

    def _leave_out_customers(self) -> None:
        wish = self._best.wish

        def holds(kept: Sequence[int]) -> bool:
            return self._fails(replace(wish, kept=tuple(kept)))

        share = Budget(self._budget.left // 3)
        self._budget.left -= share.left
        shortest(wish.customers, holds, share)
        self._budget.left += share.left

    def _leave_out_faults(self) -> None:
        wish = self._best.wish
        if "script" not in wish.document:
            self._leave_out_rules()
            return
        script = list(wish.document["script"])
        kinds = dict.fromkeys(map(_kind_of, script))
        hops = dict.fromkeys(map(_hop_of, script))
        groups = [
            *((lambda one, kind=kind: _kind_of(one) == kind) for kind in kinds),
            *((lambda one, hop=hop: _hop_of(one) == hop) for hop in hops),
        ]
        fewer = without_groups(script, groups, self._fails_with_script, self._budget)
        shortest(fewer, self._fails_with_script, self._budget)

    def _leave_out_rules(self) -> None:
        wish = self._best.wish

        def holds(rules: Sequence[object]) -> bool:
            return self._fails(replace(wish, document={**wish.document, "rules": list(rules)}))

        shortest(wish.document.get("rules", ()), holds, self._budget)

    def _fails_with_script(self, script: Sequence[str]) -> bool:
        wish = self._best.wish
        return self._fails(replace(wish, document={**wish.document, "script": list(script)}))

    def _aim_at_one_customer(self) -> None:
        """Try the last customers alone, with the same faults wherever such a site comes up."""
        wish = self._best.wish
        script = list(wish.document.get("script", ()))
        if not 0 < len(script) <= _AIMED_MAX or len(wish.customers) == 1:
            return
        for number in islice(reversed(wish.customers), _ALONE_MAX):
            alone = replace(wish, kept=(number,))
            for aimed in self._aims(alone, script):
                if not self._budget.spend():
                    return
                document = {**wish.document, "script": list(aimed)}
                if self._fails(replace(alone, document=document)):
                    return

    def _aims(self, alone: Wish, script: Sequence[str]) -> Iterator[Sequence[str]]:
        """Every way to let the same faults bite at the same kinds of places."""
        if not self._budget.spend():
            return iter(())
        seen = self._again(replace(alone, document={})).seen
        places = [
            [f"{_kind_of(one)}|{site}" for site in seen if _where_of(site) == _where_of(one)]
            for one in script
        ]
        return product(*places)


def _kind_of(decision: str) -> str:
    return decision.partition("|")[0]


def _where_of(decision: str) -> str:
    """The kind of place, of a decision or a site."""
    return decision.rpartition("|")[2].rpartition("#")[0]


def _hop_of(decision: str) -> str:
    """``machine>ledger``, ``machine`` or ``hall``: between whom, or at whom."""
    return _where_of(decision).partition(" ")[0].partition("@")[0].partition("/")[0]
