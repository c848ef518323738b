"""Whether a request is genuine: on raw bytes, in the platform's order, in its words."""

# ruff: noqa: RUF001 - the platform writes Chinese

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.payments.wechat.mall import CERT, PUBKEY
from tests.payments.wechat.shop import write
from vendor_sim.kernel.ids import SeededIds
from vendor_sim.payments.wechat import problems, store
from vendor_sim.payments.wechat.calls import Family
from vendor_sim.payments.wechat.minting import VALID_MS, FixedRsa, mint_merchant
from vendor_sim.payments.wechat.store import Behaviour, Merchant
from vendor_sim.payments.wechat.verifying import Signed, verify
from vendor_sim.wire import wechatpay

if TYPE_CHECKING:
    from tests.payments.wechat.mall import Mall, Shop

CREATE = "/v3/pay/transactions/native"
QUERY = f"/v3/pay/transactions/out-trade-no/order-000001?mchid={PUBKEY}"
ELSEWHERE = (
    "/v3/certificates",
    "/v3/refund/domestic/refunds/refund-1",
    "/v3/bill/tradebill?bill_date=2027-01-14",
)
TRANSACTIONS = (QUERY, f"/v3/pay/transactions/id/4200{0:024d}?mchid={PUBKEY}")
MALFORMED = "Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》"
MISSING = "签名信息错误，验签失败"
SCHEME = "HTTP头Authorization认证类型不正确"
STALE = "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟"
SERIAL = "商户证书序列号有误。请使用签名私钥匹配的证书序列号"
MISMATCH = "错误的签名，验签失败"


def order(shop: Shop, **changes: Any) -> dict[str, Any]:
    return {
        "appid": shop.appid,
        "mchid": shop.mchid,
        "description": "Cola",
        "out_trade_no": "order-000001",
        "notify_url": "https://shop.test/hook",
        "amount": {"total": 350, "currency": "CNY"},
        **changes,
    }


def is_sign_error(reply: Any, message: str) -> bool:
    return bool(reply.error == (401, "SIGN_ERROR", message))


# -- what is signed rightly, whatever it looks like -----------------------------------------------

BODIES = {
    "compact": write,
    "Chinese": lambda one: write({**one, "description": "可口可乐™ 330 毫升 🥤"}),
    "escapes": lambda one: json.dumps({**one, "description": '可乐 "<&>" \\ /'}).encode(),
    "spaces": lambda one: json.dumps(one, indent=2, ensure_ascii=False).encode(),
    "line feed at the end": lambda one: write(one) + b"\n",
    "carriage return": lambda one: json.dumps(one, indent=1).replace("\n", "\r\n").encode(),
    "slashes escaped": lambda one: write(one).replace(b"/", rb"\/"),
    "HTML escaped": lambda one: write({**one, "description": "<&>"}).replace(b"<", rb"\u003c"),
    "keys in another order": lambda one: write(dict(reversed(one.items()))),
    "a pipe in the number": lambda one: write({**one, "out_trade_no": "a|b*c-d_e|"}),
}


@pytest.mark.parametrize("spell", BODIES.values(), ids=BODIES.keys())
def test_the_body_is_signed_as_it_is_sent(shop: Shop, spell: Any) -> None:
    raw = spell(order(shop))
    assert shop.post(CREATE, raw).status == 200
    spoilt = shop.post(CREATE, raw, sign={"body": raw + b" "})
    assert is_sign_error(spoilt, MISMATCH)


@pytest.mark.parametrize("part", ["pipe%7C-0001", "pipe|-0001", "%70ipe%7c-0001", "pipe%7C%2D0001"])
def test_the_target_is_signed_as_it_is_sent(shop: Shop, part: str) -> None:
    assert shop.native("pipe|-0001").status == 200
    target = f"/v3/pay/transactions/out-trade-no/{part}?mchid={PUBKEY}"
    found = shop.get(target)
    assert (found.status, found.document["out_trade_no"]) == (200, "pipe|-0001")
    closed = shop.post(target.replace("?", "/close?"), {"mchid": PUBKEY})
    assert closed.status == 204


def test_escapes_are_not_the_same_as_what_they_stand_for(shop: Shop) -> None:
    shop.native("pipe|-0001")
    sent = f"/v3/pay/transactions/out-trade-no/pipe%7C-0001?mchid={PUBKEY}"
    assert is_sign_error(shop.get(sent, sign={"target": sent.replace("%7C", "|")}), MISMATCH)
    assert is_sign_error(shop.get(sent, sign={"target": sent.replace("%7C", "%7c")}), MISMATCH)
    assert is_sign_error(shop.get(sent, sign={"target": sent.partition("?")[0]}), MISMATCH)


