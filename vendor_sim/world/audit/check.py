"""All rules, and one look at everything."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from vendor_sim.world.audit import books, codes, fees, goods, payments, views, wechat
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
        sentence: For people.
        check: Yields evidence against it.
    """

    name: str
    sentence: str
    check: Check


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that does not hold, and how one can tell."""

    rule: str
    sentence: str
    evidence: str


_CHECKS: tuple[Check, ...] = (
    books.money_conserved,
    books.transfers_balance,
    books.balances_are_the_log,
    books.floors_hold,
    books.entries_are_chained,
    books.holds_end_once,
    payments.one_charge_per_order,
    payments.paid_in_time,
    payments.intents_match_books,
    payments.refunds_within_capture,
    payments.refunds_match_books,
    payments.refunds_arrive,
    payments.notices_end,
    fees.fees_as_agreed,
    fees.fees_returned_with_refunds,
    fees.fees_match_books,
    codes.codes_replaced_in_turn,
    codes.intents_close_in_time,
    codes.reserved_for_one,
    codes.presented_codes_used_once,
    wechat.wechat_orders_are_intents,
    wechat.wechat_refunds_are_refunds,
    wechat.reversed_orders_are_given_back,
    goods.orders_move_as_allowed,
    goods.one_release_per_order,
    goods.stock_adds_up,
    goods.no_release_unpaid,
    goods.no_capture_unreleased,
    goods.orders_end,
    views.wallets_know_payments,
    views.wallets_know_balances,
    views.merchants_are_paid,
    views.machines_know_payments,
)
RULES = tuple(Rule(check.__name__, (check.__doc__ or "").strip(), check) for check in _CHECKS)
"""Every rule, the books first."""


def audit(world: World) -> list[Breach]:
    """Everything that does not hold, judged on one instant of all three databases.

    All three writers are held for as long as it takes, so that no commit falls in between.
    """
    doors = world.doors
    return doors.ledger.transact(
        lambda ledger: doors.machine.transact(
            lambda machine: doors.wallet.transact(
                lambda wallet: judge(look(ledger, machine, wallet, world.clock.now_ms()))
            )
        )
    )


def judge(records: Records) -> list[Breach]:
    """Hold every rule against the records."""
    return [
        Breach(rule.name, rule.sentence, evidence)
        for rule in RULES
        for evidence in islice(rule.check(records), _EVIDENCE_MAX)
    ]
