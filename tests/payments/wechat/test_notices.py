"""The bodies of notifications, on the raw text, and what a receiver finds in them."""

from __future__ import annotations

import base64
import json
import re
import uuid

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vendor_sim.kernel.ids import SeededIds
from vendor_sim.payments.wechat import notices
from vendor_sim.payments.wechat.store import KeyMode, Merchant

KEY = "0123456789abcdefghijABCDEFGHIJ+/"
AT_MS = 1_697_035_246_789
MERCHANT = Merchant(
    *("1900000001", "Corner shop", "wx8888888888888888", KeyMode.PUBKEY, "5A", "", ""),
    *(KEY, "PUB_KEY_ID_1", 0),
)
RESOURCE = {"attach": '可乐 a/b <&> " \\ é', "amount": {"total": 350}}


def written(event="TRANSACTION.SUCCESS", resource=RESOURCE, id_="the-id"):
    return notices.written(SeededIds("n"), KEY, id_, event, resource, AT_MS)


def decrypted(body):
    """As a merchant does it, with nothing of ours."""
    resource = json.loads(body)["resource"]
    plain = AESGCM(KEY.encode()).decrypt(
        resource["nonce"].encode(),
        base64.b64decode(resource["ciphertext"], validate=True),
        resource["associated_data"].encode(),
    )
    return plain.decode()


@pytest.mark.parametrize(
    ("event", "summary", "kind"),
    [
        ("TRANSACTION.SUCCESS", "支付成功", "transaction"),
        ("REFUND.SUCCESS", "退款成功", "refund"),
        ("REFUND.ABNORMAL", "退款异常", "refund"),
        ("REFUND.CLOSED", "退款关闭", "refund"),
    ],
)
def test_the_text_has_the_keys_of_real_traffic_in_their_order(event, summary, kind):
    form = (
        r'\{"id":"the-id","create_time":"2023-10-11T22:40:46\+08:00",'
        rf'"resource_type":"encrypt-resource","event_type":"{event}","summary":"{summary}",'
        rf'"resource":\{{"original_type":"{kind}","algorithm":"AEAD_AES_256_GCM",'
        rf'"ciphertext":"[A-Za-z0-9+/]+={{0,2}}","associated_data":"{kind}","nonce":"[!-~]{{12}}"}}}}'
    )
    assert re.fullmatch(form, written(event), re.ASCII)


def test_the_body_is_what_javascript_would_write_again():
    assert "\\u" not in written()
    assert "\\/" not in written()
    body = json.loads(written())
    assert json.dumps(body, ensure_ascii=False, separators=(",", ":")) == written()


def test_a_receiver_finds_compact_raw_utf_8_in_it():
    assert decrypted(written()) == ('{"attach":"可乐 a/b <&> \\" \\\\ é","amount":{"total":350}}')


def test_no_nonce_is_used_twice():
    ids = SeededIds("n")
    bodies = [notices.written(ids, KEY, "i", "REFUND.SUCCESS", {}, AT_MS) for _ in range(50)]
    assert len({json.loads(body)["resource"]["nonce"] for body in bodies}) == 50


def test_ids_are_uuids_and_differ():
    ids = SeededIds("n")
    made = {notices.new_notice_id(ids) for _ in range(50)}
    assert len(made) == 50
    assert all(str(uuid.UUID(one)) == one and len(one) == 36 for one in made)


def test_the_console_can_reveal_it():
    assert notices.reveal(MERCHANT, written()) == RESOURCE


@pytest.mark.parametrize(
    "body",
    [
        *("", "3", "[]", "{}", '{"resource":3}', '{"resource":{"nonce":"n"}}'),
        written().replace('"ciphertext":"', '"ciphertext":"A'),
        written().replace('"associated_data":"transaction"', '"associated_data":""'),
        written().replace('"nonce":"', '"nonce":"x'),
    ],
)
def test_what_it_cannot_reveal_is_a_value_error(body):
    with pytest.raises(ValueError, match=r"."):
        notices.reveal(MERCHANT, body)


def test_spaced_is_the_same_document_with_spaces():
    body = '{"id":"可乐","resource":{"nonce":"a/b","n":1}}'
    spaced = notices.spaced(body)
    assert spaced == '{"id": "可乐", "resource": {"nonce": "a/b", "n": 1}}'.encode()
    assert json.loads(spaced) == json.loads(body)


def test_a_payment_is_told_in_the_order_of_real_traffic():
    view = {
        "amount": {"currency": "CNY", "payer_currency": "CNY", "payer_total": 350, "total": 350},
        **dict.fromkeys(
            ("appid", "attach", "bank_type", "mchid", "out_trade_no", "payer", "scene_info"), "x"
        ),
        **dict.fromkeys(
            ("promotion_detail", "success_time", "trade_state", "trade_state_desc"), "y"
        ),
        **dict.fromkeys(("trade_type", "transaction_id", "something_else"), "z"),
    }
    told = notices.transaction_resource(view)
    assert list(told) == [
        *("mchid", "appid", "out_trade_no", "transaction_id", "trade_type", "trade_state"),
        *("trade_state_desc", "bank_type", "attach", "success_time", "payer", "amount"),
        *("scene_info", "promotion_detail"),
    ]
    assert list(told["amount"]) == ["total", "payer_total", "currency", "payer_currency"]
    assert told["amount"]["total"] == 350
    assert told["mchid"] == "x"


def test_a_payment_without_attach_tells_an_empty_one():
    assert notices.transaction_resource({"amount": {}, "mchid": "1"})["attach"] == ""


def test_a_refund_says_refund_status_and_four_amounts():
    amounts = dict.fromkeys(("total", "refund", "payer_total", "payer_refund"), 7)
    view = {
        "refund_id": "50",
        "out_refund_no": "r1",
        "transaction_id": "42",
        "out_trade_no": "o1",
        "channel": "ORIGINAL",
        "user_received_account": "支付用户零钱",
        "create_time": "2020",
        "status": "ABNORMAL",
        "amount": {**amounts, "from": [], "settlement_total": 7, "currency": "CNY"},
    }
    told = notices.refund_resource("1900000001", view)
    assert json.dumps(told, ensure_ascii=False) == json.dumps(
        {
            "mchid": "1900000001",
            "out_trade_no": "o1",
            "transaction_id": "42",
            "out_refund_no": "r1",
            "refund_id": "50",
            "refund_status": "ABNORMAL",
            "user_received_account": "支付用户零钱",
            "amount": amounts,
        },
        ensure_ascii=False,
    )
    done = notices.refund_resource("1900000001", {**view, "success_time": "2021"})
    assert list(done)[5:8] == ["refund_status", "success_time", "user_received_account"]
