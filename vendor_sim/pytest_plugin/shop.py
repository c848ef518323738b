"""A small shop: a merchant of WeChat Pay API v3 that lives in a simulated world.

It holds what a merchant is handed out, signs what it asks, verifies every answer before it believes
it, and has a hook of its own under a host name of its own. It never looks behind the wire.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from vendor_sim.kernel.limits import DAY_MS
from vendor_sim.pytest_plugin.shop_bills import Bill, fingerprint, read_bill
from vendor_sim.pytest_plugin.shop_hook import ShopHook
from vendor_sim.pytest_plugin.shop_keys import ShopKeys
from vendor_sim.pytest_plugin.shop_line import ShopLine
from vendor_sim.wire import wechatpay

if TYPE_CHECKING:
    from vendor_sim.pytest_plugin.shop_line import Street

Json = dict[str, Any]
ORDERS = "/v3/pay/transactions"
REFUNDS = "/v3/refund/domestic/refunds"
_GOODS = "茉莉花茶 Jasmine tea"
_TILL = {"device_id": "till-1", "store_info": {"id": "1"}}


@dataclass
class Order:
    """What the shop wrote down of an order.

    Attributes:
        asked: What it sent, for sending the same again.
        codes: Every ``code_url`` it was given, oldest first.
        refunds: What it sent for refunds of it, by their numbers.
    """

    number: str
    asked: Json
    codes: list[str] = field(default_factory=list)
    refunds: dict[str, Json] = field(default_factory=dict)

    @property
    def total_minor(self) -> int:
        """What it costs, in fen."""
        return int(self.asked["amount"]["total"])


class Shop:
    """A merchant at work.

    Args:
        name: Its host is made of it: ``Corner shop`` is told at ``corner-shop.example``.
        credentials: Everything it holds.
        street: Where it lives.

    Attributes:
        address: Its name on the wires.
        hook: Where it is told.
        line: What it asks through.
        orders: What it asked for, by number.
    """

    def __init__(self, name: str, credentials: Json, street: Street) -> None:
        self.address = name.lower().replace(" ", "-")
        self.keys = ShopKeys(credentials, street.now_ms)
        self.hook = ShopHook(self.keys, street.now_ms)
        self.orders: dict[str, Order] = {}
        self.now_ms = street.now_ms
        self._number = ""
        host = f"{self.address}.example"
        self._notify_url = f"http://{host}/hooks/wechat"
        street.attach(host, self.address, self.hook)
        self.line = ShopLine(self.keys, street.line_of(self.address))

    @property
    def order(self) -> Order:
        """The order it is about."""
        if self._number not in self.orders:
            raise AssertionError("the shop has asked for nothing yet")
        return self.orders[self._number]

    # -- asking for money -------------------------------------------------------------------------
    def ask(self, total_minor: int, number: str | None = None, expire_ms: int | None = None) -> str:
        """Ask for a payment; the code to show.

        Args:
            total_minor: How much, in fen.
            number: The order's; None takes a new one.
            expire_ms: The last instant to pay; None leaves that to the platform.

        Raises:
            Refusal: The platform has given no code.
        """
        body = self._body(total_minor, number) | {"notify_url": self._notify_url}
        if expire_ms is not None:
            body["time_expire"] = wechatpay.beijing(expire_ms)
        return self._native(body)

    def ask_again(self) -> str:
        """Ask for the same once more, under the same number; the code to show.

        Raises:
            Refusal: The platform has given no code.
        """
        return self._native(self.order.asked)

    def charge(self, auth_code: str, total_minor: int, number: str | None = None) -> Json:
        """Charge a payment code that a customer shows.

        Raises:
            Refusal: It is not paid, or not yet (``202``).
        """
        more = {"payer": {"auth_code": auth_code}, "scene_info": _TILL}
        return self._codepay(self._body(total_minor, number) | more)

    def charge_again(self) -> Json:
        """Send the same charge once more.

        Raises:
            Refusal: It is not paid, or not yet (``202``).
        """
        return self._codepay(self.order.asked)

    def query(self) -> Json:
        """How the order stands."""
        number, mchid = self.order.number, self.keys.mchid
        found: Json = self.line.call("GET", f"{ORDERS}/out-trade-no/{number}?mchid={mchid}").body
        return found

    def close(self) -> None:
        """Stop collecting.

        Raises:
            Refusal: It cannot be closed.
        """
        path = f"{ORDERS}/out-trade-no/{self.order.number}/close"
        self.line.call("POST", path, {"mchid": self.keys.mchid})

    def reverse(self) -> None:
        """Undo a charge.

        Raises:
            Refusal: It cannot be undone.
        """
        body = {"appid": self.keys.appid, "mchid": self.keys.mchid}
        self.line.call("POST", f"{ORDERS}/out-trade-no/{self.order.number}/reverse", body)

    # -- giving money back ------------------------------------------------------------------------
    def refund(self, amount_minor: int, funds: str | None = None) -> Json:
        """Give money of the order back.

        Args:
            amount_minor: How much, in fen.
            funds: ``AVAILABLE`` or ``UNSETTLED``; None leaves that to the platform.

        Raises:
            Refusal: It was not accepted.
        """
        order = self.order
        number = f"{order.number}-R{len(order.refunds) + 1}"
        body: Json = {
            "out_trade_no": order.number,
            "out_refund_no": number,
            "notify_url": self._notify_url,
            "amount": {"refund": amount_minor, "total": order.total_minor, "currency": "CNY"},
        }
        if funds is not None:
            body["funds_account"] = funds
        order.refunds[number] = body
        return self.refund_again()

    def refund_again(self) -> Json:
        """Send the last refund once more, under the same number.

        Raises:
            Refusal: It was not accepted.
        """
        found: Json = self.line.call("POST", REFUNDS, self._last_refund()).body
        return found

    def refund_now(self) -> Json:
        """How the last refund stands."""
        found: Json = self.line.call(
            "GET", f"{REFUNDS}/{self._last_refund()['out_refund_no']}"
        ).body
        return found

    def refund_to_card(self) -> Json:
        """Send a refund that could not arrive to the customer's bank card.

        Raises:
            Refusal: It was not accepted.
        """
        known = self.refund_now()
        body = {
            "out_refund_no": known["out_refund_no"],
            "type": "USER_BANK_CARD",
            "bank_type": "ICBC_DEBIT",
            "bank_account": self.keys.for_platform("6222020000000000000"),
            "real_name": self.keys.for_platform("Pete"),
        }
        path = f"{REFUNDS}/{known['refund_id']}/apply-abnormal-refund"
        found: Json = self.line.call("POST", path, body, {wechatpay.SERIAL: self.keys.newest}).body
        return found

    # -- bills ------------------------------------------------------------------------------------
    def yesterday(self) -> str:
        """The day before this one, in Beijing, as bills are asked for."""
        return wechatpay.beijing(self.now_ms() - DAY_MS)[:10]

    def bill(self, path: str, date: str) -> Bill:
        """Fetch a bill: where it is, then the file, which must be whole.

        Args:
            path: ``tradebill`` or ``fundflowbill``.
            date: Like ``2026-11-18``.

        Raises:
            Refusal: There is none, or not yet.
        """
        offer = self.line.call("GET", f"/v3/bill/{path}?bill_date={date}").body
        url = urlsplit(offer["download_url"])
        file = self.line.send("GET", f"{url.path}?{url.query}").raw
        if fingerprint(file) != offer["hash_value"]:
            raise AssertionError("the bill is not the one that was offered")
        return read_bill(file)

    def _body(self, total_minor: int, number: str | None) -> Json:
        return {
            "appid": self.keys.appid,
            "mchid": self.keys.mchid,
            "description": _GOODS,
            "out_trade_no": number or f"order-{len(self.orders) + 1}",
            "amount": {"total": total_minor, "currency": "CNY"},
        }

    def _native(self, body: Json) -> str:
        order = self._noted(body)
        order.codes.append(self.line.call("POST", f"{ORDERS}/native", body).body["code_url"])
        return order.codes[-1]

    def _codepay(self, body: Json) -> Json:
        self._noted(body)
        found: Json = self.line.call("POST", f"{ORDERS}/codepay", body).body
        return found

    def _noted(self, body: Json) -> Order:
        self._number = body["out_trade_no"]
        return self.orders.setdefault(self._number, Order(self._number, body))

    def _last_refund(self) -> Json:
        if not self.order.refunds:
            raise AssertionError("the shop has given nothing back yet")
        return list(self.order.refunds.values())[-1]
