"""Bills through the gate: signed when offered, not when sent, for the merchant that asked."""

from __future__ import annotations

import gzip
import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.payments.wechat.bills.reading import Read, read
from tests.payments.wechat.mall import CERT, PUBKEY
from vendor_sim.kernel.limits import DAY_MS
from vendor_sim.payments.wechat.bills.days import day_of

if TYPE_CHECKING:
    from tests.payments.wechat.mall import Mall
    from tests.payments.wechat.shop import Reply, Shop

TRADE, FUND_FLOW = "/v3/bill/tradebill", "/v3/bill/fundflowbill"
SIGNED = ("wechatpay-signature", "wechatpay-serial", "wechatpay-timestamp", "wechatpay-nonce")


def to_next_morning(mall: Mall) -> str:
    """Wait until the bill of today can be had; that day's date."""
    today = day_of(mall.clock.now_ms())
    mall.pass_ms(today.made_at_ms(10) - mall.clock.now_ms())
    return str(today)


def target_of(reply: Reply) -> str:
    parts = urlsplit(reply.document["download_url"])
    return f"{parts.path}?{parts.query}"


def fetch(shop: Shop, path: str, date: str, **query: str) -> Read:
    """A bill, asked for and fetched as an SDK does it, its digest checked."""
    words = "".join(f"&{name}={value}" for name, value in query.items())
    reply = shop.get(f"{path}?bill_date={date}{words}")
    assert reply.status == 200, reply
    sent = shop.get(target_of(reply), verify=False)
    assert sent.status == 200
    file = gzip.decompress(sent.raw) if "tar_type" in query else sent.raw
    assert hashlib.sha1(file).hexdigest() == reply.document["hash_value"]  # noqa: S324
    return read(file)


def test_a_day_of_a_shop(mall):
    shop = mall.shop
    mall.sold("order-000001", total=10_000, attach="a,b")
    shop.refund("refund-1", refund=2500, total=10_000)
    auth_code = mall.provider.present(mall.payer, mall.key()).auth_code
    code_pay = shop.create(
        "codepay",
        "order-000002",
        notify_url=None,
        payer={"auth_code": auth_code},
        scene_info={"device_id": "POS 1", "store_info": {"id": "1"}},
    )
    assert code_pay.document["trade_state"] == "SUCCESS", code_pay
    both = {"appid": shop.appid, "mchid": shop.mchid}
    assert shop.post("/v3/pay/transactions/out-trade-no/order-000002/reverse", both).status == 200
    mall.pass_ms(60_000)
    mall.payments.service.refund_for_order(PUBKEY, "order-000001", 100, "desk")
    date = to_next_morning(mall)

    bill = fetch(shop, TRADE, date, bill_type="ALL", tar_type="GZIP")
    told = [
        (row["商户订单号"], row["交易状态"], row["订单金额"], row["退款金额"], row["手续费"])
        for row in bill.rows
    ]
    assert told == [
        ("order-000001", "SUCCESS", "100.00", "0.00", "0.60000"),
        ("order-000001", "REFUND", "0.00", "25.00", "-0.15000"),
        ("order-000002", "SUCCESS", "3.50", "0.00", "0.02000"),
        ("order-000002", "REVOKED", "0.00", "3.50", "-0.02000"),
        ("order-000001", "REFUND", "0.00", "1.00", "-0.01000"),
    ]
    order = shop.query("order-000001").document
    first = bill.rows[0]
    assert first["微信订单号"] == order["transaction_id"]
    assert first["用户标识"] == order["payer"]["openid"]
    assert first["付款银行"] == order["bank_type"]
    assert first["商户数据包"] == "a\\ b"
    assert first["交易时间"] == order["success_time"][:19].replace("T", " ")
    assert (bill.rows[2]["设备号"], bill.rows[2]["交易类型"]) == ("POS 1", "MICROPAY")
    refund = shop.get("/v3/refund/domestic/refunds/refund-1").document
    assert bill.rows[1]["微信退款单号"] == refund["refund_id"]
    assert bill.rows[1]["交易时间"] == refund["create_time"][:19].replace("T", " ")
    assert len(bill.rows[4]["微信退款单号"]) == 29

    flow = fetch(shop, FUND_FLOW, date)
    assert flow.rows[-1]["账户结余(元)"] == f"{mall.balance(f'merchant:{PUBKEY}:CNY') / 100:.2f}"
    assert int(flow.sums["资金流水总笔数"]) == len(flow.rows) == 10


def test_the_offer_is_signed_and_the_file_is_not(mall):
    mall.sold()
    date = to_next_morning(mall)
    reply = mall.shop.get(f"{TRADE}?bill_date={date}")
    assert mall.shop.why_not(reply) is None
    assert reply.document["download_url"].startswith(f"http://{mall.shop.host}/v3/billdownload/")
    sent = mall.shop.get(target_of(reply), verify=False)
    assert sent.status == 200
    assert not [name for name in SIGNED if name in sent.headers]
    assert sent.headers["content-type"] == "text/plain"
    assert sent.headers["content-length"] == str(len(sent.raw))
    assert "content-encoding" not in sent.headers
    offer = mall.shop.get(f"{TRADE}?bill_date={date}&tar_type=GZIP")
    zipped = mall.shop.get(target_of(offer), verify=False)
    assert zipped.headers["content-type"] == "application/x-gzip"
    assert "content-encoding" not in zipped.headers
    assert gzip.decompress(zipped.raw) == sent.raw


def test_a_file_is_for_its_merchant_and_for_five_minutes(mall):
    mall.sold()
    date = to_next_morning(mall)
    target = target_of(mall.shop.get(f"{TRADE}?bill_date={date}"))
    assert mall.shops[CERT].get(target).error[:2] == (403, "NO_AUTH")
    assert mall.shop.get(f"{target}x").error[:2] == (400, "INVALID_REQUEST")
    mall.pass_ms(300_000)
    assert mall.shop.get(target).error[:2] == (400, "INVALID_REQUEST")


@pytest.mark.parametrize("path", [TRADE, FUND_FLOW])
def test_refusals_on_the_wire(mall, path):
    mall.sold()
    today = day_of(mall.clock.now_ms())

    def error(date: object) -> Any:
        return mall.shop.get(f"{path}?bill_date={date}").error[:2]

    assert error(today) == (400, "PARAM_ERROR")
    mall.pass_ms(today.ends_ms - mall.clock.now_ms())
    assert error(today) == (400, "STATEMENT_CREATING")
    mall.pass_ms(DAY_MS)
    assert mall.shop.get(f"{path}?bill_date={today}").status == 200
    assert error(day_of(today.ends_ms)) == (400, "STATEMENT_CREATING")
    mall.pass_ms(DAY_MS // 2)
    assert error(day_of(today.ends_ms)) == (400, "NO_STATEMENT_EXIST")


def test_a_machine_that_hides_behind_another_name_gets_its_own_address(mall):
    mall.sold()
    date = to_next_morning(mall)
    mall.shop.host = "api.mch.weixin.qq.com"
    reply = mall.shop.get(f"{TRADE}?bill_date={date}")
    assert reply.document["download_url"].startswith("https://api.mch.weixin.qq.com/v3/bill")
