"""Asking for bills and fetching them, below the gate: what is answered, and what is refused."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.payments.wechat.bills.history import (
    ACCOUNT,
    APPID,
    MCHID,
    REFUND_MS,
    History,
    at,
    database,
)
from tests.payments.wechat.bills.reading import read
from vendor_sim.kernel.limits import MINUTE_MS
from vendor_sim.ledger import Kind, Ledger, Transfer, TransferCode
from vendor_sim.payments.wechat.bills.endpoints import WHY, Bills
from vendor_sim.payments.wechat.calls import Answer, Call, Family
from vendor_sim.payments.wechat.problems import WechatError
from vendor_sim.payments.wechat.store import Behaviour, KeyMode, Merchant

if TYPE_CHECKING:
    from collections.abc import Iterator

BASE = "http://127.0.0.1:8000"
MERCHANT = Merchant(MCHID, "Corner shop", APPID, KeyMode.PUBKEY, "A" * 40, "", "", "", "", 0)
OTHER = replace(MERCHANT, mchid="1900000002")
TRADE, FUND_FLOW = "/v3/bill/tradebill", "/v3/bill/fundflowbill"
FILE = "/v3/billdownload/file"


class Desk:
    """Bills of a history, asked for at its present."""

    def __init__(self, history: History) -> None:
        self.history = history
        platform = SimpleNamespace(public_key_private="-----BEGIN PRIVATE KEY-----")
        settings = SimpleNamespace(platform=platform, bill_hour=10, refund_ms=REFUND_MS)
        kit: Any = SimpleNamespace(door=history.door, service=history.service, settings=settings)
        self.routes = {route.rule: route for route in Bills(kit).routes()}

    def ask(self, path: str, merchant: Merchant = MERCHANT, **query: str) -> Answer:
        call = Call(
            merchant,
            self.history.merchant,
            "GET",
            path,
            {},
            query,
            None,
            self.history.clock.now_ms(),
            BASE,
            None,
            Behaviour(),
        )
        return self.routes[path].handler(call)

    def fetch(self, answer: Answer, merchant: Merchant = MERCHANT) -> Answer:
        return self.ask(FILE, merchant, **asked(answer))

    def refused(self, path: str, **query: str) -> tuple[str, int]:
        with pytest.raises(WechatError) as caught:
            self.ask(path, **query)
        return caught.value.code, caught.value.status


def asked(answer: Answer) -> dict[str, str]:
    """The query of a download's address."""
    parts = parse_qs(urlsplit(answer.document["download_url"]).query, strict_parsing=True)
    return {name: value for name, (value,) in parts.items()}


@pytest.fixture
def desk() -> Iterator[Desk]:
    """Sold and given back on 20 November, looked at on 21 November at noon."""
    history = History(database(), at("2026-11-20T09:00:00"))
    history.give_back(history.sell(350), 100)
    history.until(at("2026-11-21T12:00:00"))
    yield Desk(history)
    history.door.close()


def test_three_endpoints_of_one_family(desk):
    told = {(route.method, route.rule, route.family) for route in desk.routes.values()}
    assert told == {("GET", path, Family.BILLS) for path in (TRADE, FUND_FLOW, FILE)}


@pytest.mark.parametrize(
    ("path", "query", "rows"),
    [
        (TRADE, {}, 2),
        (TRADE, {"bill_type": "ALL"}, 2),
        (TRADE, {"bill_type": "SUCCESS"}, 1),
        (TRADE, {"bill_type": "REFUND"}, 1),
        (FUND_FLOW, {}, 4),
        (FUND_FLOW, {"account_type": "BASIC"}, 4),
    ],
)
@pytest.mark.parametrize("zipped", [False, True])
def test_a_bill_is_offered_signed_and_fetched_unsigned(desk, path, query, rows, zipped):
    tar = {"tar_type": "GZIP"} if zipped else {}
    answer = desk.ask(path, bill_date="2026-11-20", **query, **tar)
    assert (answer.status, answer.signed, answer.raw) == (200, True, None)
    assert list(answer.document) == ["download_url", "hash_type", "hash_value"]
    assert answer.document["hash_type"] == "SHA1"
    assert answer.document["download_url"].startswith(f"{BASE}{FILE}?token=")
    assert answer.document["download_url"].endswith("&tartype=gzip") == zipped
    fetched = desk.fetch(answer)
    assert (fetched.status, fetched.signed, fetched.document) == (200, False, None)
    assert fetched.content_type == ("application/x-gzip" if zipped else "text/plain")
    assert fetched.raw is not None
    file = gzip.decompress(fetched.raw) if zipped else fetched.raw
    assert hashlib.sha1(file).hexdigest() == answer.document["hash_value"]  # noqa: S324
    assert len(read(file).rows) == rows


def test_the_same_bill_is_the_same_every_time(desk):
    first, second = (
        desk.ask(TRADE, bill_date="2026-11-20", tar_type="GZIP", bill_type="ALL") for _ in "12"
    )
    assert first == second
    assert desk.fetch(first) == desk.fetch(second)


