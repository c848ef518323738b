"""Refunds that cannot arrive, and applying for them again with encrypted fields."""

from __future__ import annotations

from typing import Any

import pytest

from tests.payments.wechat.refund_desk import (
    CERT,
    PUBKEY,
    REFUND_MS,
    Desk,
    RefusedError,
)
from tests.payments.wechat.refund_steps import (
    NO_REFUND,
    error,
)
from vendor_sim.payments.wechat import refunds
from vendor_sim.wire.wechatpay import encrypt_field

REFUNDS = "/v3/refund/domestic/refunds"
WRONG_KEY = ("PARAM_ERROR", 400, "平台证书序列号Wechatpay-Serial错误")


def abnormal(desk: Desk, mchid: str = PUBKEY) -> dict[str, Any]:
    """A refund that could not arrive."""
    desk.behave(mchid, refund="abnormal")
    made = desk.refund(desk.paid(mchid=mchid), 100, mchid=mchid)
    desk.pass_ms(REFUND_MS)
    return desk.refund_state(made["out_refund_no"], mchid)


def apply(
    desk: Desk, refund: dict[str, Any], mchid: str = PUBKEY, **changes: Any
) -> dict[str, Any]:
    serial = changes.pop("serial", desk.merchant(mchid).public_key_id)
    keys = desk.keys(mchid)
    key = keys.get(changes.pop("key", serial), keys[desk.merchant(mchid).public_key_id])
    body = {
        "out_refund_no": refund["out_refund_no"],
        "type": "USER_BANK_CARD",
        "bank_type": "ICBC_DEBIT",
        "bank_account": encrypt_field(key, "6222020200112233445"),
        "real_name": encrypt_field(key, "张三"),
        **changes,
    }
    said = {name: value for name, value in body.items() if value is not None}
    target = f"{REFUNDS}/{refund['refund_id']}/apply-abnormal-refund"
    reply = desk.shop(mchid).post(target, said, headers={"Wechatpay-Serial": serial})
    if reply.status != 200:
        raise RefusedError(reply)
    return dict(reply.document)


def test_one_that_cannot_arrive_is_abnormal_and_the_money_stays_in_transit(desk):
    refund = abnormal(desk)
    assert refund["status"] == "ABNORMAL"
    assert "success_time" not in refund
    assert desk.balance("transit:refunds:CNY") == 100
    desk.pass_ms(10 * REFUND_MS)
    assert desk.refund_state(refund["out_refund_no"]) == refund


@pytest.mark.parametrize(
    ("changes", "receiver"),
    [
        ({}, "支付用户银行卡"),
        (
            {
                "type": "MERCHANT_BANK_CARD",
                **dict.fromkeys(("bank_type", "bank_account", "real_name")),
            },
            "商户结算银行账户",
        ),
    ],
)
def test_applied_for_again_it_arrives_at_a_bank(desk, changes, receiver):
    refund = abnormal(desk)
    outside = desk.balance("funding:CNY")
    applied = apply(desk, refund, **changes)
    expected = {
        **refund,
        "status": "PROCESSING",
        "channel": "OTHER_BANKCARD",
        "user_received_account": receiver,
    }
    assert applied == expected
    assert apply(desk, refund, **changes) == expected
    desk.pass_ms(REFUND_MS)
    assert apply(desk, refund, **changes)["status"] == "SUCCESS"
    assert desk.balance("transit:refunds:CNY") == 0
    assert abs(desk.balance("funding:CNY") - outside) == 100
    assert desk.sound()


def test_in_certificate_mode_the_certificates_key_decrypts(desk):
    refund = abnormal(desk, CERT)
    serial = list(desk.keys(CERT))[1]
    assert apply(desk, refund, CERT, serial=serial)["status"] == "PROCESSING"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"serial": None}, WRONG_KEY),
        ({"serial": "PUB_KEY_ID_of_nobody"}, WRONG_KEY),
        ({"serial": "00" * 20}, WRONG_KEY),
        ({"bank_account": "6222020200112233445"}, WRONG_KEY),
        ({"real_name": "张三"}, WRONG_KEY),
        ({"out_refund_no": "another"}, NO_REFUND),
    ],
)
def test_what_is_wrong_with_an_application_is_told(desk, changes, expected):
    refund = abnormal(desk)
    assert error(lambda: apply(desk, refund, **changes)) == expected
    assert desk.refund_state(refund["out_refund_no"]) == refund


def test_a_field_encrypted_with_another_key_than_the_serial_names_is_told(desk):
    refund = abnormal(desk)
    other = list(desk.keys())[1]
    assert error(lambda: apply(desk, refund, key=other)) == WRONG_KEY


@pytest.mark.parametrize("name", ["bank_type", "bank_account", "real_name"])
def test_a_payers_card_needs_each_of_its_fields(desk, name):
    refund = abnormal(desk)
    code, status, message = error(lambda: apply(desk, refund, **{name: None}))
    assert (code, status) == ("PARAM_ERROR", 400)
    assert f"/body/{name}" in message


def test_an_unknown_refund_cannot_be_applied_for(desk):
    unknown = {"refund_id": "50" * 14, "out_refund_no": "r-1"}
    assert error(lambda: apply(desk, unknown)) == NO_REFUND


def test_one_that_is_not_abnormal_cannot_be_applied_for(desk):
    made = desk.refund(desk.paid())
    expected = ("INVALID_REQUEST", 400, refunds.NOT_ABNORMAL)
    assert error(lambda: apply(desk, made)) == expected


def test_an_application_has_field_rules_too(desk):
    refund = abnormal(desk)
    code, _, message = error(lambda: apply(desk, refund, type="CASH"))
    assert (code, "USER_BANK_CARD|MERCHANT_BANK_CARD" in message) == ("PARAM_ERROR", True)
