"""What went back of an order is read in the refund bills of its days."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from tests.machine.acts import refusal
from tests.machine.facts import BASE
from vendor_sim.kernel.clock import VirtualClock, parse_rfc3339
from vendor_sim.kernel.problems import Code
from vendor_sim.machine.reports_wechat import refunds_in
from vendor_sim.machine.wechat_v3.bills import Bills
from vendor_sim.wire.http import Answer

HEAD = "﻿商户订单号,货币种类,微信退款单号,商户退款单号,退款金额,退款状态"
SUMS = "总交易单数,退款总金额\r\n`2,`1.50\r\n"
NOON = parse_rfc3339("2026-11-30T04:00:00Z")
ORDER = replace(BASE, opened_at_ms=NOON, intent_id="ord_1_2")


def bill(*rows):
    return "\r\n".join([HEAD, *rows, SUMS]).encode()


def row(number, refund, yuan, status, currency="CNY"):
    return f"`{number},`{currency},`503,`{refund},`{yuan},`{status}"


class Told:
    """Offers and files by day; ``spoilt`` says what is done to the files."""

    def __init__(self, days):
        self.days, self.asked, self.spoilt = days, [], bytes

    def send(self, method, target):
        assert (method, target[:-10]) == ("GET", "/v3/bill/tradebill?bill_type=REFUND&bill_date=")
        self.asked.append(day := target[-10:])
        found = self.days.get(day, "NO_STATEMENT_EXIST")
        if isinstance(found, str):
            return Answer(500 if found == "SYSTEM_ERROR" else 400, {"code": found})
        told = hashlib.sha1(found, usedforsecurity=False).hexdigest()
        url = f"http://ledger/v3/billdownload/file?token={day}"
        return Answer(200, {"download_url": url, "hash_type": "SHA1", "hash_value": told})

    def fetch(self, target):
        path, _, day = target.partition("?token=")
        assert path == "/v3/billdownload/file"
        return self.spoilt(self.days[day])


def read(told, at, order=ORDER):
    return Bills(told, VirtualClock(parse_rfc3339(at))).refunds(order, "ord_1_2")


def test_every_refund_of_the_number_is_told_as_it_stood():
    told = Told(
        {
            "2026-11-30": bill(
                row("ord_1_2", "one", "1.00", "SUCCESS"), row("ord_1", "other", "9.00", "SUCCESS")
            ),
            "2026-12-01": bill(
                *(row("ord_1_2", *one) for one in (("two", "0.50", "FAIL"), ("3", "2", "CHANGE"))),
                row("ord_1_2", "four", "0.01", "PROCESSING"),
            ),
        }
    )
    found = read(told, "2026-12-02T02:00:00Z")
    assert [
        (one.refund_id, one.amount_minor, one.done, one.failed, one.stuck) for one in found
    ] == [
        ("one", 100, True, False, False),
        ("two", 50, False, True, False),
        ("3", 200, False, False, True),
        ("four", 1, False, False, False),
    ]
    assert {(one.intent_id, one.currency) for one in found} == {("ord_1_2", "CNY")}


@pytest.mark.parametrize(
    ("at", "days"),
    [
        ("2026-11-30T05:00:00Z", []),
        ("2026-12-01T01:59:59Z", []),
        ("2026-12-01T02:00:00Z", ["2026-11-30"]),
        ("2026-12-02T02:00:00Z", ["2026-11-30", "2026-12-01"]),
        ("2027-11-30T00:00:00Z", ["2026-11-30", *(f"2026-12-0{day}" for day in range(1, 7))]),
    ],
)
def test_a_bill_is_asked_for_once_it_is_made_and_no_more_than_a_week_of_them(at, days):
    told = Told({})
    assert read(told, at) == []
    assert told.asked == days


def test_a_day_in_beijing_begins_before_ours():
    told = Told({})
    late = replace(ORDER, opened_at_ms=parse_rfc3339("2026-11-30T16:00:00Z"))
    read(told, "2026-12-02T02:00:00Z", late)
    assert told.asked == ["2026-12-01"]


def test_a_bill_that_is_still_being_made_tells_nothing_yet():
    assert read(Told({"2026-11-30": "STATEMENT_CREATING"}), "2026-12-01T02:00:00Z") == []


def test_a_platform_that_is_busy_says_so():
    told = Told({"2026-11-30": "SYSTEM_ERROR"})
    assert refusal(read, told, "2026-12-01T02:00:00Z") is Code.NOT_READY


def test_a_file_that_is_not_the_one_told_of_is_no_bill():
    told = Told({"2026-11-30": bill(row("ord_1_2", "one", "1.00", "SUCCESS"))})
    told.spoilt = lambda file: file.replace(b"1.00", b"3.00")
    assert refusal(read, told, "2026-12-01T02:00:00Z") is Code.UNAVAILABLE


@pytest.mark.parametrize(
    "file",
    [
        b"\xff",
        "一,二\r\n`1,`2\r\n".encode(),
        bill("`too,`few"),
        bill(row("ord_1_2", "one", "a lot", "SUCCESS")),
        bill(row("ord_1_2", "one", "1.00", "SUCCESS", "XXX")),
    ],
    ids=["no text", "other columns", "too few values", "no amount", "no currency"],
)
def test_a_bill_in_no_known_shape_is_no_answer(file):
    assert refusal(refunds_in, file) is Code.UNAVAILABLE
