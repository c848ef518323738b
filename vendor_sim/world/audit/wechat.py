"""Rules about the WeChat Pay dialect: a translation of intents and refunds, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.world.audit.records import each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_sim.world.audit.records import Records


def wechat_orders_are_intents(records: Records) -> Iterator[str]:
    """Every order of the dialect is an intent of its merchant under the same number."""
    yield from each(
        records.in_ledger(
            """
            SELECT i.id, i.merchant_id, i.order_ref, w.mchid, w.out_trade_no
            FROM intent i LEFT JOIN wechat_order w ON w.intent_id = i.id
            WHERE i.dialect = 'wechat_v3' AND (w.intent_id IS NULL
                OR w.mchid <> i.merchant_id OR w.out_trade_no <> i.order_ref) ORDER BY i.id
            """
        )
    )
    yield from each(
        records.in_ledger(
            """
            SELECT w.mchid, w.out_trade_no, w.intent_id FROM wechat_order w
            LEFT JOIN intent i ON i.id = w.intent_id AND i.dialect = 'wechat_v3'
            WHERE i.id IS NULL ORDER BY w.intent_id
            """
        )
    )


def wechat_refunds_are_refunds(records: Records) -> Iterator[str]:
    """Every refund of such an order has its number, and every number its refund."""
    yield from each(
        records.in_ledger(
            """
            SELECT r.id, r.intent_id, w.refund_id, w.mchid FROM refund r
            JOIN intent i ON i.id = r.intent_id AND i.dialect = 'wechat_v3'
            LEFT JOIN wechat_refund w ON w.refund = r.id
            WHERE w.refund IS NULL OR w.intent_id <> r.intent_id OR w.mchid <> i.merchant_id
            ORDER BY r.id
            """
        )
    )
    yield from each(
        records.in_ledger(
            """
            SELECT w.refund_id, w.refund FROM wechat_refund w LEFT JOIN refund r ON r.id = w.refund
            WHERE r.id IS NULL ORDER BY w.refund_id
            """
        )
    )


def reversed_orders_are_given_back(records: Records) -> Iterator[str]:
    """An order that its merchant reversed is not open any more, and its payer has the money."""
    return each(
        records.in_ledger(
            """
            SELECT i.id, i.state, i.captured_minor, i.refunded_minor, i.refund_pending_minor
            FROM wechat_order w JOIN intent i ON i.id = w.intent_id
            WHERE w.reversed_at_ms IS NOT NULL AND (i.state = 'open'
                OR i.captured_minor <> i.refunded_minor + i.refund_pending_minor) ORDER BY i.id
            """
        )
    )
