"""What a caller reads when the books refuse: the field, and what would be right."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from tests.ledger.books import told
from vendor_sim.kernel.limits import AMOUNT_MINOR_MAX, COUNTER_MINOR_MAX, TEXT_CHARS_MAX
from vendor_sim.ledger.domain import (
    Account,
    Balance,
    Entry,
    Kind,
    Side,
    Standing,
    Transfer,
    TransferCode,
    judge,
    link,
)

PETE = Account("pete:CNY", "CNY", Side.CREDIT, floor=True)
BANK = Account("bank:CNY", "CNY", Side.DEBIT, floor=False)
RICH = Standing(PETE, Balance(credits_posted=AMOUNT_MINOR_MAX))
EMPTY = Standing(BANK, Balance())
FULL = Standing(BANK, Balance(credits_posted=COUNTER_MINOR_MAX))
HOLD = told("h1 pending pete>bank 5 until 9")
SALE = told("s1 single pete>bank 5")
LONG_ID, LONG_REFERENCE = "x" * TEXT_CHARS_MAX, "y" * TEXT_CHARS_MAX


def refusal(
    transfer: Transfer,
    pending: Transfer | None = None,
    ended_by: Kind | None = None,
    *,
    debit: Standing = RICH,
    credit: Standing = EMPTY,
) -> str:
    """What is told, in a line; nothing where the transfer may happen."""
    problem = judge(transfer, debit, credit, pending, ended_by)
    return f"{problem.code} {problem.where or '-'} {problem.detail}" if problem else ""


REFUSALS = [
    ("t1 post pete>bank 5 of h2", "not_found pending_id no transfer 'h2'"),
    (
        "t1 single pete>bank 0",
        "invalid amount_minor the amount is 1 to 1000000000000000 minor units",
    ),
    ("t1 single pete>pete 5", "invalid credit debit and credit are different accounts"),
    (
        "t1 post pete>bank 5",
        "invalid pending_id pending_id goes with post, void and expire only",
    ),
    (
        "t1 pending pete>bank 5",
        "invalid expires_at_ms a hold has an end, and nothing else has",
    ),
    (
        "t1 pending pete>bank 5 @9 until 9",
        "invalid expires_at_ms a hold ends later than it begins",
    ),
    (
        "t1 single pete>bank 5 JPY",
        "currency_mismatch currency 'pete:CNY' is kept in CNY, not in JPY",
    ),
]


@pytest.mark.parametrize(("line", "sentence"), REFUSALS)
def test_a_transfer_is_refused_with_the_field_and_what_would_be_right(
    line: str, sentence: str
) -> None:
    assert refusal(told(line)) == sentence


WHOLE = "the hold is of 5 minor units"
ENDS = [
    ("t1 post pete>bank 6 of h1", f"invalid amount_minor {WHOLE}"),
    ("t1 post shop>bank 5 of h1", "invalid debit the hold's debit is 'pete:CNY'"),
    ("t1 post pete>bank 5 @9 of h1", "expired pending_id the hold has expired"),
    ("t1 expire pete>bank 5 @8 of h1", "wrong_state pending_id the hold has not expired yet"),
]


@pytest.mark.parametrize(("line", "sentence"), ENDS)
def test_what_ends_a_hold_is_refused_with_what_the_hold_says(line: str, sentence: str) -> None:
    assert refusal(told(line), HOLD) == sentence


@pytest.mark.parametrize("amount", [1, 4, 5])
def test_a_post_takes_any_part_of_its_hold_and_a_void_lets_go_of_all(amount: int) -> None:
    assert refusal(told(f"p1 post pete>bank {amount} of h1"), HOLD) == ""
    void = refusal(told(f"v1 void pete>bank {amount} of h1"), HOLD)
    assert void == ("" if amount == 5 else f"invalid amount_minor {WHOLE}")


def test_what_has_ended_or_never_held_says_so() -> None:
    void = told("v1 void pete>bank 5 of h1")
    assert refusal(void, HOLD, Kind.POST) == (
        "wrong_state pending_id the hold has ended already, by post"
    )
    assert refusal(void, SALE) == "invalid pending_id 's1' is no hold but a single"


def test_who_has_too_little_is_named_and_how_much_is_not() -> None:
    poor = Standing(PETE, Balance(credits_posted=4))
    assert refusal(SALE, debit=poor) == "insufficient_funds - 'pete:CNY' has too little for this"


def test_a_counter_that_is_full_is_told_and_the_end_of_a_hold_never_meets_one() -> None:
    sentence = "invalid amount_minor an account cannot count that far"
    assert refusal(SALE, credit=FULL) == sentence
    assert refusal(told("p1 post pete>bank 5 of h1"), HOLD, credit=FULL) == ""


@pytest.mark.parametrize("counter", ["debits_posted", "debits_pending"])
def test_the_counters_of_the_account_that_pays_have_the_same_end(counter: str) -> None:
    spent = replace(RICH, balance=replace(Balance(), **{counter: COUNTER_MINOR_MAX - 4}))
    assert "cannot count that far" in refusal(SALE, debit=spent)
    assert "cannot count that far" not in refusal(replace(SALE, amount_minor=4), debit=spent)


BOUNDS = [
    ({"amount_minor": 1}, ""),
    ({"amount_minor": AMOUNT_MINOR_MAX}, ""),
    ({"id": "x"}, ""),
    ({"id": LONG_ID}, ""),
    ({"id": LONG_ID + "x"}, "invalid id the id is 1 to 200 printable characters"),
    ({"reference": ""}, ""),
    ({"reference": LONG_REFERENCE}, ""),
    (
        {"reference": LONG_REFERENCE + "y"},
        "invalid reference the reference is up to 200 printable ones",
    ),
]


@pytest.mark.parametrize(("change", "sentence"), BOUNDS)
def test_the_least_and_the_most_are_taken_and_one_more_is_not(change: dict, sentence: str) -> None:
    assert refusal(replace(SALE, **change)) == sentence


# -- the chain ----------------------------------------------------------------------------------

OTHER = {
    "id": "h2",
    "kind": Kind.SINGLE,
    "code": TransferCode.SALE,
    "debit": "d",
    "credit": "c",
    "amount_minor": 6,
    "currency": "JPY",
    "reference": "r",
    "at_ms": 1,
    "pending_id": "p",
    "expires_at_ms": 10,
    "seq": 2,
}
ENTRY = ("pete:CNY", 1, "debit", -5, 0, 0, 0, 0, -5, 0)


@pytest.mark.parametrize("name", [one.name for one in fields(Transfer)])
def test_no_fact_of_a_transfer_can_be_changed_without_breaking_the_chain(name: str) -> None:
    changed = replace(HOLD, **{name: OTHER[name]})
    assert link("before", changed, ENTRY) != link("before", HOLD, ENTRY)


def test_nor_can_an_entry_or_what_came_before() -> None:
    assert len(ENTRY) == len(fields(Entry)) - 3, "all but its transfer, its place and its hash"
    hashes = {link("before", HOLD, ENTRY), link("elsewhere", HOLD, ENTRY)}
    for place, fact in enumerate(ENTRY):
        other = (*ENTRY[:place], f"{fact}?", *ENTRY[place + 1 :])
        hashes.add(link("before", HOLD, other))
    assert len(hashes) == 2 + len(ENTRY)
