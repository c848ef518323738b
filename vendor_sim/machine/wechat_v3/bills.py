"""What went back of an order, whoever asked for it: read in the refund bills of its days.

No question names an order's refunds: each is known by its own number, and somebody at a desk chose
another one. The bill of a day lists them all, from ten in the morning of the next day.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from vendor_sim.kernel.limits import HOUR_MS
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.machine.reports_wechat import refunds_in
from vendor_sim.machine.wechat_v3.client import code_in, refusal_of
from vendor_sim.wire.beijing_time import beijing, day_begins_ms, day_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.machine.domain import Order, RefundReport
    from vendor_sim.machine.wechat_v3.client import Client

DAYS_MAX = 7
"""Bills of one order that are read; a machine asks for its refund on the day of the payment."""
_BILL = "/v3/bill/tradebill?bill_type=REFUND&bill_date="
_MADE_MS = 10 * HOUR_MS
_NONE = frozenset({"NO_STATEMENT_EXIST", "STATEMENT_CREATING"})


class Bills:
    """The refund bills of a merchant.

    Args:
        client: Sends the requests.
        clock: Tells which bills are made.
    """

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    def refunds(self, order: Order, number: str) -> list[RefundReport]:
        """Every refund of a number of an order that stands in a bill, the oldest day first.

        Raises:
            Refused: The platform's no, or a bill that is not the one it told of.
            NoAnswer: Nothing came back.
        """
        found = [one for day in self._days(order) for one in refunds_in(self._bill(day))]
        return [one for one in found if one.intent_id == number]

    def _days(self, order: Order) -> Iterator[str]:
        """The days since the order whose bills are made, as the platform names them."""
        first = day_of(order.opened_at_ms)
        last = day_of(self._clock.now_ms() - _MADE_MS) - 1
        for day in range(first, min(last, first + DAYS_MAX - 1) + 1):
            yield beijing(day_begins_ms(day)).partition("T")[0]

    def _bill(self, day: str) -> bytes:
        answer = self._client.send("GET", f"{_BILL}{day}")
        if code_in(answer) in _NONE:
            return b""
        if not answer.ok:
            raise refusal_of(answer)
        told = answer.body if isinstance(answer.body, dict) else {}
        at = urlsplit(str(told.get("download_url", "")))
        bill = self._client.fetch(f"{at.path}?{at.query}")
        if hashlib.sha1(bill, usedforsecurity=False).hexdigest() != told.get("hash_value"):
            raise Refused(Code.UNAVAILABLE, f"not the bill of {day} that was told of")
        return bill