@pytest.mark.parametrize("path", [TRADE, FUND_FLOW])
@pytest.mark.parametrize(
    ("query", "refusal"),
    [
        ({}, ("PARAM_ERROR", 400)),
        ({"bill_date": ""}, ("PARAM_ERROR", 400)),
        ({"bill_date": "20261120"}, ("PARAM_ERROR", 400)),
        ({"bill_date": "2026-11-31"}, ("PARAM_ERROR", 400)),
        ({"bill_date": "2026-11-21"}, ("PARAM_ERROR", 400)),
        ({"bill_date": "2026-11-22"}, ("PARAM_ERROR", 400)),
        ({"bill_date": "2026-08-20"}, ("PARAM_ERROR", 400)),
        ({"bill_date": "2026-08-21"}, ("NO_STATEMENT_EXIST", 400)),
        ({"bill_date": "2026-11-19"}, ("NO_STATEMENT_EXIST", 400)),
        ({"bill_date": "2026-11-20", "tar_type": "ZIP"}, ("PARAM_ERROR", 400)),
        ({"bill_date": "2026-11-20", "tar_type": "gzip"}, ("PARAM_ERROR", 400)),
    ],
)
def test_what_is_no_bill_to_have(desk, path, query, refusal):
    assert desk.refused(path, **query) == refusal


@pytest.mark.parametrize(
    ("date", "why"),
    [("2026-02-30", "格式"), ("2026-11-21", "昨日"), ("2026-08-20", "三个月")],
)
def test_a_refused_date_is_told_why_and_which(desk, date, why):
    with pytest.raises(WechatError, match=why) as caught:
        desk.ask(TRADE, bill_date=date)
    assert caught.value.detail == {"location": "query", "value": date}
    assert any(text in caught.value.message for text in WHY.values())


@pytest.mark.parametrize(
    ("path", "query", "refusal"),
    [
        (TRADE, {"bill_type": "RECHARGE_REFUND"}, "PARAM_ERROR"),
        (TRADE, {"bill_type": "all"}, "PARAM_ERROR"),
        (FUND_FLOW, {"account_type": "OTHER"}, "PARAM_ERROR"),
        (FUND_FLOW, {"account_type": "OPERATION"}, "NO_STATEMENT_EXIST"),
        (FUND_FLOW, {"account_type": "FEES"}, "NO_STATEMENT_EXIST"),
    ],
)
def test_types_that_are_none_or_have_no_bill(desk, path, query, refusal):
    assert desk.refused(path, bill_date="2026-11-20", **query) == (refusal, 400)


def test_a_bill_is_made_at_ten_of_the_next_morning():
    history = History(database(), at("2026-11-20T09:00:00"))
    history.sell(350)
    desk = Desk(history)
    assert desk.refused(TRADE, bill_date="2026-11-20") == ("PARAM_ERROR", 400)
    history.until(at("2026-11-21T00:00:00"))
    assert desk.refused(TRADE, bill_date="2026-11-20") == ("STATEMENT_CREATING", 400)
    history.until(at("2026-11-21T09:59:59.999"))
    assert desk.refused(FUND_FLOW, bill_date="2026-11-20") == ("STATEMENT_CREATING", 400)
    history.until(at("2026-11-21T10:00:00"))
    assert desk.ask(TRADE, bill_date="2026-11-20").status == 200
    history.door.close()


def test_an_address_works_for_five_minutes(desk):
    answer = desk.ask(TRADE, bill_date="2026-11-20")
    start_ms = desk.history.clock.now_ms()
    desk.history.until(start_ms + 5 * MINUTE_MS - 1)
    assert desk.fetch(answer).status == 200
    desk.history.until(start_ms + 5 * MINUTE_MS)
    assert desk.refused(FILE, **asked(answer)) == ("INVALID_REQUEST", 400)


def test_an_address_works_for_the_merchant_that_asked(desk):
    answer = desk.ask(TRADE, bill_date="2026-11-20")
    with pytest.raises(WechatError) as caught:
        desk.fetch(answer, OTHER)
    assert (caught.value.code, caught.value.status) == ("NO_AUTH", 403)


@pytest.mark.parametrize("query", [{}, {"token": ""}, {"token": "x"}, {"token": "é"}])
def test_a_token_that_nobody_gave_out_opens_nothing(desk, query):
    assert desk.refused(FILE, **query) == ("INVALID_REQUEST", 400)


def test_the_token_alone_says_what_is_sent(desk):
    answer = desk.ask(TRADE, bill_date="2026-11-20")
    token = asked(answer)["token"]
    assert desk.ask(FILE, token=token, tartype="gzip").content_type == "text/plain"


def test_another_merchant_sees_nothing_of_this_one(desk):
    with pytest.raises(WechatError) as caught:
        desk.ask(TRADE, OTHER, bill_date="2026-11-20")
    assert caught.value.code == "NO_STATEMENT_EXIST"


def test_money_that_moved_for_no_order_is_in_the_fund_flow_only(desk):
    history = desk.history
    transfer = Transfer(
        id="tr_1",
        kind=Kind.SINGLE,
        code=TransferCode.CORRECTION,
        debit=history.payer,
        credit=ACCOUNT,
        amount_minor=5,
        currency="CNY",
        reference="by hand",
        at_ms=history.clock.now_ms(),
    )
    history.door.transact(lambda cx: Ledger().submit(cx, transfer))
    history.until(at("2026-11-22T12:00:00"))
    assert desk.refused(TRADE, bill_date="2026-11-21") == ("NO_STATEMENT_EXIST", 400)
    fetched = desk.fetch(desk.ask(FUND_FLOW, bill_date="2026-11-21"))
    (row,) = read(fetched.raw).rows
    assert list(row.values()) == [
        *("2026-11-21 12:00:00", "tr_1", "tr_1", "其他", "其他", "收入", "0.05"),
        *("2.54", "system", "", "by hand"),
    ]
