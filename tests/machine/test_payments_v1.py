"""The adapter speaks ``/v1`` and lets nothing of it through to the domain."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.machine.facts import BASE
from tests.mishaps import mishaps
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.machine.domain import Standing
from vendor_sim.machine.payment_port import PaymentPort
from vendor_sim.machine.payments_v1 import PaymentsV1
from vendor_sim.machine.service import Credentials
from vendor_sim.wire.http import NoAnswer
from vendor_sim.wire.transports import Faulty, InProcess
from vendor_sim.world.faults import Fault


@pytest.fixture
def port(rig):
    credentials = Credentials("v1", "m", "key")
    made = PaymentsV1(
        "http://ledger", credentials, Faulty(InProcess(rig.platform), mishaps(rig._fault))
    )
    yield made
    made.close_connections()


def refusal(act, *args):
    with pytest.raises(Refused) as caught:
        act(*args)
    return caught.value.problem.code


def test_a_payment_from_asking_to_capture(rig, port):
    asked = port.ask(BASE)
    assert (asked.order_id, asked.standing, asked.amount_minor) == ("ord_1", Standing.OPEN, 350)
    assert asked == port.ask(BASE)
    order = replace(BASE, intent_id=asked.intent_id)
    rig.platform.pay("ord_1")
    assert port.look(order).standing is Standing.HELD
    assert refusal(port.close, order) is Code.ALREADY_PAID
    assert port.capture(order).standing is Standing.TAKEN
    refund = port.refund(order, 100)
    assert (refund.amount_minor, refund.done) == (100, False)
    assert port.look_at_refund(order, refund.refund_id) == refund
    rig.platform.refund_by_hand("ord_1", 50)
    assert [one.amount_minor for one in port.refunds(order)] == [100, 50]


def test_refunds_that_do_not_add_up_are_no_answer(rig, port):
    order = replace(BASE, intent_id=port.ask(BASE).intent_id)
    rig.platform.pay("ord_1")
    port.capture(order)
    port.refund(order, 100)
    assert [one.amount_minor for one in port.refunds(order)] == [100]
    rig.platform.refunds["rf_1"]["state"] = "closed"
    rig.platform._given_back = lambda _intent: {
        "captured_minor": 350,
        "refund_pending_minor": 100,
        "refunded_minor": 0,
        "refunds": list(rig.platform.refunds.values()),
    }
    assert refusal(port.refunds, order) is Code.UNAVAILABLE


def test_one_word_of_the_platform_means_two_things(rig, port):
    order = replace(BASE, intent_id=port.ask(BASE).intent_id)
    intent = rig.platform.intent_of("ord_1")
    intent["state"] = "expired"
    assert port.look(order).standing is Standing.EXPIRED
    intent["hold_until"] = intent["pay_until"]
    assert port.look(order).standing is Standing.VOIDED


def test_times_that_are_no_times_are_no_answer(rig, port):
    order = replace(BASE, intent_id=port.ask(BASE).intent_id)
    rig.platform.intent_of("ord_1")["pay_until"] = "soon"
    assert refusal(port.look, order) is Code.UNAVAILABLE


def test_without_an_intent_there_is_nothing_to_look_at(port):
    assert refusal(port.look, BASE) is Code.WRONG_STATE


def test_whether_it_can_be_reached_is_never_an_exception(rig, port):
    assert port.reachable()
    rig.faults["/healthz"] = Fault.REFUSED
    assert not port.reachable()
    rig.faults[""] = Fault.REQUEST_LOST
    with pytest.raises(NoAnswer):
        port.ask(BASE)


def test_it_does_all_that_a_machine_needs_and_shows_no_more():
    def public(kind):
        return {name for name in vars(kind) if not name.startswith("_")}

    assert public(PaymentsV1) == public(PaymentPort)


def test_it_charges_no_code_and_has_no_keys_to_ask_for(rig, port):
    assert refusal(port.charge, BASE) is Code.WRONG_STATE
    assert port.renew_keys() is None
    assert rig.platform.log == []


def test_a_refund_the_platform_gave_up_is_asked_again_under_another_key(rig, port):
    order = replace(BASE, intent_id=port.ask(BASE).intent_id)
    rig.platform.pay("ord_1")
    port.capture(order)
    first = port.refund(order, 100)
    rig.platform.refunds[first.refund_id]["state"] = "closed"
    assert port.look_at_refund(order, first.refund_id).failed
    again = port.refund(replace(order, refunds_failed=1), 100)
    assert again.refund_id != first.refund_id
    assert list(rig.platform.keys)[-1] == "ord_1:refund:100:1"


def test_whatever_moves_money_has_the_same_key_however_often_it_is_asked(rig, port):
    order = replace(BASE, intent_id=port.ask(BASE).intent_id)
    rig.platform.pay("ord_1")
    for _ in range(2):
        port.capture(order)
        port.refund(order, 100)
        port.refund(order, 50)
    keys = ["ord_1", "ord_1:capture", "ord_1:refund:100", "ord_1:refund:50"]
    assert list(rig.platform.keys) == keys
    assert [one["amount_minor"] for one in rig.platform.refunds.values()] == [100, 50]
