"""All rules, and one look at everything."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from vendor_sim.world.audit import (
    answers,
    books,
    codes,
    endings,
    fees,
    goods,
    lives,
    notices,
    payments,
    views,
    wechat,
)
from vendor_sim.world.audit.records import Records, look

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vendor_sim.world.build import World

    Check = Callable[[Records], Iterator[str]]

_EVIDENCE_MAX = 20
"""Pieces of evidence for one rule: who breaks it a thousand times is told twenty."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that must hold.

    Attributes:
        name: Short, for programs.
        number: The invariant that it is part of, I1 to I24; ``docs/invariants.md`` lists them.
        sentence: For people.
        check: Yields evidence against it.
        waits: Whether it says that something ends in time, which it need not while services are
            down and messages are lost on purpose.
    """

    name: str
    number: str
    sentence: str
    check: Check
    waits: bool


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that does not hold, how one can tell, and when that was seen."""

    rule: str
    number: str
    sentence: str
    evidence: str
    at_ms: int

    def __str__(self) -> str:
        """One line."""
        return f"{self.number} {self.rule} at {self.at_ms}: {self.sentence} But: {self.evidence}"


_CHECKS: tuple[tuple[str, Check], ...] = (
    ("I1", books.money_conserved),
    ("I1", books.transfers_balance),
    ("I2", books.balances_are_the_log),
    ("I3", books.floors_hold),
    ("I2", books.entries_are_chained),
    ("I10", books.holds_end_once),
    ("I10", books.holds_let_go),
    ("I7", payments.one_charge_per_order),
    ("I11", payments.paid_in_time),
    ("I7", payments.intents_match_books),
    ("I8", payments.refunds_within_capture),
    ("I8", payments.refunds_match_books),
    ("I6", payments.refunds_arrive),
    ("I11", lives.intents_move_as_allowed),
    ("I11", lives.refunds_move_as_allowed),
    ("I10", lives.holds_last_as_promised),
    ("I16", notices.notices_end),
    ("I16", notices.notices_tried_in_turn),
    ("I16", notices.moves_are_told),
    ("I13", fees.fees_as_agreed),
    ("I13", fees.fees_returned_with_refunds),
    ("I13", fees.fees_match_books),
    ("I11", codes.codes_replaced_in_turn),
    ("I10", codes.intents_close_in_time),
    ("I7", codes.reserved_for_one),
    ("I7", codes.presented_codes_used_once),
    ("I13", wechat.wechat_orders_are_intents),
    ("I13", wechat.wechat_refunds_are_refunds),
    ("I6", wechat.reversed_orders_are_given_back),
    ("I11", goods.orders_move_as_allowed),
    ("I23", goods.steps_are_dated),
    ("I5", goods.one_release_per_order),
    ("I13", goods.drops_are_as_said),
    ("I10", goods.stock_adds_up),
    ("I10", goods.sold_from_stock),
    ("I4", goods.no_release_unpaid),
    ("I6", endings.no_capture_unreleased),
    ("I6", endings.captures_are_asked_for),
    ("I6", endings.losses_are_recorded),
    ("I6", endings.orders_end),
    ("I13", views.wallets_know_payments),
    ("I13", views.wallets_know_balances),
    ("I13", views.merchants_are_paid),
    ("I13", views.machines_know_payments),
    ("I14", answers.answers_are_meant),
)
_WAITS: frozenset[Check] = frozenset(
    {
        *(books.holds_let_go, payments.refunds_arrive, codes.intents_close_in_time),
        *(notices.notices_end, endings.orders_end),
    }
)
RULES = tuple(
    Rule(check.__name__, number, (check.__doc__ or "").strip(), check, check in _WAITS)
    for number, check in _CHECKS
)
"""Every rule, the books first."""
RULE_OF = {rule.name: rule for rule in RULES}
"""Every rule by its name."""


def audit(world: World, *, patient: bool = False) -> list[Breach]:
    """Everything that does not hold, judged on one instant of all three databases.

    All three writers are held for as long as it takes, so that no commit falls in between.

    Args:
        world: Where.
        patient: Whether what should have ended by now may still be under way.
    """
    doors = world.doors
    return doors.ledger.transact(
        lambda ledger: doors.machine.transact(
            lambda machine: doors.wallet.transact(
                lambda wallet: judge(
                    look(ledger, machine, wallet, world.clock.now_ms(), answers.failed(world)),
                    patient=patient,
                )
            )
        )
    )


def judge(records: Records, *, patient: bool = False) -> list[Breach]:
    """Hold every rule against the records."""
    return [
        breach_of(rule, evidence, records.now_ms)
        for rule in RULES
        if not (patient and rule.waits)
        for evidence in islice(rule.check(records), _EVIDENCE_MAX)
    ]


def breach_of(rule: Rule, evidence: str, at_ms: int) -> Breach:
    """That a rule does not hold."""
    return Breach(rule.name, rule.number, rule.sentence, evidence, at_ms)