@pytest.mark.parametrize(
    "origin", ["http://ledger.test:8000", "https://api.mch.weixin.qq.com", "HTTP://x"]
)
def test_an_absolute_request_line_is_signed_without_its_origin(shop: Shop, origin: str) -> None:
    shop.native()
    assert shop.get(QUERY, raw_uri=origin + QUERY).status == 200
    wrong = shop.get(QUERY, raw_uri=origin + QUERY, sign={"target": origin + QUERY})
    assert is_sign_error(wrong, MISMATCH)


def test_an_answer_without_a_body_is_signed_too(shop: Shop) -> None:
    shop.native()
    closed = shop.close()
    assert (closed.status, closed.raw, shop.why_not(closed)) == (204, b"", None)
    assert "content-type" not in closed.headers


def test_a_serial_number_may_be_written_in_lower_case(shop: Shop) -> None:
    serial = shop.secrets.serial_no
    assert serial != serial.lower()
    assert shop.get("/v3/refund/domestic/refunds/r", sign={"serial": serial.lower()}).status == 404


@pytest.mark.parametrize("joint", [",", ", ", ",   "])
@pytest.mark.parametrize("order_", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (2, 0, 4, 1, 3)])
def test_the_values_of_the_header_stand_in_any_order(
    shop: Shop, joint: str, order_: tuple[int, ...]
) -> None:
    header = shop.authorise("GET", QUERY, b"")
    scheme, _, values = header.partition(" ")
    pairs = values.split(",")
    shuffled = f"{scheme} " + joint.join(pairs[at] for at in order_)
    assert shop.get(QUERY, headers={"Authorization": shuffled}).code == "ORDER_NOT_EXIST"


def test_a_nonce_may_come_again(shop: Shop) -> None:
    header = shop.authorise("GET", QUERY, b"")
    for _ in range(2):
        assert shop.get(QUERY, headers={"Authorization": header}).status == 404


# -- what is not, in the platform's words ---------------------------------------------------------


@pytest.mark.parametrize(("targets", "message"), [(TRANSACTIONS, MISSING), (ELSEWHERE, MALFORMED)])
@pytest.mark.parametrize(
    "header",
    [None, "", wechatpay.SCHEME, f"{wechatpay.SCHEME} ", f'{wechatpay.SCHEME} mchid="1"'],
)
def test_a_header_that_is_missing_or_malformed(
    shop: Shop, targets: tuple[str, ...], message: str, header: str | None
) -> None:
    for target in targets:
        reply = shop.get(target, headers={"Authorization": header})
        assert is_sign_error(reply, message)
        assert "detail" not in reply.document


@pytest.mark.parametrize("target", [*TRANSACTIONS, *ELSEWHERE])
def test_another_scheme(shop: Shop, target: str) -> None:
    header = shop.authorise("GET", target, b"").replace("RSA2048", "RSA4096")
    assert is_sign_error(shop.get(target, headers={"Authorization": header}), SCHEME)
    assert is_sign_error(shop.get(target, headers={"Authorization": "Bearer key"}), SCHEME)


@pytest.mark.parametrize("target", [*TRANSACTIONS, *ELSEWHERE])
@pytest.mark.parametrize("off_ms", [-301_000, 301_000])
def test_a_timestamp_too_old_or_too_new_comes_before_the_signature(
    shop: Shop, target: str, off_ms: int
) -> None:
    at_ms = shop.clock.now_ms() + off_ms
    assert is_sign_error(shop.get(target, sign={"at_ms": at_ms}), STALE)
    assert is_sign_error(shop.get(target, sign={"at_ms": at_ms, "body": b"x"}), STALE)
    assert is_sign_error(shop.get(target, sign={"at_ms": at_ms, "serial": "ABC"}), STALE)


@pytest.mark.parametrize("off_ms", [-300_000, 300_000])
def test_five_minutes_are_not_too_much(shop: Shop, off_ms: int) -> None:
    at_ms = shop.clock.now_ms() + off_ms
    assert shop.get(QUERY, sign={"at_ms": at_ms}).status == 404


@pytest.mark.parametrize("target", [*TRANSACTIONS, *ELSEWHERE])
def test_an_unknown_merchant_or_serial_number(mall: Mall, shop: Shop, target: str) -> None:
    other = mall.shops[CERT].secrets.serial_no
    for wrong in ({"mchid": "1900009999"}, {"serial": "A" * 40}, {"serial": other}):
        assert is_sign_error(shop.get(target, sign=wrong), SERIAL)


