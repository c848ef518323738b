"""The SDK's other half, ``wechatpayv3.async_``, on its own HTTP client."""

from __future__ import annotations

import asyncio

import pytest
from wechatpayv3.async_ import AsyncWeChatPay, WeChatPayType

from tests.sdk.conftest import found
from tests.sdk.shops import OK, REFUSED, RETRY_MS, document, number, settings
from tests.sdk.worlds import CERT, PUBKEY, SWITCHING, apart

pytestmark = pytest.mark.network
AMOUNT = {"refund": 40, "total": 100, "currency": "CNY"}


@pytest.fixture
def platform(moved, monkeypatch):
    """One test here waits for what is due later, by moving the clock."""
    return found(*moved, monkeypatch)


@pytest.fixture
def client(platform, hook):
    """The asynchronous SDK of a merchant, found by the environment alone."""

    def made(mchid: str) -> AsyncWeChatPay:
        native = WeChatPayType.NATIVE  # not the same as the synchronous half's
        asked = settings(platform.credentials(mchid), hook.url, wechatpay_type=native)
        return AsyncWeChatPay(**asked)

    return made


async def in_thread(work, *given):
    """What blocks, beside the loop."""
    return await asyncio.to_thread(work, *given)


@pytest.mark.parametrize("mchid", [PUBKEY, CERT])
def test_from_an_order_to_a_refund(platform, hook, client, mchid) -> None:
    async def life() -> None:
        async with client(mchid) as wx:
            mine = number()
            made = await wx.pay(description="茶 & tea", out_trade_no=mine, amount={"total": 100})
            await in_thread(platform.pay, document(made)["code_url"])
            told = wx.callback(*await in_thread(hook.next))
            assert told["resource"]["out_trade_no"] == mine
            assert document(await wx.query(out_trade_no=mine))["trade_state"] == "SUCCESS"
            back = number("refund")
            begun = document(await wx.refund(back, AMOUNT, out_trade_no=mine))
            assert begun["status"] == "PROCESSING"
            told = wx.callback(*await in_thread(hook.next))
            assert told["resource"]["out_refund_no"] == back
            assert document(await wx.query_refund(back))["status"] == "SUCCESS"
            other = number()
            await wx.pay(description="x", out_trade_no=other, amount={"total": 1})
            assert (await wx.close(other))[0] == 204

    apart(life())
    platform.assert_books_balance()


def test_a_roll_over_reaches_its_callback_only_after_a_request(platform, hook, client) -> None:
    """Its ``callback`` fetches nothing; its requests do."""

    async def life() -> None:
        async with client(CERT) as wx:
            mine = number()
            made = await wx.pay(description="x", out_trade_no=mine, amount={"total": 1})
            await in_thread(lambda: platform.behave(CERT, key="rollover"))
            await in_thread(platform.pay, document(made)["code_url"])
            headers, body = await in_thread(hook.next)
            assert wx.callback(headers, body) is None
            assert document(await wx.query(out_trade_no=mine))["trade_state"] == "SUCCESS"
            assert wx.callback(headers, body)["resource"]["out_trade_no"] == mine

    try:
        apart(life())
    finally:
        platform.behave(CERT)


def test_while_switching_it_misses_what_a_certificate_signed(platform, hook, client) -> None:
    """With the public key it never fetches a certificate; the platform sends again, by either."""

    async def life() -> None:
        async with client(SWITCHING) as wx:
            hook.judge = lambda headers, body: OK if wx.callback(headers, body) else REFUSED
            for _ in range(2):
                made = await wx.pay(description="x", out_trade_no=number(), amount={"total": 1})
                await in_thread(platform.pay, document(made)["code_url"])
            seen = [await in_thread(hook.next) for _ in range(2)]
            names = {headers["Wechatpay-Serial"] for headers, _ in seen}
            assert len(names) == 2
            kept = [
                headers["Wechatpay-Serial"] for headers, body in seen if wx.callback(headers, body)
            ]
            assert len(kept) == 1
            assert kept[0].startswith("PUB_KEY_ID_")
            hook.judge = lambda _headers, _body: OK
            platform.pass_time(RETRY_MS)
            await in_thread(hook.next)

    apart(life())


@pytest.mark.parametrize("mchid", [PUBKEY, CERT])
def test_by_base_address_it_is_one_private_attribute(running, hook, mchid) -> None:
    """Certificates are fetched on entering, which is after it was set."""

    async def ask() -> int:
        native = WeChatPayType.NATIVE
        wx = AsyncWeChatPay(**settings(running.credentials(mchid), hook.url, wechatpay_type=native))
        wx._core._gate_way = running.base
        async with wx:
            return (await wx.pay(description="x", out_trade_no=number(), amount={"total": 1}))[0]

    assert apart(ask()) == 200


def test_many_orders_at_once(platform, hook, client) -> None:
    async def life() -> list[str]:
        async with client(PUBKEY) as wx:
            asked = [
                wx.pay(description="x", out_trade_no=number(), amount={"total": 1})
                for _ in range(40)
            ]
            return [document(one)["code_url"] for one in await asyncio.gather(*asked)]

    assert len(set(apart(life()))) == 40
