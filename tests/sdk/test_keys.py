"""Which of the platform's keys signs, and what the SDK makes of it: certificates, switching."""

from __future__ import annotations

import pytest
from cryptography import x509

from tests.sdk.shops import document, number, refusal, sdk
from tests.sdk.worlds import CERT, PUBKEY, SWITCHING
from vendor_sim.wire.wechatpay import serial_of_certificate

pytestmark = pytest.mark.network
NO_CERTIFICATE = "No wechatpay platform certificate"


def serials(wx) -> list[str]:
    """The certificates that an SDK holds."""
    return [f"{held.serial_number:040X}" for held in wx._core._certificates]


def order_of(wx) -> tuple[str, str]:
    mine = number()
    told = document(wx.pay(description="x", out_trade_no=mine, amount={"total": 100}))
    return mine, told["code_url"]


@pytest.fixture
def rolling(platform):
    yield lambda: platform.behave(CERT, key="rollover")
    platform.behave(CERT)


def test_in_certificate_mode_it_fetches_and_decrypts_them_by_itself(platform, hook) -> None:
    held = platform.credentials(CERT)
    wx = sdk(held, hook.url)
    assert serials(wx) == [held["merchant"]["platform_serial"]]
    assert held["merchant"]["platform_serial"] == serial_of_certificate(
        held["files"]["platform_cert.pem"]
    )


def test_it_keeps_them_where_it_is_told_to(platform, hook, tmp_path) -> None:
    folder = tmp_path / "certificates"
    wx = sdk(platform.credentials(CERT), hook.url, cert_dir=str(folder))
    (file,) = folder.iterdir()
    assert file.stem == serials(wx)[0]
    assert x509.load_pem_x509_certificate(file.read_bytes()).serial_number == int(file.stem, 16)


def test_with_a_wrong_apiv3_key_there_is_no_certificate(platform, hook) -> None:
    """The SDK cannot decrypt what it fetched, and says so in its own words."""
    with pytest.raises(Exception, match=NO_CERTIFICATE):
        sdk(platform.credentials(CERT), hook.url, apiv3_key="k" * 32)


def test_a_roll_over_is_followed_without_a_restart(platform, hook, rolling) -> None:
    wx = sdk(platform.credentials(CERT), hook.url)
    first = serials(wx)
    before, code_before = order_of(wx)
    rolling()
    platform.pay(code_before)
    headers, body = hook.next()
    assert headers["Wechatpay-Serial"] not in first
    assert wx.callback(headers, body)["resource"]["out_trade_no"] == before
    assert len(serials(wx)) == 2
    assert set(serials(wx)) > set(first)
    _, code_after = order_of(wx)
    platform.pay(code_after)
    assert wx.callback(*hook.next())["event_type"] == "TRANSACTION.SUCCESS"


def test_an_sdk_that_starts_in_the_middle_of_a_roll_over_has_both(platform, hook, rolling) -> None:
    rolling()
    wx = sdk(platform.credentials(CERT), hook.url)
    assert len(serials(wx)) == 2
    order_of(wx)


def test_a_switching_merchant_gets_notifications_by_both_keys(platform, hook) -> None:
    held = platform.credentials(SWITCHING)
    wx = sdk(held, hook.url)
    used = set()
    for _ in range(2):
        _, code = order_of(wx)
        platform.pay(code)
        headers, body = hook.next()
        used.add(headers["Wechatpay-Serial"])
        assert wx.callback(headers, body)["event_type"] == "TRANSACTION.SUCCESS"
    assert used == {held["merchant"]["public_key_id"], held["merchant"]["platform_serial"]}


def test_a_switching_merchant_without_the_public_key_yet(platform, hook) -> None:
    """Answers are by certificate: the SDK did not ask for the other. Notifications are by both.

    This is how production finds out who has not put the public key in.
    """
    wx = sdk(platform.credentials(SWITCHING), hook.url, public_key=None, public_key_id=None)
    ends = []
    for _ in range(2):
        _, code = order_of(wx)
        platform.pay(code)
        try:
            ends.append(wx.callback(*hook.next())["event_type"])
        except ValueError as error:
            ends.append(str(error)[:20])
    assert sorted(ends) == ["TRANSACTION.SUCCESS", "invalid literal for "]


def test_there_are_no_certificates_in_public_key_mode(platform, hook) -> None:
    with pytest.raises(Exception, match=NO_CERTIFICATE):
        sdk(platform.credentials(PUBKEY), hook.url, public_key=None, public_key_id=None)


def test_an_abnormal_refund_is_encrypted_for_the_platform(platform, hook) -> None:
    """``bank_account`` and ``real_name``, by the SDK's own ``encrypt``."""
    wx = sdk(platform.credentials(PUBKEY), hook.url)
    mine, code = order_of(wx)
    platform.pay(code)
    assert wx.callback(*hook.next())
    platform.behave(PUBKEY, refund="abnormal")
    asked = number("refund")
    begun = document(
        wx.refund(asked, {"refund": 100, "total": 100, "currency": "CNY"}, out_trade_no=mine)
    )
    platform.behave(PUBKEY)
    assert wx.callback(*hook.next())["event_type"] == "REFUND.ABNORMAL"
    assert document(wx.query_refund(asked))["status"] == "ABNORMAL"
    again = wx.abnormal_refund(
        begun["refund_id"], asked, "USER_BANK_CARD", "ICBC_DEBIT", "6222021234567890", "张三"
    )
    assert document(again)["status"] == "PROCESSING"
    assert wx.callback(*hook.next())["event_type"] == "REFUND.SUCCESS"
    once_more = wx.abnormal_refund(begun["refund_id"], asked, "MERCHANT_BANK_CARD")
    assert refusal(once_more) == (400, "INVALID_REQUEST")
    platform.assert_books_balance()
