"""Arrows of the WeChat Pay dialect: what they mean, whose they are, how they went."""

from __future__ import annotations

import pytest

from tests.lab.fakes import ORDER as V1_ORDER
from tests.lab.fakes import PURCHASE, entry
from tests.lab.v3_purchase import (
    AUTH_CODE,
    CHARGED,
    HOOK,
    NATIVE,
    ORDER,
    OUTSIDE,
    PAY,
    REFUNDS,
    asked,
    create,
    platform_signature,
    told,
)
from vendor_sim.lab.arrows import arrows

MERCHANTS = "1900000001/order-77"


def labels(entries):
    return [one["label"] for one in arrows(entries)]


def only(*entries):
    (arrow,) = arrows(entries)
    return arrow


def test_a_purchase_over_v3_is_told_in_words() -> None:
    assert labels(NATIVE) == [
        "Native order, ¥3.00",
        "how does it stand? NOTPAY",
        f"QR code, by light · …{NATIVE[3]['request']['body']['code'][-4:]}",
        "whose code is this?",
        "authorise ¥3.00",
        "TRANSACTION.SUCCESS ¥3.00",
        "refund ¥3.00",
        "REFUND.SUCCESS ¥3.00",
        "has the refund arrived? SUCCESS",
    ]


def test_a_payment_code_goes_by_light_before_anything_is_done_with_it() -> None:
    drawn = arrows(CHARGED)
    assert [one["label"] for one in drawn] == [
        "a payment code, please",
        "was my code used?",
        "Native order, ¥3.00",
        f"payment code, by light · …{AUTH_CODE[-4:]}",
        "stop collecting",
        "charge the payment code ¥3.00",
        "was my code used? it paid",
    ]
    light = drawn[3]
    assert (light["source"], light["target"], light["tone"]) == ("wallet", "machine", "light")
    assert drawn[5]["tone"] == "done"


def test_a_code_that_is_charged_twice_was_read_once() -> None:
    charge = CHARGED[5]
    tones = [one["tone"] for one in arrows([charge, {**charge, "n": 7}])]
    assert tones == ["light", "done", "done"]


def test_the_charge_of_a_code_ends_nothing_where_nothing_was_collected() -> None:
    read, _charge = arrows([CHARGED[2], CHARGED[5]])[1:]
    assert read["at"] == _charge["at"]


@pytest.mark.parametrize("purchase", [NATIVE, CHARGED])
def test_every_message_of_a_v3_purchase_is_known_as_its_own(purchase) -> None:
    assert {one["purchase"] for one in arrows(purchase)} == {ORDER}


def test_what_a_wallet_asked_before_its_code_was_used_belongs_to_no_other_purchase() -> None:
    assert only(CHARGED[0])["purchase"] is None


def test_the_same_question_with_the_same_answer_is_one_arrow() -> None:
    drawn = arrows(NATIVE)
    assert (drawn[1]["n"], drawn[1]["last"], drawn[1]["times"]) == (2, 3, 2)
    assert "same" not in drawn[1]
    assert [one["times"] for one in arrows(CHARGED)][1] == 2


def test_another_answer_is_another_arrow() -> None:
    paid = {**NATIVE[2], "answer": {"headers": {}, "body": {"trade_state": "SUCCESS"}}}
    assert labels([NATIVE[1], paid]) == ["how does it stand? NOTPAY", "how does it stand? SUCCESS"]


@pytest.mark.parametrize(
    ("line", "label"),
    [
        (f"POST {PAY}/jsapi", "JSAPI order, ¥0.01"),
        (f"POST {PAY}/app", "App order, ¥0.01"),
        (f"POST {PAY}/h5", "H5 order, ¥0.01"),
        (f"POST {PAY}/out-trade-no/x/reverse", "reverse the charge"),
        (f"GET {PAY}/id/4200?mchid=1", "how does it stand?"),
        (f"POST {REFUNDS}/5/apply-abnormal-refund", "send the refund another way"),
        ("GET /v3/bill/tradebill?bill_date=2026-11-21", "where is the trade bill?"),
        ("GET /v3/bill/fundflowbill?bill_date=2026-11-21", "where is the fund-flow bill?"),
        ("GET /v3/billdownload/file?token=x", "download the bill"),
        ("GET /v3/certificates", "which certificates do you sign with?"),
        ("GET /v3/odd", "GET /v3/odd"),
    ],
)
def test_every_endpoint_has_words(line, label) -> None:
    assert only(asked(1, line, request=create("x", 1)))["label"] == label


