"""Notices: genuine and fresh ones are taken in once; others change nothing."""

from __future__ import annotations

import pytest

from tests.wallet.fakes import PRICE, SECRET, START_MS
from vendor_sim.kernel.limits import BODY_BYTES_MAX, NOTICE_TOLERANCE_MS
from vendor_sim.wire import signing

OTHER = signing.secret_text(b"o" * 32)


@pytest.fixture
def held(pete):
    pete.scan_id = pete.pay()
    pete.authorisation = pete.scan(pete.scan_id)["authorisation"]
    return pete


def test_a_notice_moves_the_scan_and_the_balance(held):
    held.clock.advance_to(START_MS + 1)
    told = held.ledger.move(held.authorisation, state="captured", fulfilment="dropped")
    answer = held.notice(told)
    assert (answer.status_code, answer.headers["Vendor-Sim-Signature"]) == (204, "valid")
    scan = held.scan(held.scan_id)
    assert (scan["exact_state"], scan["fulfilment"]) == ("captured", "dropped")
    assert held.service.wallet("pete")["balance_minor"] == 10_000 - PRICE
    assert held.wallet.outbound.next_due_ms() is None


def test_a_notice_may_come_before_the_answer(pete):
    """The platform holds the money, its answer is lost, and its word comes another way."""
    scan_id = pete.ask()
    pete.service.approve(scan_id, "123456")
    pete.ledger.faults = ["answer_lost"]
    pete.tick()
    told = pete.ledger.move(pete.scan(scan_id)["authorisation"], state="captured")
    assert pete.notice(told).status_code == 204
    assert pete.scan(scan_id)["exact_state"] == "captured"
    sent = pete.ledger.calls.count("POST /v1/authorisations")
    pete.run(5_000)
    assert pete.ledger.calls.count("POST /v1/authorisations") == sent


def test_a_notice_is_taken_in_once(held):
    told = held.ledger.move(held.authorisation, state="voided")
    held.clock.advance_to(START_MS + 1)
    assert held.notice(told).status_code == 204
    after = held.scan(held.scan_id)
    assert held.notice(told).status_code == 204
    assert held.scan(held.scan_id) == after
    assert held.wallet.outbound.next_due_ms() is None


@pytest.mark.parametrize(
    "forged",
    [
        {"secrets": (OTHER,)},
        {"body": b"{}"},
        {"signed_at_ms": START_MS - NOTICE_TOLERANCE_MS - 1_000},
        {"signed_at_ms": START_MS + NOTICE_TOLERANCE_MS + 1_000},
    ],
)
def test_a_notice_that_is_not_genuine_and_fresh_changes_nothing(held, forged):
    before = held.scan(held.scan_id)
    told = held.ledger.move(held.authorisation, state="voided")
    answer = held.notice(told, **forged)
    assert (answer.status_code, answer.headers["Vendor-Sim-Signature"]) == (401, "invalid")
    assert answer.json["error"]["code"] in {"bad_signature", "stale_timestamp"}
    assert held.scan(held.scan_id) == before


def test_either_secret_will_do_while_keys_are_changed(held):
    told = held.ledger.move(held.authorisation, state="voided")
    assert held.notice(told, secrets=(OTHER, SECRET)).status_code == 204


def test_a_notice_of_a_kind_unknown_here_is_taken_and_ignored(held):
    before = held.scan(held.scan_id)
    assert held.notice({}, type="something.new").status_code == 204
    assert held.scan(held.scan_id) == before


def test_a_yes_that_is_not_ours_is_not_found(held):
    told = {**held.ledger.view(held.authorisation), "id": "au_other"}
    answer = held.notice(told)
    assert (answer.status_code, answer.headers["Vendor-Sim-Signature"]) == (404, "valid")


@pytest.mark.parametrize(
    ("data", "where"), [({}, "id"), ({"id": 1}, "id"), ({"state": "odd"}, "state")]
)
def test_a_genuine_notice_in_a_wrong_shape_is_refused(held, data, where):
    told = {**held.ledger.view(held.authorisation), **data} if data else {}
    answer = held.notice(told)
    assert answer.status_code == 422
    assert answer.json["error"]["where"] == where


def test_a_genuine_notice_that_tells_no_time_is_refused(held, monkeypatch):
    monkeypatch.setattr("tests.wallet.fakes.rfc3339", lambda _: "soon")
    answer = held.notice(held.ledger.view(held.authorisation))
    assert (answer.status_code, answer.json["error"]["where"]) == (422, "timestamp")


def test_an_endless_notice_is_not_read(held):
    client = held.wallet.app.test_client()
    answer = client.post("/wallet/hooks/payments", data=bytes(BODY_BYTES_MAX + 1))
    assert answer.status_code == 413


def test_notices_that_overtake_each_other_end_in_the_true_balance(held):
    held.clock.advance_to(START_MS + 5)
    older = held.ledger.move(held.authorisation, state="captured", fulfilment="jammed")
    newer = held.ledger.move(held.authorisation, refunded_minor=PRICE)
    held.notice(newer, "nt_2", told_at_ms=START_MS + 5)
    held.notice(older, "nt_1", told_at_ms=START_MS + 4)
    held.run()
    assert held.service.wallet("pete")["balance_minor"] == 10_000
    assert held.scan(held.scan_id)["state"] == "returned"


def test_a_notice_that_was_overtaken_by_an_answer_does_not_bring_back_an_old_balance(pete):
    """The answer took ten milliseconds; the notice tells of the middle of them."""
    scan_id = pete.ask()
    pete.service.approve(scan_id, "123456")
    pete.clock.advance_to(START_MS + 10)
    pete.wallet.outbound.tick(START_MS)
    told = pete.ledger.view(pete.scan(scan_id)["authorisation"])
    pete.notice({**told, "held_minor": 0}, told_at_ms=START_MS + 5)
    pete.run()
    assert pete.service.wallet("pete")["held_minor"] == PRICE
