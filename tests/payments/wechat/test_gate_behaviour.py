"""What the gate does on purpose, and with which key it signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.payments.wechat.mall import CERT, PUBKEY, SWITCHING

if TYPE_CHECKING:
    from tests.payments.wechat.mall import Mall, Shop

QUERY = f"/v3/pay/transactions/out-trade-no/order-000001?mchid={PUBKEY}"


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        ("FREQUENCY_LIMITED", 429, "FREQUENCY_LIMITED"),
        ("SYSTEM_ERROR", 500, "SYSTEM_ERROR"),
        ("accepted", 202, None),
    ],
)
def test_a_provoked_answer_comes_so_often_and_nothing_is_carried_out(
    mall: Mall, answer: str, status: int, code: str | None
) -> None:
    mall.behave(answer=answer, times=2)
    for _ in range(2):
        reply = mall.shop.native()
        assert (reply.status, reply.code) == (status, code)
    assert mall.shop.query().code == "ORDER_NOT_EXIST"
    assert mall.shop.native().status == 200


def test_a_provoked_answer_without_an_end_stays_and_other_merchants_are_spared(mall: Mall) -> None:
    mall.behave(answer="SYSTEM_ERROR")
    for _ in range(3):
        assert mall.shop.native().status == 500
    other = QUERY.replace(PUBKEY, CERT)
    assert mall.shops[CERT].get(other).status == 404
    mall.behave()
    assert mall.shop.native().status == 200


def test_a_signature_is_looked_at_before_an_answer_is_provoked(mall: Mall) -> None:
    mall.behave(answer="SYSTEM_ERROR", times=1)
    assert mall.shop.get(QUERY, sign={"body": b"x"}).status == 401
    assert mall.shop.get(QUERY).status == 500


# -- which key signs ------------------------------------------------------------------------------


def serial_of(shop: Shop, request_serial: str | None = None) -> str:
    """Which key signed the answer to a create."""
    number = f"order-{shop.nonces:06d}"
    headers = {"Wechatpay-Serial": request_serial}
    body = {
        "appid": shop.appid,
        "mchid": shop.mchid,
        "description": "Cola",
        "out_trade_no": number,
        "notify_url": "https://shop.test/hook",
        "amount": {"total": 1},
    }
    reply = shop.post("/v3/pay/transactions/native", body, headers=headers)
    return str(reply.headers["wechatpay-serial"])


def test_the_key_mode_decides_which_key_signs_answers(mall: Mall) -> None:
    platform = mall.wechat.platform
    pubkey, cert, switching = (mall.shops[mchid] for mchid in (PUBKEY, CERT, SWITCHING))
    first, following = (one.serial for one in platform._certificates)
    assert serial_of(pubkey) == pubkey.secrets.public_key_id
    assert serial_of(pubkey, first) == pubkey.secrets.public_key_id
    assert serial_of(cert) == first
    assert serial_of(cert, cert.secrets.public_key_id) == first
    assert serial_of(switching) == first
    assert serial_of(switching, switching.secrets.public_key_id) == switching.secrets.public_key_id
    mall.behave(CERT, key="rollover")
    assert serial_of(cert) == following
    mall.behave(CERT, key="pubkey")
    assert serial_of(cert) == cert.secrets.public_key_id
    mall.behave(PUBKEY, key="cert")
    assert serial_of(pubkey) == first