@pytest.mark.parametrize("total", ["3", -1, True, 10**30, None, {}])
def test_an_amount_that_is_none_is_left_out(total) -> None:
    request = create("order-1", total)
    assert only(asked(1, f"POST {PAY}/native", "merchant", request=request))["label"] == (
        "Native order, "
    )


@pytest.mark.parametrize(
    ("state", "label"),
    [
        ("asking", "was my code used? a shop asks"),
        ("failed", "was my code used? in vain"),
        ("expired", "was my code used? too late"),
        ("ready", "was my code used?"),
    ],
)
def test_a_wallet_hears_what_became_of_its_code(state, label) -> None:
    line = f"GET /v1/payment-codes/{AUTH_CODE}"
    assert only(entry(1, "wallet", "ledger", line, answer={"state": state}))["label"] == label


def test_a_charge_that_the_payer_has_to_confirm_is_not_done_yet() -> None:
    asking = {**CHARGED[5], "status": 202}
    assert arrows([asking])[1]["tone"] == ""


def test_how_it_went_is_noted() -> None:
    notes = {one["n"]: one["note"] for one in arrows([*NATIVE, *OUTSIDE])}
    assert notes[1] == notes[6] == "signed ✓"
    assert notes[10] == "signature refused: see why"
    assert notes[13] == "taken in"


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"status": 403, "answer": {"code": "NOT_ENOUGH"}}, "NOT_ENOUGH"),
        ({"status": 404}, ""),
        ({"status": 202, "answer": {"code": "USERPAYING"}}, "USERPAYING"),
        ({"status": None}, "no answer"),
    ],
)
def test_a_refusal_of_the_platform_is_noted(changes, note) -> None:
    assert only(asked(1, f"POST {REFUNDS}", **changes))["note"] == note


def test_a_probe_is_known_by_its_signature() -> None:
    probe = platform_signature("WECHATPAY/SIGNTEST/abc")
    arrow = only(told(1, "TRANSACTION.SUCCESS", None, status=401, headers=probe))
    assert arrow["note"] == "a probe: signed wrongly on purpose"
    assert arrow["label"] == "TRANSACTION.SUCCESS"


def test_a_merchant_from_outside_has_a_lane_and_a_thread_of_its_own() -> None:
    drawn = arrows([*PURCHASE, *OUTSIDE])
    theirs = [one for one in drawn if one["purchase"] == MERCHANTS]
    assert [one["n"] for one in theirs] == [10, 11, "12-light", 12, 13, 14, 15, 16, 17]
    assert {one["source"] for one in theirs} == {"merchant", "wallet", "ledger"}
    assert theirs[4]["target"] == "merchant"
    assert theirs[2]["source"] == "merchant"
    assert drawn[-1]["purchase"] == "1900000001/"
    assert {one["purchase"] for one in drawn} == {None, V1_ORDER, MERCHANTS, "1900000001/"}


def test_two_merchants_may_use_the_same_number() -> None:
    other = asked(1, f"POST {PAY}/native", "merchant", request=create("order-77"), headers={})
    assert only(other)["purchase"] == "1900000009/order-77"


def test_a_merchant_who_asks_about_a_machines_order_is_shown_with_it() -> None:
    look = asked(10, f"GET {PAY}/out-trade-no/{ORDER}", "merchant")
    assert arrows([*NATIVE, look])[-1]["purchase"] == ORDER
    assert only(look)["purchase"] == f"1900000001/{ORDER}"


@pytest.mark.parametrize(
    ("line", "changes", "purchase"),
    [
        ("GET /v3/certificates", {"headers": {}}, "/"),
        ("GET /v3/certificates?mchid=12", {"headers": {}}, "12/"),
        ("GET /v3/certificates?mchid=x", {"headers": {}}, "/"),
        (f"POST {PAY}/native", {"request": {"mchid": 7, "out_trade_no": ["x"]}}, "1900000001/"),
        (f"GET {PAY}/out-trade-no/a%7Cb", {}, "1900000001/a|b"),
        (f"GET {PAY}/out-trade-no", {}, "1900000001/"),
        (f"POST {PAY}/native", {"request": "no JSON", "answer": [1]}, "1900000001/"),
    ],
)
def test_whatever_strangers_send_is_drawn(line, changes, purchase) -> None:
    assert only(asked(1, line, "merchant", **changes))["purchase"] == purchase


def test_a_notification_that_nobody_can_read_is_of_nobody() -> None:
    unread = told(1, "REFUND.SUCCESS", None, "shop.example")
    arrow = only({key: said for key, said in unread.items() if key != "revealed"})
    assert (arrow["label"], arrow["purchase"]) == ("REFUND.SUCCESS", "/")
    assert HOOK.endswith("platform-9")
