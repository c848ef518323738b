"""Every rule of the audit is seen to catch what it is there for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.world import rich
from vendor_sim.machine import outbound
from vendor_sim.world.audit import RULES, audit
from vendor_sim.world.audit.check import _EVIDENCE_MAX
from vendor_sim.world.faults import Fault, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.world.conftest import Control
    from vendor_sim.world.build import World

_NEW_ENTRY = """
    INSERT INTO entry SELECT account_id, 999, version + 1, side, pending_delta, posted_delta,
    posted_after, posted_after + posted_delta, pending_after, pending_after + pending_delta,
    at_ms, chain_hash FROM entry ORDER BY seq DESC LIMIT 1
"""
_HOLD = """
    INSERT INTO transfer SELECT {seq}, id || '{more}', 'pending', 'hold', debit, credit,
    amount_minor, currency, reference, at_ms, NULL, {until} FROM transfer WHERE kind = 'pending'
    LIMIT 1
"""
_SECOND_COMMAND = """
    INSERT INTO motor_command SELECT id || '2', machine, slot, outcome, at_ms, done_at_ms
    FROM motor_command LIMIT 1
"""
_SECOND_CHARGE = """
    INSERT INTO intent SELECT id || '2', merchant_id, order_ref, description, amount_minor,
    currency, takes, state, pay_until_ms, close_at_ms, created_at_ms, hold_until_ms,
    authorisation_id || '2', payer, provider_id, authorised_at_ms, captured_minor,
    refund_pending_minor, refunded_minor, scanned_at_ms, attempt_state, attempt_reason,
    attempt_account, attempt_at_ms, fulfilment, dialect, reserved_for, fee_minor,
    fee_returned_minor, version FROM intent WHERE authorisation_id IS NOT NULL LIMIT 1
