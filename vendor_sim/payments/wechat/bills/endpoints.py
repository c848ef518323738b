# ruff: noqa: RUF001 - the platform writes Chinese
"""Asking for a bill, and fetching it [spec 10].

The answer to the first is signed and says where the file is, for five minutes, and its SHA-1. The
file itself is not signed, which is why SDKs have a way around their own verification for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sim.payments.service.books import merchant_account
from vendor_sim.payments.wechat import problems, rules
from vendor_sim.payments.wechat.bills import days, fundflow_bill, trade_bill
from vendor_sim.payments.wechat.bills.days import Day, Unusable
from vendor_sim.payments.wechat.bills.download import (
    HASH_TYPE,
    VALID_MS,
    Sealer,
    Ticket,
    digest,
    zip_up,
)
from vendor_sim.payments.wechat.bills.matters import matters
from vendor_sim.payments.wechat.bills.postings import of_day
from vendor_sim.payments.wechat.bills.trade_bill import Terms
from vendor_sim.payments.wechat.calls import Answer, Family, Route
from vendor_sim.payments.wechat.fields import Rules, check, param_error

if TYPE_CHECKING:
    from vendor_sim.payments.wechat.calls import Call, WechatKit

TRADE, FUND_FLOW = "trade", "fundflow"
FILE = "/v3/billdownload/file"
CURRENCY = "CNY"
"""The only one that direct merchants are settled in."""
ALL, BASIC = "ALL", "BASIC"
GZIP = "GZIP"
PLAIN_TYPE, ZIPPED_TYPE = "text/plain", "application/x-gzip"
"""As documented for the download [OAPI:v3/billdownload/file]."""
_AT = "/query/bill_date"
_DATE_RULE = "输入源“/query/bill_date”映射到值字段“账单日期”规则校验失败，{why}"
WHY = {
    Unusable.MALFORMED: "日期不合法，格式应为yyyy-MM-DD",
    Unusable.NOT_OVER: "账单日期不能晚于昨日",
    Unusable.TOO_OLD: "仅支持三个月内的账单下载申请",
}
"""What is wrong with a date. That these are PARAM_ERROR, and the wording, is not in any document;
the rules are [spec 10]."""


class Bills:
    """Trade bills and fund-flow bills, and the files of both."""

    def __init__(self, kit: WechatKit) -> None:
        """Read the books of this platform; tokens are sealed by one of its secrets."""
        self._kit = kit
        self._sealer = Sealer(kit.settings.platform.public_key_private.encode())

    def routes(self) -> tuple[Route, ...]:
        """What this answers to."""
        return (
            Route("GET", "/v3/bill/tradebill", self.trade_bill, Family.BILLS),
            Route("GET", "/v3/bill/fundflowbill", self.fund_flow_bill, Family.BILLS),
            Route("GET", FILE, self.file, Family.BILLS),
        )

    def trade_bill(self, call: Call) -> Answer:
        """Where to fetch the trade bill of a day: ``bill_type`` says which rows.

        Raises:
            WechatError: ``PARAM_ERROR``, ``STATEMENT_CREATING``, ``NO_STATEMENT_EXIST``.
        """
        return self._offer(call, rules.TRADE_BILL, TRADE, call.query.get("bill_type", ALL))

    def fund_flow_bill(self, call: Call) -> Answer:
        """Where to fetch the fund-flow bill of a day: ``account_type`` says of which account.

        A merchant has its money in the basic account here; the others have no bills.

        Raises:
            WechatError: ``PARAM_ERROR``, ``STATEMENT_CREATING``, ``NO_STATEMENT_EXIST``.
        """
        type_ = call.query.get("account_type", BASIC)
        return self._offer(call, rules.FUND_FLOW_BILL, FUND_FLOW, type_)

    def file(self, call: Call) -> Answer:
        """The file that a token was given for. It is not signed.

        Raises:
            WechatError: ``INVALID_REQUEST`` for a token that is not ours or too old; ``NO_AUTH``
                for another merchant's.
        """
        ticket = self._sealer.ticket(call.query.get("token", ""), call.now_ms)
        day = days.day_named(ticket.date) if ticket else None
        if ticket is None or day is None:
            raise problems.bad_bill_token()
        if ticket.mchid != call.merchant.mchid:
            raise problems.no_auth()
        file = self._written(call, ticket.kind, ticket.type, day)
        content, type_ = (zip_up(file), ZIPPED_TYPE) if ticket.zipped else (file, PLAIN_TYPE)
        return Answer(raw=content, content_type=type_, signed=False)

    def _offer(self, call: Call, table: Rules, kind: str, type_: str) -> Answer:
        check(table, call.query, "query")
        day = self._day(call)
        file = self._written(call, kind, type_, day)
        zipped = call.query.get("tar_type") == GZIP
        until_ms = call.now_ms + VALID_MS
        ticket = Ticket(call.merchant.mchid, kind, str(day), type_, zipped, until_ms)
        query = f"token={self._sealer.token(ticket)}{'&tartype=gzip' if zipped else ''}"
        document: dict[str, Any] = {
            "download_url": f"{call.base_url}{FILE}?{query}",
            "hash_type": HASH_TYPE,
            "hash_value": digest(file),
        }
        return Answer(document)

    def _day(self, call: Call) -> Day:
        text = call.query["bill_date"]
        day = days.judge(text, call.now_ms, self._kit.settings.bill_hour)
        if isinstance(day, Day):
            return day
        if day is Unusable.NOT_MADE:
            raise problems.statement_creating()
        raise param_error(_DATE_RULE.format(why=WHY[day]), _AT, text)

    def _written(self, call: Call, kind: str, type_: str, day: Day) -> bytes:
        if kind == FUND_FLOW and type_ != BASIC:
            raise problems.no_statement()
        settings = self._kit.settings
        account_id = merchant_account(call.merchant.mchid, CURRENCY).id
        found = matters(self._kit.service, of_day(self._kit.door, account_id, day))
        if kind == FUND_FLOW:
            file = fundflow_bill.write(found)
        else:
            made_at_ms = day.made_at_ms(settings.bill_hour)
            terms = Terms(type_, call.party.fee_ppm, made_at_ms, settings.refund_ms)
            file = trade_bill.write(found, terms)
        if file is None:
            raise problems.no_statement()
        return file
