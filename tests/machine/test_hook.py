"""A notification counts if it is genuine, fresh, new, and about an order of this machine."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.machine.conftest import SECRET, Rig, seed
from vendor_sim.machine import store
from vendor_sim.wire import signing

PATH = "/machine/hooks/payments/lobby"


@pytest.fixture
def paid(rig):
    """An order somebody paid, and the notice of it that is still on its way."""
    order_id = rig.buy()
    rig.platform.pay(order_id)
    return rig, order_id, rig.platform.notices.pop()


def changed(notice, **changes):
    body = json.loads(notice[1])
    body["data"].update(changes)
    return notice[0], json.dumps(body).encode()


def test_a_genuine_notice_is_stored_and_answered_204(paid):
    rig, order_id, notice = paid
    answer = rig.post(notice)
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Vendor-Sim-Signature"] == "valid"
    assert rig.state(order_id) == "paid"
    assert rig.post(notice).status_code == 204
    assert len(rig.rows(store.SEEN_NOTICE)) == 1


def test_a_forged_notice_changes_nothing(paid):
    rig, order_id, notice = paid
    headers = rig.platform.signed(notice)
    forged = changed(notice, amount_minor=1)
    answer = rig.app.test_client().post(PATH, data=forged[1], headers=headers)
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "bad_signature")
    assert answer.headers["Vendor-Sim-Signature"] == "invalid"
    assert rig.state(order_id) == "awaiting_payment"


@pytest.mark.parametrize("off_ms", [301_000, -301_000])
def test_a_notice_of_another_time_is_refused(paid, off_ms):
    rig, _, notice = paid
    at_ms = rig.clock.now_ms() + off_ms
    headers = signing.sign([SECRET], notice[0], at_ms, notice[1])
    answer = rig.app.test_client().post(PATH, data=notice[1], headers=headers)
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "stale_timestamp")


def test_an_unsigned_notice_is_refused(paid):
    rig, _, notice = paid
    assert rig.app.test_client().post(PATH, data=notice[1]).status_code == 401


def test_either_of_two_secrets_may_have_signed(paid):
    rig, order_id, notice = paid
    other = signing.secret_text(b"another secret of thirty-two byt")
    rig.seeds = (replace(seed(), hook_secrets=(other, SECRET)),)
    rig.restart()
    assert rig.post(notice).status_code == 204
    assert rig.state(order_id) == "paid"


WRONG = [
    ({"amount_minor": 349}, 409, "amount_changed"),
    ({"currency": "JPY"}, 409, "currency_mismatch"),
    ({"id": "in_other"}, 409, "wrong_state"),
    ({"order_ref": "ord_other"}, 404, "not_found"),
    ({"pay_until": "tomorrow"}, 422, "invalid"),
    ({"state": "lost"}, 422, "invalid"),
]


@pytest.mark.parametrize(("changes", "status", "code"), WRONG)
def test_a_genuine_notice_about_something_else_changes_nothing(paid, changes, status, code):
    rig, order_id, notice = paid
    answer = rig.post(changed(notice, **changes))
    assert (answer.status_code, answer.json["error"]["code"]) == (status, code)
    assert answer.headers["Vendor-Sim-Signature"] == "valid"
    assert rig.state(order_id) == "awaiting_payment"
    assert rig.rows(store.SEEN_NOTICE) == []
    assert rig.post(notice).status_code == 204


def test_a_notice_sent_to_another_machine_is_not_ours():
    rig = Rig(seed(), seed("hall"))
    order_id = rig.buy()
    rig.platform.pay(order_id)
    [notice] = rig.platform.notices
    assert rig.post(notice, "hall").status_code == 404
    assert rig.post(notice, "nowhere").status_code == 404
    assert rig.state(order_id) == "awaiting_payment"
    rig.close()


def test_types_that_say_nothing_to_a_machine_are_taken_in(rig):
    body = json.dumps({"type": "weather.changed", "timestamp": "now", "data": {}}).encode()
    assert rig.post(("nt_1", body)).status_code == 204


def refund(rig, order_id, **changes):
    intent = rig.platform.intent_of(order_id)["id"]
    data = {"id": "rf_9", "intent": intent, "amount_minor": 100, "currency": "CNY"}
    data |= {"state": "succeeded", "reason": None, "created_at": "x", "done_at": None, **changes}
    body = {"type": "refund.succeeded", "timestamp": "now", "data": data}
    return "nt_9", json.dumps(body).encode()


def test_refunds_of_unknown_payments_or_in_other_money_are_refused(paid):
    rig, order_id, notice = paid
    rig.post(notice)
    assert rig.post(refund(rig, order_id, intent="in_9")).status_code == 404
    assert rig.post(refund(rig, order_id, currency="JPY")).status_code == 409
    first = refund(rig, order_id)
    assert rig.post(first).status_code == 204
    assert rig.post(("nt_10", first[1])).status_code == 204
    assert rig.service.front("lobby").order.refunded_minor == 100


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"\xff", b'{"a":1,"a":2}', b"[" * 9_000])
def test_genuine_nonsense_gets_a_clear_answer(rig, raw):
    answer = rig.post(("nt_1", raw))
    assert answer.status_code == 400
    assert answer.json["error"]["code"] == "malformed"


def test_a_notice_of_thirty_megabytes_is_not_read(rig):
    answer = rig.app.test_client().post(PATH, data=b"x" * 30_000_000)
    assert answer.status_code == 413