"""
TAMPERING = [
    ("money_conserved", "ledger", "UPDATE balance SET credits_posted = credits_posted + 1"),
    ("balances_are_the_log", "ledger", "UPDATE balance SET debits_posted = debits_posted + 1"),
    ("balances_are_the_log", "ledger", "DELETE FROM balance WHERE account_id LIKE 'merchant:%'"),
    ("transfers_balance", "ledger", _NEW_ENTRY),
    ("transfers_balance", "ledger", "DELETE FROM entry WHERE side = 'debit'"),
    ("transfers_balance", "ledger", "UPDATE transfer SET currency = 'JPY' WHERE seq = 1"),
    ("floors_hold", "ledger", "UPDATE balance SET debits_pending = 99999 WHERE guard = 'debit'"),
    ("entries_are_chained", "ledger", "UPDATE entry SET at_ms = at_ms + 1 WHERE version = 1"),
    ("entries_are_chained", "ledger", "UPDATE transfer SET reference = 'x' WHERE seq = 1"),
    ("entries_are_chained", "ledger", "UPDATE entry SET version = version + 1"),
    ("holds_end_once", "ledger", "UPDATE transfer SET expires_at_ms = 1 WHERE kind = 'pending'"),
    ("holds_let_go", "ledger", _HOLD.format(seq=998, more="x", until=1)),
    ("holds_end_once", "ledger", "UPDATE transfer SET pending_id = 'x' || id WHERE kind = 'post'"),
    ("holds_let_go", "ledger", "UPDATE transfer SET expires_at_ms = 1, pending_id = NULL"),
    ("holds_last_as_promised", "ledger", "UPDATE intent SET hold_until_ms = hold_until_ms + 1"),
    ("intents_move_as_allowed", "ledger", "UPDATE intent SET state = 'closed'"),
    ("refunds_move_as_allowed", "ledger", "UPDATE refund SET done_at_ms = NULL"),
    ("notices_tried_in_turn", "ledger", "UPDATE notice_attempt SET at_ms = 1 WHERE number = 2"),
    ("moves_are_told", "ledger", "DELETE FROM notice WHERE type = 'payment.captured'"),
    ("steps_are_dated", "machine", "UPDATE orders SET opened_at_ms = opened_at_ms - 1"),
    ("drops_are_as_said", "machine", "UPDATE motor_command SET outcome = 'unsure'"),
    ("losses_are_recorded", "machine", "DELETE FROM loss"),
    ("one_charge_per_order", "ledger", _SECOND_CHARGE),
    ("paid_in_time", "ledger", "UPDATE intent SET authorised_at_ms = pay_until_ms"),
    ("paid_in_time", "ledger", "UPDATE code SET replaced_at_ms = issued_at_ms"),
    ("paid_in_time", "ledger", "UPDATE presented SET valid_until_ms = issued_at_ms"),
    ("intents_match_books", "ledger", "UPDATE intent SET state = 'voided'"),
    ("intents_match_books", "ledger", "UPDATE transfer SET reference = 'x' WHERE code = 'sale'"),
    ("intents_match_books", "ledger", "UPDATE transfer SET debit = 'transit:refunds:CNY'"),
    ("refunds_within_capture", "ledger", "UPDATE refund SET amount_minor = amount_minor * 2"),
    ("refunds_within_capture", "ledger", "UPDATE refund SET intent_id = 'x'"),
    (
        "refunds_match_books",
        "ledger",
        "UPDATE transfer SET credit = 'x' WHERE code = 'refund_done'",
    ),
    ("refunds_match_books", "ledger", "UPDATE transfer SET amount_minor = 1 WHERE code = 'refund'"),
    ("refunds_match_books", "ledger", "DELETE FROM refund"),
    ("refunds_match_books", "ledger", "DELETE FROM transfer WHERE code = 'refund'"),
    ("refunds_match_books", "ledger", "UPDATE refund SET state = 'closed'"),
    ("refunds_match_books", "ledger", "UPDATE refund SET to_bank = 1"),
    ("refunds_arrive", "ledger", "UPDATE refund SET state = 'pending', created_at_ms = 1"),
    ("notices_end", "ledger", "UPDATE notice SET attempts = attempts + 1"),
    ("notices_end", "ledger", "UPDATE notice SET state = 'dead', problem = NULL"),
    ("notices_end", "ledger", "UPDATE notice SET state = 'waiting'"),
    ("fees_as_agreed", "ledger", "UPDATE party SET fee_ppm = fee_ppm + 5000"),
    ("fees_as_agreed", "ledger", "UPDATE intent SET fee_minor = fee_minor + 1"),
    ("fees_returned_with_refunds", "ledger", "UPDATE refund SET fee_minor = 0"),
    ("fees_returned_with_refunds", "ledger", "UPDATE intent SET fee_returned_minor = 0"),
    ("fees_match_books", "ledger", "UPDATE transfer SET amount_minor = 9 WHERE code = 'fee'"),
    ("fees_match_books", "ledger", "UPDATE transfer SET credit = 'x' WHERE code = 'fee_returned'"),
    ("fees_match_books", "ledger", "UPDATE transfer SET reference = 'x' WHERE code = 'fee'"),
    ("codes_replaced_in_turn", "ledger", "UPDATE code SET replaced_at_ms = 1"),
    ("codes_replaced_in_turn", "ledger", "UPDATE code SET intent_id = token"),
    ("intents_close_in_time", "ledger", "UPDATE intent SET state = 'open', close_at_ms = 1"),
    ("reserved_for_one", "ledger", "UPDATE intent SET reserved_for = 'another'"),
    ("presented_codes_used_once", "ledger", "UPDATE presented SET account = 'another'"),
    ("presented_codes_used_once", "ledger", "UPDATE presented SET valid_until_ms = 18000000000000"),
    ("presented_codes_used_once", "ledger", "UPDATE intent SET authorisation_id = id"),
    ("wechat_orders_are_intents", "ledger", "UPDATE intent SET order_ref = order_ref || 'x'"),
    ("wechat_orders_are_intents", "ledger", "UPDATE intent SET dialect = 'v1'"),
    ("wechat_orders_are_intents", "ledger", "DELETE FROM wechat_order"),
    ("wechat_refunds_are_refunds", "ledger", "DELETE FROM wechat_refund"),
    ("wechat_refunds_are_refunds", "ledger", "UPDATE wechat_refund SET refund = refund_id"),
    (
        "reversed_orders_are_given_back",
        "ledger",
        "UPDATE wechat_order SET reversed_at_ms = created_at_ms",
    ),
    ("orders_move_as_allowed", "machine", "UPDATE orders SET state = 'cancelled'"),
    ("orders_move_as_allowed", "machine", "DELETE FROM order_event WHERE state = 'paid'"),
    ("one_release_per_order", "machine", _SECOND_COMMAND),
    ("one_release_per_order", "machine", "UPDATE orders SET command_id = 'same'"),
    ("stock_adds_up", "machine", "UPDATE slot SET stock = stock + 1 WHERE slot = 'B4'"),
    ("stock_adds_up", "machine", "UPDATE motor_command SET outcome = 'jammed'"),
    ("stock_adds_up", "machine", "DELETE FROM stock_event WHERE cause = 'fell'"),
    ("no_release_unpaid", "ledger", "UPDATE intent SET authorised_at_ms = NULL"),
    ("no_release_unpaid", "ledger", "UPDATE intent SET merchant_id = 'm_other'"),
    ("no_release_unpaid", "machine", "UPDATE orders SET amount_minor = amount_minor + 1"),
    ("no_release_unpaid", "machine", "UPDATE motor_command SET at_ms = 1"),
    ("no_capture_unreleased", "machine", "UPDATE orders SET state = 'not_released'"),
    ("sold_from_stock", "machine", "UPDATE stock_event SET stock_after = 0"),
    ("sold_from_stock", "machine", "UPDATE orders SET opened_at_ms = 1"),
    ("captures_are_asked_for", "machine", "UPDATE orders SET standing = 'held'"),
    ("orders_end", "machine", "UPDATE orders SET state = 'not_released'"),
    ("orders_end", "machine", "UPDATE orders SET state = 'paid' WHERE seq = 1"),
    ("orders_end", "ledger", "UPDATE intent SET state = 'authorised' WHERE takes = 'hold'"),
    ("orders_end", "ledger", "UPDATE intent SET captured_minor = 0, refunded_minor = 0"),
    ("wallets_know_payments", "wallet", "UPDATE scan SET amount_minor = 1"),
    ("wallets_know_payments", "wallet", "UPDATE scan SET authorisation = authorisation || 'x'"),
    ("wallets_know_payments", "wallet", "UPDATE scan SET refunded_minor = 1"),
    ("wallets_know_balances", "wallet", "UPDATE wallet SET balance_minor = balance_minor + 1"),
    ("merchants_are_paid", "ledger", "DELETE FROM intent"),
    ("merchants_are_paid", "ledger", "DELETE FROM balance WHERE account_id LIKE 'merchant:%'"),
    ("machines_know_payments", "machine", "UPDATE orders SET standing = 'open'"),
]


@pytest.fixture(scope="module")
def busy() -> Iterator[World]:
    """A world at rest in which a bit of everything happened."""
    world, _orders = rich.make()
    yield world
    world.close()


def test_a_world_at_rest_breaks_no_rule(busy: World) -> None:
    assert audit(busy) == []


@pytest.mark.parametrize(("rule", "room", "sql"), TAMPERING)
def test_a_rule_catches_what_it_is_there_for(busy: World, rule: str, room: str, sql: str) -> None:
    assert rule in {breach.rule for breach in rich.tampered(busy, room, sql)}


def test_what_was_tampered_with_is_as_before(busy: World) -> None:
    assert rich.tampered(busy, "ledger", "DELETE FROM intent") != []
    assert audit(busy) == []


def test_every_rule_was_seen_to_break() -> None:
    on_the_wire = {"answers_are_meant"}
    assert {rule for rule, _, _ in TAMPERING} | on_the_wire == {rule.name for rule in RULES}


def test_every_rule_has_a_number_and_a_sentence_that_ends() -> None:
    assert [rule.name for rule in RULES if not rule.sentence.endswith(".")] == []
    assert {rule.number for rule in RULES} <= {f"I{number}" for number in range(1, 25)}


def test_whoever_breaks_a_rule_a_thousand_times_is_told_twenty(busy: World) -> None:
    breaches = rich.tampered(busy, "ledger", "UPDATE notice SET attempts = attempts + 1")
    assert len([one for one in breaches if one.rule == "notices_end"]) == _EVIDENCE_MAX


def test_a_breach_says_what_broke_and_when(busy: World) -> None:
    [breach] = rich.tampered(busy, "wallet", "UPDATE wallet SET held_minor = 7 WHERE id = 'broke'")
    assert (breach.rule, breach.number) == ("wallets_know_balances", "I13")
    assert breach.at_ms == busy.clock.now_ms()
    assert str(breach).startswith(f"I13 wallets_know_balances at {breach.at_ms}: At rest, what")
    assert "id=broke, balance_minor=100, held_minor=7" in str(breach)


def test_what_only_has_to_end_some_day_is_not_asked_for_by_the_patient(busy: World) -> None:
    lapsed = _HOLD.format(seq=998, more="x", until=1)
    rules = {rule.name for rule in RULES if rule.waits}
    assert "holds_let_go" in rules
    assert not rules & {one.rule for one in rich.tampered(busy, "ledger", lapsed, patient=True)}


def test_an_order_that_still_has_time_is_not_asked_how_it_ended(control: Control) -> None:
    control.post("/machines/lobby/press", {"slot": "B4"}, 202)
    control.post("/machines/platform-9/dispenser", {"next": "unsure"})
    control.buy("platform-9", "A1")
    assert audit(control.world) == []


def test_an_order_that_never_ends_is_found_even_if_the_world_is_not_at_rest(
    control: Control,
) -> None:
    order = control.buy()
    control.get(f"/orders/{order}?wait_for=done")
    for _ in range(3):
        control.world.driver.until(lambda: None, 3_600_000)
    control.post("/machines/platform-9/press", {"slot": "A1"}, 202)
    unended = "UPDATE orders SET state = 'paid' WHERE machine = 'lobby'"
    assert "orders_end" in {one.rule for one in rich.tampered(control.world, "machine", unended)}


@pytest.mark.parametrize(("minutes", "found"), [(0, {"orders_end"}), (5, set())])
def test_a_payment_that_its_machine_never_heard_of_is_over_once_nobody_can_pay_it(
    control: Control, minutes: int, found: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that takes any no for the end, also where an earlier asking was carried out."""
    monkeypatch.setattr(outbound, "_tells_nothing", lambda *_: False)
    world = control.world
    world.faults.add(Rule(Fault.EMPTY, source="machine", target="ledger", times=1))
    world.faults.add(Rule(Fault.STALE_TIMESTAMP, source="machine", target="ledger", times=1))
    order = control.post("/machines/platform-9/press", {"slot": "A1"}, 202)["order"]
    assert control.get(f"/orders/{order}?wait_for=refused")["state"] == "refused"
    assert world.driver.settle(1_000)
    world.driver.until(lambda: None, minutes * 60_000)
    assert {breach.rule for breach in audit(world)} == found


def test_control_tells_rule_number_sentence_and_evidence(control: Control) -> None:
    with control.world.doors.wallet.begin() as cx:  # type: ignore[attr-defined]
        cx.exec_driver_sql("UPDATE wallet SET balance_minor = 99 WHERE id = 'broke'")
    [breach] = control.get("/audit")["breaches"]
    assert breach == {
        "rule": "wallets_know_balances",
        "number": "I13",
        "sentence": "At rest, what a wallet shows as its balance is what the books hold.",
        "evidence": "id=broke, balance_minor=99, held_minor=0; the books hold (100, 0)",
    }
