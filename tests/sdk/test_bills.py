"""Bills, asked for and downloaded by the SDK: they need a day that is over while it signs today.

The world begins at noon two days ago. A machine of its own, which is a merchant too, sells there;
then the world's clock is set right, and the merchant's back office comes with the SDK.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from wechatpayv3.async_ import AsyncWeChatPay, WeChatPayType

from tests.sdk.shops import document, refusal, sdk, settings
from tests.sdk.worlds import PUBKEY, apart, served
from vendor_sim.kernel.clock import WallClock
from vendor_sim.kernel.ids import RandomIds
from vendor_sim.serving.stand_in import stand_in

pytestmark = pytest.mark.network
DAYS_AGO = 2
MACHINE, MCHID = "platform-9", "1900000009"
BOM = b"\xef\xbb\xbf"
BEIJING = timezone(timedelta(hours=8))
HOOK = "http://127.0.0.1:9/notify"


def buy(running, slot: str) -> str:
    """Press, pay, wait until the drink and the money are where they belong."""
    mine = running.world("POST", f"/machines/{MACHINE}/press", {"slot": slot})["order"]
    code = running.world("GET", f"/orders/{mine}?wait_for=awaiting_payment&timeout_ms=30000")[
        "code"
    ]
    running.pay(code)
    return running.world("GET", f"/orders/{mine}?wait_for=done&timeout_ms=30000")["state"]


def today() -> datetime:
    """Now, in Beijing."""
    return datetime.now(UTC).astimezone(BEIJING)


@pytest.fixture(scope="module")
def noon() -> datetime:
    """When the world begins: no sale of a test falls on two days."""
    return (today() - timedelta(days=DAYS_AGO)).replace(hour=12, minute=0, second=0)


@pytest.fixture(scope="module")
def day(noon) -> str:
    """The day of its bills."""
    return noon.date().isoformat()


@pytest.fixture(scope="module")
def later(tmp_path_factory, noon):
    """A world that sold one drink, gave the money for another back, and woke up today."""
    offset_ms = (noon - today()) // timedelta(milliseconds=1)
    with served(tmp_path_factory.mktemp("bills"), offset_ms) as running:
        assert buy(running, "A1") == "released"
        running.world("POST", f"/machines/{MACHINE}/dispenser", {"next": "jammed"})
        assert buy(running, "A2") == "not_released"
        running.assert_books_balance()
        running.pass_time(-offset_ms)
        assert running.clock.offset_ms == 0
        yield running


@pytest.fixture
def found(later, tmp_path, monkeypatch):
    """The stand-in for that world, by environment."""
    with stand_in(later.base, tmp_path, WallClock(), RandomIds()) as here:
        for name, text in here.environment().items():
            monkeypatch.setenv(name, text)
        yield here


@pytest.fixture
def wx(later, found):
    return sdk(later.credentials(MCHID), HOOK)


def rows(file: bytes, summary: int) -> tuple[list[dict[str, str]], dict[str, str]]:
    """A bill's rows and its sums, without the back-ticks."""
    assert file.startswith(BOM)
    assert file.endswith(b"\r\n")
    lines = list(csv.reader(io.StringIO(file[len(BOM) :].decode(), newline="")))
    assert all(value.startswith("`") for line in (*lines[1:-2], lines[-1]) for value in line)
    assert len(lines[-2]) == summary
    plain = [[value.removeprefix("`") for value in line] for line in lines]
    return (
        [dict(zip(plain[0], line, strict=True)) for line in plain[1:-2]],
        dict(zip(plain[-2], plain[-1], strict=True)),
    )


def unzipped(offer, answer) -> bytes:
    """The file, whose digest is that of the offer."""
    status, raw = answer
    assert status == 200
    file = gzip.decompress(raw)
    assert (offer["hash_type"], offer["hash_value"]) == ("SHA1", hashlib.sha1(file).hexdigest())  # noqa: S324 - as the platform does
    return file


def test_the_trade_bill(wx, day) -> None:
    offer = document(wx.trade_bill(day))
    assert offer["download_url"].startswith("https://api.mch.weixin.qq.com/v3/billdownload/file?")
    told, sums = rows(unzipped(offer, wx.download_bill(offer["download_url"])), 7)
    assert [(row["交易状态"], row["订单金额"], row["退款金额"]) for row in told] == [
        ("SUCCESS", "3.00", "0.00"),
        ("SUCCESS", "5.50", "0.00"),
        ("REFUND", "0.00", "5.50"),
    ]
    assert {row["商户号"] for row in told} == {MCHID}
    assert [row["手续费"] for row in told] == ["0.02000", "0.03000", "-0.03000"]
    assert (sums["总交易单数"], sums["订单总金额"], sums["退款总金额"]) == ("3", "8.50", "5.50")
    assert sums["手续费总金额"] == "0.02000"


def test_its_parts(wx, day) -> None:
    for kind, states in (("SUCCESS", ["SUCCESS", "SUCCESS"]), ("REFUND", ["REFUND"])):
        offer = document(wx.trade_bill(day, bill_type=kind))
        file = unzipped(offer, wx.download_bill(offer["download_url"]))
        told, _ = rows(file, 4 if kind == "SUCCESS" else 7)
        assert [row["交易状态"] for row in told] == states


def test_the_fund_flow_bill_adds_up_to_the_books(later, wx, day) -> None:
    offer = document(wx.fundflow_bill(day))
    told, sums = rows(unzipped(offer, wx.download_bill(offer["download_url"])), 5)
    kinds = [(row["业务类型"], row["收支类型"], row["收支金额(元)"]) for row in told]
    assert kinds == [
        ("交易", "收入", "3.00"),
        ("扣除交易手续费", "支出", "0.02"),
        ("交易", "收入", "5.50"),
        ("扣除交易手续费", "支出", "0.03"),
        ("退回交易手续费", "收入", "0.03"),
        ("退款", "支出", "5.50"),
    ]
    assert (sums["收入金额"], sums["支出金额"]) == ("8.53", "5.55")
    held = later.made.world.payments.service.account_view(f"merchant:{MCHID}:CNY")
    assert told[-1]["账户结余(元)"] == f"{held['balance_minor'] / 100:.2f}" == "2.98"


def test_the_asynchronous_half(later, found, day) -> None:

    native = WeChatPayType.NATIVE
    asked = settings(later.credentials(MCHID), HOOK, wechatpay_type=native)

    async def fetch() -> bytes:
        async with AsyncWeChatPay(**asked) as wx:
            offer = document(await wx.trade_bill(day))
            return unzipped(offer, await wx.download_bill(offer["download_url"]))

    assert len(rows(apart(fetch()), 7)[0]) == 3


def test_a_day_without_a_bill(later, found, wx, day) -> None:
    assert refusal(wx.trade_bill(today().date().isoformat())) == (400, "PARAM_ERROR")
    assert refusal(sdk(later.credentials(PUBKEY), HOOK).trade_bill(day)) == (
        400,
        "NO_STATEMENT_EXIST",
    )


def test_a_bill_is_for_nobody_else(later, wx, day) -> None:
    offer = document(wx.trade_bill(day))
    other = sdk(later.credentials(PUBKEY), HOOK)
    status, raw = other.download_bill(offer["download_url"])
    assert (status, json.loads(raw)["code"]) == (403, "NO_AUTH")
