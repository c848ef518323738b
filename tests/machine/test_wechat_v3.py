"""The adapter speaks WeChat Pay v3 and lets nothing of it through to the domain."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.machine.acts import refusal
from tests.machine.facts import BASE
from tests.machine.v3_keys import credentials
from tests.machine.v3_rig import v3_seed
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.machine.assembly import DIALECTS
from vendor_sim.machine.domain import Standing, Takes, judge_machine
from vendor_sim.machine.payment_port import PaymentPort
from vendor_sim.machine.reports_wechat import merchant_of
from vendor_sim.machine.wechat_v3 import WechatV3
from vendor_sim.world.faults import Fault

ORDER = replace(BASE, id="ord_23456789", machine="platform-9", takes=Takes.AT_ONCE)


@pytest.fixture
def port(v3):
    return v3.outbound._port(ORDER)


def asked(port, **changes):
    report = port.ask(ORDER)
    return replace(ORDER, intent_id=report.intent_id, **changes)


def test_it_does_all_that_a_machine_needs_and_shows_no_more():
    def public(kind):
        return {name for name in vars(kind) if not name.startswith("_")}

    assert public(WechatV3) == public(PaymentPort)


def test_a_payment_from_asking_to_its_refund(v3, port):
    report = port.ask(ORDER)
    assert (report.order_id, report.intent_id, report.standing) == (
        *(ORDER.id, ORDER.id),
        Standing.OPEN,
    )
    assert replace(port.ask(ORDER), code=report.code) == report
    order = asked(port)
    v3.platform.pay(ORDER.id)
    assert port.look(order).standing is Standing.TAKEN
    assert refusal(port.close, order) is Code.ALREADY_PAID
    refund = port.refund(order, 100)
    assert (refund.amount_minor, refund.done, refund.failed) == (100, False, False)
    assert port.look_at_refund(order, refund.refund_id) == refund
    assert port.look(order).standing is Standing.TAKEN


def test_whatever_moves_money_has_the_same_number_however_often_it_is_asked(v3, port):
    order = asked(port)
    v3.platform.pay(ORDER.id)
    for _ in range(2):
        port.refund(order, 100)
        port.refund(order, 50)
        port.refund(replace(order, refunds_failed=1), 100)
    assert list(v3.platform.refunds) == [
        f"{ORDER.id}_r{rest}" for rest in ("100_0", "50_0", "100_1")
    ]


def test_nothing_is_ever_held_and_nobody_is_told_of_goods(v3, port):
    order = asked(port)
    before = len(v3.platform.log)
    assert refusal(port.capture, order) is Code.WRONG_STATE
    assert refusal(port.void, order) is Code.WRONG_STATE
    port.fulfil(order, None)
    assert len(v3.platform.log) == before


def test_without_a_payment_there_is_nothing_to_look_at(port):
    assert refusal(port.look, ORDER) is Code.WRONG_STATE


def test_whether_it_can_be_reached_is_never_an_exception(v3, port):
    assert port.reachable()
    v3.platform.refuse_next["certificates"] = [(500, "SYSTEM_ERROR")]
    assert not port.reachable()
    v3.lose["certificates"] = Fault.REFUSED
    assert not port.reachable()


CODES = [
    (400, "ORDERPAID", Code.ALREADY_PAID),
    (400, "ORDER_PAID", Code.ALREADY_PAID),
    (400, "ORDER_CLOSED", Code.CLOSED),
    (400, "ORDER_REVERSED", Code.CLOSED),
    (404, "ORDER_NOT_EXIST", Code.NOT_FOUND),
    (404, "RESOURCE_NOT_EXISTS", Code.NOT_FOUND),
    (401, "SIGN_ERROR", Code.UNAUTHENTICATED),
    (401, "", Code.UNAUTHENTICATED),
    (403, "NO_AUTH", Code.FORBIDDEN),
    (400, "PARAM_ERROR", Code.INVALID),
    (403, "OUT_TRADE_NO_USED", Code.EXISTS),
    (400, "MCH_NOT_EXISTS", Code.MERCHANT_REFUSED),
    (403, "NOT_ENOUGH", Code.INSUFFICIENT_FUNDS),
    (403, "RULE_LIMIT", Code.WRONG_STATE),
    (404, "", Code.WRONG_STATE),
    (500, "SYSTEM_ERROR", Code.NOT_READY),
    (429, "FREQUENCY_LIMITED", Code.NOT_READY),
    (429, "RATELIMIT_EXCEEDED", Code.NOT_READY),
    (202, "ACCEPTED", Code.NOT_READY),
    (500, "BANK_ERROR", Code.NOT_READY),
    (500, "", Code.UNAVAILABLE),
    (503, "SERVICE_UNAVAILABLE", Code.UNAVAILABLE),
]


@pytest.mark.parametrize(("status", "theirs", "ours"), CODES)
def test_the_platform_s_no_in_the_house_s_words(v3, port, status, theirs, ours):
    order = asked(port)
    v3.platform.refuse_next["query"] = [(status, theirs)]
    with pytest.raises(Refused) as caught:
        port.look(order)
    problem = caught.value.problem
    assert problem.code is ours
    assert problem.transient == (status in {202, 429} or status >= 500)
    assert str(status) in problem.detail
    assert theirs in problem.detail


STATES = [
    ("NOTPAY", None, 0, Standing.OPEN, None),
    ("SUCCESS", "4200", 0, Standing.TAKEN, None),
    ("REFUND", "4200", 0, Standing.TAKEN, None),
    ("CLOSED", None, 0, Standing.CLOSED, None),
    ("NOTPAY", None, 1, Standing.OPEN, "failed"),
    ("USERPAYING", None, 1, Standing.OPEN, None),
    ("PAYERROR", None, 1, Standing.OPEN, "failed"),
    ("REVOKED", None, 1, Standing.CLOSED, None),
    ("REVOKED", "4200", 1, Standing.VOIDED, None),
    ("ACCEPT", None, 1, Standing.OPEN, None),
]


@pytest.mark.parametrize("line", STATES)
def test_what_each_trade_state_means(v3, port, line):
    state, transaction, charge, standing, attempt = line
    port.ask(ORDER)
    number = f"{ORDER.id}_1" if charge else ORDER.id
    trade = v3.platform.orders[ORDER.id] | {"number": number, "state": state}
    v3.platform.orders[number] = trade | {"transaction_id": transaction, "kind": "X"}
    report = port.look(replace(ORDER, intent_id=number, charges=charge))
    assert (report.standing, report.attempt_state, report.charge) == (standing, attempt, charge)
    assert report.scanned == (state == "USERPAYING")


def test_news_of_a_payment_only_grows_newer(v3, port):
    order = asked(port)
    opened = port.look(order)
    v3.platform.pay(ORDER.id)
    paid = port.look(order)
    assert opened.version < paid.version
    v3.platform.orders[f"{ORDER.id}_1"] = {
        **v3.platform.orders[ORDER.id],
        "number": f"{ORDER.id}_1",
        "state": "USERPAYING",
        "transaction_id": None,
    }
    charged = port.look(replace(ORDER, intent_id=f"{ORDER.id}_1", charges=1))
    assert paid.version < charged.version


def test_a_platform_that_names_no_amount_for_what_nobody_paid_is_understood(v3, port):
    order = asked(port)
    view = v3.platform._view
    v3.platform._view = lambda one: {k: v for k, v in view(one).items() if k != "amount"}
    assert port.look(order).amount_minor == 350
    v3.platform.pay(ORDER.id)
    assert refusal(port.look, order) is Code.UNAVAILABLE


def test_a_charge_that_left_no_order_failed_and_an_order_that_is_not_there_is_refused(v3, port):
    port.ask(ORDER)
    number = f"{ORDER.id}_1"
    order = replace(ORDER, intent_id=number, charges=1, attempt_reason="unknown_code")
    report = port.look(order)
    assert (report.intent_id, report.standing) == (number, Standing.OPEN)
    assert (report.attempt_state, report.attempt_reason) == ("failed", "unknown_code")
    del v3.platform.orders[ORDER.id]
    assert refusal(port.look, replace(ORDER, intent_id=ORDER.id)) is Code.NOT_FOUND
    v3.platform.refuse_next["query"] = [(403, "RULE_LIMIT")]
    assert refusal(port.look, order) is Code.WRONG_STATE


def test_a_long_name_of_a_product_is_cut(v3, port):
    port.ask(replace(ORDER, product="茶" * 200))
    assert v3.platform.orders[ORDER.id]["body"]["description"] == "茶" * 127


def test_orders_in_flight_do_not_show_the_keys(v3):
    shown = repr(v3.outbound._work.credentials("platform-9"))
    assert "PRIVATE" not in shown
    assert "PRIVATE" not in repr(merchant_of(credentials()))


BAD = ["", "[]", "{}", "key", json.dumps({"merchant": {}, "files": {}})]


@pytest.mark.parametrize("text", BAD)
def test_what_are_no_credentials_is_said_without_showing_them(text):
    with pytest.raises(Refused) as caught:
        merchant_of(text)
    assert (caught.value.problem.code, caught.value.problem.where) == (Code.INVALID, "credentials")


def test_credentials_without_the_other_mode_s_key_are_enough():
    document = json.loads(credentials("cert"))
    del document["files"]["pub_key.pem"]
    only_cert = merchant_of(json.dumps(document))
    assert list(only_cert.believed) == [document["merchant"]["platform_serial"]]
    document = json.loads(credentials())
    del document["merchant"]["platform_serial"]
    only_key = merchant_of(json.dumps(document))
    assert list(only_key.believed) == [document["merchant"]["public_key_id"]]


SEEDS = [({}, None), ({"takes": "hold"}, "takes"), ({"currency": "JPY"}, "currency")]


@pytest.mark.parametrize(("changes", "where"), SEEDS)
def test_a_machine_that_speaks_it_takes_yuan_at_once(changes, where):
    problem = judge_machine(replace(v3_seed(), **changes), DIALECTS)
    assert (problem and problem.where) == where