@pytest.mark.parametrize("target", [*TRANSACTIONS, *ELSEWHERE])
def test_a_signature_that_does_not_fit(mall: Mall, shop: Shop, target: str) -> None:
    key = wechatpay.load_private_key(mall.shops[CERT].secrets.private_key)
    wrongs: tuple[dict[str, Any], ...] = (
        {"body": b"{}"},
        {"method": "get"},
        {"target": "/v3"},
        {"key": key},
    )
    for wrong in wrongs:
        assert is_sign_error(shop.get(target, sign=wrong), MISMATCH)


def test_the_details_of_a_mismatch_have_the_real_shape(shop: Shop) -> None:
    raw = write(order(shop, description="可乐"))
    reply = shop.post(CREATE, raw, sign={"body": b"{}", "nonce": "NONCE"})
    stamp = shop.clock.now_ms() // 1000
    shown = f'POST\n{CREATE}\n{stamp}\nNONCE\n{{"appid"\n'
    assert list(reply.document) == ["code", "detail", "message"]
    assert reply.document["detail"] == {
        "detail": {"issue": "sign not match"},
        "field": "signature",
        "location": "authorization",
        "sign_information": {
            "method": "POST",
            "sign_message_length": len(shown) - 8 - 1 + len(raw) + 1,
            "truncated_sign_message": shown,
            "url": CREATE,
        },
    }


def test_a_body_cut_inside_a_character_is_still_shown(shop: Shop) -> None:
    reply = shop.post(CREATE, '{"描述":1}'.encode(), sign={"body": b""})
    message = reply.document["detail"]["sign_information"]["truncated_sign_message"]
    assert message.endswith('\n{"描述\n')
    reply = shop.post(CREATE, "1234567可".encode(), sign={"body": b""})
    message = reply.document["detail"]["sign_information"]["truncated_sign_message"]
    assert message.endswith("\n1234567\ufffd\n")


def planted(mall: Mall, **changes: Any) -> Signed:
    """A request that is signed rightly, by a merchant that the platform knows otherwise."""
    known = mall.wechat.merchants.get(PUBKEY)
    values = {name: getattr(known, name) for name in Merchant.__dataclass_fields__}
    merchant = Merchant(**{**values, **changes})
    mall.door.transact(lambda cx: store.put_merchant(cx, merchant))
    mall.wechat.merchants.reload()
    header = mall.shop.authorise("GET", QUERY, b"")
    return Signed("GET", QUERY, b"", header, mall.clock.now_ms())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"apiv3_key": ""}, "商户未设置APIv3密钥。"),
        ({"certificate": ""}, "商户未申请过证书。"),
        ({"certificate": "", "apiv3_key": ""}, "商户未申请过证书。"),
    ],
)
def test_a_merchant_that_is_not_set_up(mall: Mall, changes: dict[str, str], message: str) -> None:
    signed = planted(mall, **changes)
    with pytest.raises(problems.WechatError) as caught:
        verify(mall.wechat.merchants, signed, Family.TRANSACTIONS)
    error = caught.value
    assert (error.status, error.code, error.message) == (401, "SIGN_ERROR", message)


def test_a_certificate_that_was_replaced(mall: Mall, shop: Shop) -> None:
    platform = mall.wechat.kit.settings.platform
    now_ms = mall.clock.now_ms()
    again = mint_merchant(
        FixedRsa(), SeededIds("again"), now_ms, PUBKEY, "Again", "pubkey", platform
    )
    mall.wechat.merchants.plant(again)
    assert is_sign_error(shop.get(QUERY), "商户证书已作废")
    mall.wechat.merchants.reload()
    assert is_sign_error(shop.get(QUERY), SERIAL)


def test_a_certificate_that_has_expired(mall: Mall, shop: Shop) -> None:
    mall.clock.advance_to(mall.clock.now_ms() + VALID_MS - 1)
    assert shop.get(QUERY).status == 404
    mall.clock.advance_to(mall.clock.now_ms() + 1)
    assert is_sign_error(shop.get(QUERY), "商户证书已过期")


def test_another_merchants_number_in_the_request(shop: Shop) -> None:
    expected = (400, "PARAM_ERROR", "http header中的mchid与post payload中的mchid不匹配")
    assert shop.post(CREATE, order(shop, mchid=CERT)).error == expected
    assert shop.get(QUERY.replace(PUBKEY, CERT)).error == expected


def test_a_genuine_request_gives_its_merchant(mall: Mall) -> None:
    signed = Signed("GET", QUERY, b"", mall.shop.authorise("GET", QUERY, b""), 1_800_000_000_000)
    found = verify(mall.wechat.merchants, signed, Family.TRANSACTIONS)
    assert found.mchid == PUBKEY
    assert mall.wechat.merchants.behaviour(PUBKEY) == Behaviour()
