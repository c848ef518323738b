"""Our own codes are known by their form; everything else gets a name of its kind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_sim.kernel.ids import SeededIds, new_token
from vendor_sim.wire import qr
from vendor_sim.wire.qr import Foreign, PaymentCode

TOKEN = new_token(SeededIds(7), "code")


def test_a_code_is_a_link_that_opens_the_wallet():
    assert qr.encode("http://192.168.1.5:8000/", TOKEN) == (
        f"http://192.168.1.5:8000/wallet/p/{TOKEN}"
    )


@pytest.mark.parametrize(
    "base", ["http://127.0.0.1:8000", "https://demo.example", "http://[::1]:1"]
)
def test_what_is_encoded_is_decoded(base):
    assert qr.decode(f" {qr.encode(base, TOKEN)}\n") == PaymentCode(TOKEN, base)


def test_a_code_asked_for_over_wechat_pays_api_is_one_of_ours():
    text = qr.encode_wechat(TOKEN)
    assert text == f"weixin://wxpay/bizpayurl?pr={TOKEN}"
    assert qr.decode(f" {text}\n") == PaymentCode(TOKEN, None)


def test_a_typed_token_is_a_code_too():
    assert qr.decode(TOKEN.upper()) == PaymentCode(TOKEN, None)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", Foreign.EMPTY),
        ("  \n", Foreign.EMPTY),
        ("weixin://wxpay/bizpayurl?pr=p4lpSuKzz", Foreign.WECHAT),
        (f"weixin://wxpay/bizpayurl?pr={TOKEN}x", Foreign.WECHAT),
        (f"weixin://wxpay/bizpayurl/up?pr={TOKEN}&groupid=00", Foreign.WECHAT),
        ("wxp://f2f0abc", Foreign.WECHAT),
        ("https://payapp.weixin.qq.com/qr/AQFKZ", Foreign.WECHAT),
        ("134567890123456789", Foreign.WECHAT_PAYMENT_CODE),
        ("https://qr.alipay.com/fkx123", Foreign.ALIPAY),
        ("281234567890123456", Foreign.ALIPAY),
        ("00020101021126410014A000000615000101065016646304DAF5", Foreign.EMV),
        ("upi://pay?pa=a@b", Foreign.UPI),
        ("BCD\n002\n1\nSCT\n", Foreign.EPC),
        ("SPC\r\n0200\r\n1\r\n", Foreign.SWISS),
        ("bitcoin:bc1qxyz?amount=1", Foreign.BITCOIN),
        ("WIFI:S:home;T:WPA;P:x;;", Foreign.WIFI),
        ("BEGIN:VCARD\nN:Li\nEND:VCARD", Foreign.CONTACT),
        ("https://example.com/wallet/p/short", Foreign.WEB_ADDRESS),
        ("https://example.com/other/" + TOKEN, Foreign.WEB_ADDRESS),
        ("http://[broken", Foreign.TEXT),
        ("www.example.com", Foreign.WEB_ADDRESS),
        ("6901234567892", Foreign.NUMBER),
        ("²", Foreign.TEXT),
        ("hello", Foreign.TEXT),
    ],
)
def test_a_foreign_code_gets_the_name_of_its_kind(text, kind):
    assert qr.decode(text) is kind


@given(st.text(max_size=1200))
def test_no_text_is_too_odd_to_be_named(text):
    assert isinstance(qr.decode(text), PaymentCode | Foreign)


def test_real_payloads_of_other_schemes_are_recognised():
    """Published payloads (see the file's own sources): none is taken for ours or for mere text."""
    vectors = json.loads((Path(__file__).parent / "foreign_codes.json").read_text("utf-8"))
    for vector in vectors:
        assert qr.decode(vector["payload"]) is Foreign(vector["kind"]), vector
