"""What happened to an intent or a refund, told as the v3 API tells it.

Implements ``payments.service.dialects.Dialect``: called in the transaction of what happened, so
that a notification and its cause commit together or not at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.limits import SECOND_MS
from vendor_sim.payments.domain import NoticeType
from vendor_sim.payments.service.dialects import Telling
from vendor_sim.payments.wechat import notices, store
from vendor_sim.payments.wechat.refund_views import STATUS, desk_record, refund_view
from vendor_sim.payments.wechat.trade import CODE_PAY, transaction

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vendor_sim.kernel.ids import Ids
    from vendor_sim.payments.domain import Intent, Refund
    from vendor_sim.payments.wechat.merchants import Merchants
    from vendor_sim.payments.wechat.store import Order

    Json = dict[str, Any]

LATE_MS = 30 * SECOND_MS
"""A notification asked to be late: by then a merchant that does not ask by itself has told a
customer who paid that nothing came; people at a stage still wait for it."""
OVERTAKEN_MS = 5 * SECOND_MS
"""A notification that the next one shall overtake waits so long: time enough to pay again, or to
give back what was just paid."""
_TAKEN = NoticeType.PAYMENT_CAPTURED
_BY_PAUSE = frozenset({"late", "reordered"})


class WechatDialect:
    """Notifications of the v3 API.

    A merchant hears of money taken (not by code pay: there it has the answer ``[SK FAQ]``) and of
    how each refund ended; never of a failure, a decline or a closing.
    """

    def __init__(self, merchants: Merchants, ids: Ids) -> None:
        """Tell these merchants.

        Args:
            merchants: Their APIv3 keys, and how each wishes to be treated.
            ids: The source of ids and nonces.
        """
        self._merchants = merchants
        self._ids = ids
        self._overtaken: set[str] = set()

    def on_intent(
        self, cx: Connection, intent: Intent, news: NoticeType, at_ms: int
    ) -> list[Telling]:
        """TRANSACTION.SUCCESS, where money was taken and the order says where to tell it."""
        order = store.order_of_intent(cx, intent.id) if news is _TAKEN else None
        if order is None or order.trade_type == CODE_PAY:
            return []
        resource = notices.transaction_resource(transaction(intent, order, at_ms))
        return self._tell(cx, order, order.notify_url, "TRANSACTION.SUCCESS", resource, at_ms)

    def on_refund(
        self, cx: Connection, intent: Intent, refund: Refund, at_ms: int
    ) -> list[Telling]:
        """REFUND.SUCCESS, .ABNORMAL or .CLOSED, to the address that the refund or the order gave.

        Where neither gave one the real platform looks into the merchant's console settings, and
        sends the older XML; here there is no such setting.
        """
        order = store.order_of_intent(cx, intent.id)
        record = store.refund_of_ours(cx, refund.id)
        if order is None or record is None:
            return []
        view = refund_view(intent, order, refund, record)
        resource = notices.refund_resource(order.mchid, view)
        url = record.notify_url or order.notify_url
        return self._tell(cx, order, url, f"REFUND.{STATUS[refund.state]}", resource, at_ms)

    def on_refund_accepted(self, cx: Connection, intent: Intent, refund: Refund) -> None:
        """Name a refund that somebody gave at the merchant's desk, as the console's are named."""
        order = store.order_of_intent(cx, intent.id)
        if order is not None:
            store.add_refund(cx, desk_record(self._ids, order, refund))

    def _tell(
        self, cx: Connection, order: Order, url: str | None, event: str, plain: Json, at_ms: int
    ) -> list[Telling]:
        merchant = self._merchants.find(order.mchid)
        if url is None or not merchant.apiv3_key:
            return []  # nothing could be encrypted, and the real platform is silent too
        id_ = notices.new_notice_id(self._ids)
        body = notices.written(self._ids, merchant.apiv3_key, id_, event, plain, at_ms)
        return [Telling(event, url, body, self._pause_ms(cx, order.mchid), id_)]

    def _pause_ms(self, cx: Connection, mchid: str) -> int:
        """How long this notification waits before it is first sent, where that was asked for."""
        how = store.behaviour(cx, mchid)
        if how.notify not in _BY_PAUSE:
            self._overtaken.discard(mchid)
            return 0
        self._merchants.spend_notify(cx, mchid)
        if how.notify == "late":
            return LATE_MS
        if mchid in self._overtaken:
            self._overtaken.discard(mchid)
            return 0
        self._overtaken.add(mchid)
        return OVERTAKEN_MS
