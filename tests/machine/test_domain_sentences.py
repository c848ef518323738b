"""What an operator or a platform reads when the machine refuses: the field, and what is right."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.machine.facts import BASE, NOW, report
from tests.machine.test_domain_charging import BLIND, SCANS, SENT, TEXT, WAITING
from tests.machine.test_domain_events import DIALECTS, SEED, SLOT
from vendor_sim.kernel.limits import AMOUNT_MINOR_MAX, SLOTS_MAX, STOCK_MAX, TEXT_CHARS_MAX
from vendor_sim.machine import domain
from vendor_sim.machine.domain import Readiness, Standing, judge_presented


def said(problem):
    return f"{problem.code} {problem.where or '-'} {problem.detail}" if problem else ""


# -- setting up ---------------------------------------------------------------------------------

SEEDS = [
    ({"id": "a/b"}, "id id must be letters, digits, _.:-"),
    ({"id": "static"}, "id id must be none of hooks, look, operator, static"),
    ({"name": ""}, "name name must be 1 to 200 characters"),
    ({"takes": "later"}, "takes takes must be hold or at_once"),
    (
        {"currency": "XXX"},
        "currency currency must be one of CHF, CNY, EUR, GBP, HKD, JPY, KRW, KWD, SGD, USD",
    ),
    ({"speaks": "klingon"}, "speaks speaks must be one of once, v1"),
    ({"speaks": "once"}, "takes takes must be at_once with once"),
    ({"currency": "EUR"}, "currency currency must be one of CNY, JPY"),
    ({"slots": ()}, "slots slots must be 1 to 200 slots"),
    ({"slots": (SLOT, SLOT)}, "slots slots must be each slot once"),
    (
        {"slots": (replace(SLOT, slot="B 4"),)},
        "slots.slot a slot is 1 to 16 letters, digits, _ or -",
    ),
    ({"slots": (replace(SLOT, product=""),)}, "slots.product a product has 1 to 200 characters"),
    ({"slots": (replace(SLOT, stock=-1),)}, "stock a slot holds 0 to 1000000"),
    (
        {"slots": (replace(SLOT, price_minor=0),)},
        "price_minor a price is 1 to 1000000000000000 minor units",
    ),
]


@pytest.mark.parametrize(("changes", "sentence"), SEEDS)
def test_whoever_sets_a_machine_up_is_told_what_would_be_right(changes, sentence):
    problem = domain.judge_machine(replace(SEED, **changes), DIALECTS)
    assert said(problem) == f"invalid {sentence}"


BOUNDS = [
    {"id": "x"},
    {"name": "x"},
    {"name": "x" * TEXT_CHARS_MAX},
    {"slots": tuple(replace(SLOT, slot=f"S{n}") for n in range(SLOTS_MAX))},
    {"slots": (replace(SLOT, product="x"),)},
    {"slots": (replace(SLOT, product="x" * TEXT_CHARS_MAX),)},
    {"slots": (replace(SLOT, stock=0),)},
    {"slots": (replace(SLOT, stock=STOCK_MAX),)},
    {"slots": (replace(SLOT, price_minor=1),)},
    {"slots": (replace(SLOT, price_minor=AMOUNT_MINOR_MAX),)},
]


@pytest.mark.parametrize("changes", BOUNDS)
def test_the_least_and_the_most_are_taken(changes):
    assert domain.judge_machine(replace(SEED, **changes), DIALECTS) is None


# -- pressing -----------------------------------------------------------------------------------

PRESSES = [
    ("B4", Readiness(None, False, True), "unknown_slot slot this machine has no slot 'B4'"),
    (
        "a slot of no machine",
        Readiness(None, False, True),
        "unknown_slot slot this machine has no slot 'a slot of no mac'",
    ),
    ("B4", Readiness(0, False, True), "sold_out slot B4 is sold out"),
    ("B4", Readiness(1, True, True), "busy - another order runs; wait for it or cancel it"),
    ("B4", Readiness(1, False, False), "not_ready - the payment platform cannot be reached"),
]


@pytest.mark.parametrize(("slot", "readiness", "sentence"), PRESSES)
def test_whoever_presses_is_told_why_nothing_can_be_bought(slot, readiness, sentence):
    assert said(domain.judge_press(slot, readiness)) == sentence


# -- presenting ---------------------------------------------------------------------------------

ANY_DIGITS = replace(SCANS, scanner=r"\d{18}")
FULL_WIDTH = "\N{FULLWIDTH DIGIT ONE}" * 18
CODES = [
    (WAITING, TEXT, BLIND, 0, "wrong_state - no scanner: this machine's platform takes no codes"),
    (WAITING, TEXT[:-1], SCANS, 0, "invalid auth_code that is no payment code"),
    (WAITING, FULL_WIDTH, ANY_DIGITS, 0, "invalid auth_code that is no payment code"),
    (BASE, TEXT, SCANS, 0, "wrong_state - nothing waits to be paid for"),
    (WAITING, TEXT, SCANS, 60_000, "wrong_state - the time to pay is over"),
    (SENT, TEXT, SCANS, 0, "wrong_state - a code was presented already; the payer has the word"),
]


@pytest.mark.parametrize(("order", "text", "able", "later_ms", "sentence"), CODES)
def test_whoever_presents_a_code_is_told_why_it_is_not_charged(
    order, text, able, later_ms, sentence
):
    assert said(judge_presented(order, text, able, NOW + later_ms)) == sentence


# -- reporting ----------------------------------------------------------------------------------

REPORTS = [
    ({"order_id": "ord_2"}, "wrong_state order_ref the message is about another order"),
    (
        {"currency": "JPY"},
        "currency_mismatch currency the order is in CNY, the message says JPY",
    ),
    (
        {"amount_minor": 349},
        "amount_changed amount_minor the order is 350 minor units, not 349",
    ),
]


@pytest.mark.parametrize(("changes", "sentence"), REPORTS)
def test_a_report_that_is_not_believed_is_answered_with_what_differs(changes, sentence):
    assert said(domain.mismatch(BASE, report(Standing.HELD, **changes))) == sentence
