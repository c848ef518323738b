"""Verdicts and effects that need no database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.ledger.books import told
from vendor_sim.kernel.limits import AMOUNT_MINOR_MAX, COUNTER_MINOR_MAX
from vendor_sim.kernel.problems import Code
from vendor_sim.ledger.domain import (
    Account,
    Balance,
    Kind,
    Side,
    Standing,
    apply,
    genesis,
    judge,
    movement,
)

PETE = Account("pete:CNY", "CNY", Side.CREDIT, floor=True)
BANK = Account("bank:CNY", "CNY", Side.DEBIT, floor=False)
RICH = Balance(0, 0, 0, AMOUNT_MINOR_MAX)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"amount_minor": True}, "amount_minor"),
        ({"amount_minor": 1.0}, "amount_minor"),
        ({"id": ""}, "id"),
        ({"id": "x" * 201}, "id"),
        ({"id": "a\x00b"}, "id"),
        ({"id": "\ud800"}, "id"),
        ({"reference": "a\nb"}, "reference"),
        ({"reference": "x" * 201}, "reference"),
    ],
)
def test_what_a_database_would_choke_on_is_refused_before(change: dict, where: str) -> None:
    transfer = replace(told("t1 single pete>bank 5"), **change)
    problem = judge(transfer, Standing(PETE, RICH), Standing(BANK, Balance()))
    assert problem is not None
    assert (problem.code, problem.where) == (Code.INVALID, where)


def test_any_language_may_stand_in_a_reference() -> None:
    transfer = replace(told("t1 single pete>bank 5"), reference="茉莉花茶 №1")
    assert judge(transfer, Standing(PETE, RICH), Standing(BANK, Balance())) is None


@pytest.mark.parametrize("full", ["credits_posted", "credits_pending"])
def test_a_counter_that_is_full_takes_no_more(full: str) -> None:
    """An overflow is refused with a sentence, not by the database."""
    credit = replace(Balance(), **{full: COUNTER_MINOR_MAX - 4})
    problem = judge(
        told("t1 single bank>pete 5"), Standing(BANK, Balance()), Standing(PETE, credit)
    )
    assert problem is not None
    assert (problem.code, problem.where) == (Code.INVALID, "amount_minor")
    fits = told("t1 single bank>pete 4")
    assert judge(fits, Standing(BANK, Balance()), Standing(PETE, credit)) is None


def test_a_balance_is_read_in_the_direction_of_its_account() -> None:
    """What makes it grow is positive; what is on its way out is held."""
    balance = Balance(debits_pending=1, debits_posted=20, credits_pending=300, credits_posted=4000)
    assert (balance.posted(Side.CREDIT), balance.posted(Side.DEBIT)) == (3980, -3980)
    assert (balance.pending(Side.CREDIT), balance.pending(Side.DEBIT)) == (299, -299)
    assert (balance.held(Side.CREDIT), balance.held(Side.DEBIT)) == (1, 300)
    assert (balance.available(Side.CREDIT), balance.available(Side.DEBIT)) == (3979, -4280)


@pytest.mark.parametrize(
    ("kind", "deltas"),
    [
        (Kind.SINGLE, (0, 3)),
        (Kind.PENDING, (3, 0)),
        (Kind.POST, (-5, 3)),
        (Kind.VOID, (-5, 0)),
        (Kind.EXPIRE, (-5, 0)),
    ],
)
def test_what_each_kind_moves(kind: Kind, deltas: tuple[int, int]) -> None:
    """Pending, posted; the end of a hold of 5 lets go of all 5, whatever it posts."""
    hold = told("h1 pending pete>bank 5 until 9")
    assert movement(replace(told("t1 single pete>bank 3"), kind=kind), hold) == deltas


def test_both_legs_say_before_and_after_in_their_account_s_direction() -> None:
    debit, credit = apply(
        replace(told("h1 pending pete>bank 5 @7 until 9"), seq=3),
        Standing(PETE, Balance(0, 0, 0, 100, 1, "a")),
        Standing(BANK, Balance(0, 100, 0, 0, 4, "b")),
    )
    out, into = debit.entry, credit.entry
    assert (out.side, out.pending_delta, out.pending_before, out.pending_after) == (
        *(Side.DEBIT, -5),
        *(0, -5),
    )
    assert (out.posted_delta, out.posted_before, out.posted_after) == (0, 100, 100)
    assert (into.side, into.pending_delta, into.pending_after) == (Side.CREDIT, -5, -5)
    assert (out.version, into.version, out.seq, out.at_ms) == (2, 5, 3, 7)
    assert debit.balance == Balance(5, 0, 0, 100, 2, out.chain_hash)
    assert credit.balance == Balance(0, 100, 5, 0, 5, into.chain_hash)


def test_the_chain_starts_from_the_account_itself() -> None:
    """Two accounts that differ in anything have different chains, on every Python."""
    hashes = {
        genesis(PETE, 0),
        genesis(PETE, 1),
        genesis(replace(PETE, floor=False), 0),
        genesis(replace(PETE, side=Side.DEBIT), 0),
        genesis(replace(PETE, currency="JPY"), 0),
        genesis(replace(PETE, id="佩特"), 0),
    }
    assert len(hashes) == 6
    assert genesis(PETE, 0)[:8] == "9b69c4ad"
