"""Rules that compare what different people see of the same money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import HOUR_MS
from vendor_sim.world.audit.records import by_order, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from vendor_sim.world.audit.records import Records

_NEWS_ARRIVES_MS = HOUR_MS
_UNTOLD = """
    SELECT i.*, COALESCE((
        SELECT SUM(r.amount_minor) FROM refund r
        JOIN wechat_refund w ON w.refund = r.id JOIN wechat_order o ON o.intent_id = r.intent_id
        WHERE r.intent_id = i.id AND r.state = 'succeeded'
          AND w.notify_url IS NULL AND o.notify_url IS NULL), 0) AS untold_minor
    FROM intent i
"""
"""With what came back of which a WeChat Pay merchant is not told: refunds from its desk, where the
order was charged by payment code and so named no address."""
_SAYS = {
    "authorised": {"held"},
    "captured": {"captured", "returned"},
    "voided": {"returned"},
    "expired": {"returned"},
}
"""How a wallet's scan may stand once it has heard how the intent stands."""


def wallets_know_payments(records: Records) -> Iterator[str]:
    """Each payment from a wallet is in its history, for the same amount, and nothing else is."""
    paid = {
        row["authorisation_id"]: row
        for row in records.in_ledger("SELECT * FROM intent WHERE authorisation_id IS NOT NULL")
    }
    mine = {row["account"] for row in records.in_wallet("SELECT account FROM wallet")}
    for scan in records.in_wallet("SELECT * FROM scan WHERE authorisation IS NOT NULL ORDER BY id"):
        intent = paid.pop(scan["authorisation"], None)
        if intent is None:
            if scan["state"] in {"held", "captured", "returned"}:
                yield f"{told(scan, 'id', 'wallet', 'state')} paid for nothing the platform knows"
        elif not _same(scan, intent) or not _heard(records, scan, intent):
            yield (
                f"{told(scan, 'id', 'wallet', 'state', 'amount_minor', 'refunded_minor')}; "
                f"{told(intent, 'id', 'state', 'amount_minor', 'refunded_minor')}"
            )
    for intent in paid.values():
        if records.at_rest and intent["payer"] in mine:
            yield f"{told(intent, 'id', 'payer', 'amount_minor')} is in no wallet's history"


def wallets_know_balances(records: Records) -> Iterator[str]:
    """At rest, what a wallet shows as its balance is what the books hold."""
    if not records.at_rest:
        return
    balances = {
        row["account_id"]: (row["credits_posted"] - row["debits_posted"], row["debits_pending"])
        for row in records.in_ledger("SELECT * FROM balance")
    }
    for wallet in records.in_wallet("SELECT * FROM wallet WHERE ready = 1 ORDER BY id"):
        right = balances.get(wallet["account"])
        if (wallet["balance_minor"], wallet["held_minor"]) != right:
            yield f"{told(wallet, 'id', 'balance_minor', 'held_minor')}; the books hold {right}"


def merchants_are_paid(records: Records) -> Iterator[str]:
    """A merchant's account holds what was captured for it less fees and what was given back."""
    right: dict[str, int] = {}
    for row in records.in_ledger(
        """
        SELECT merchant_id, currency,
               SUM(captured_minor - refunded_minor - refund_pending_minor
                   - fee_minor + fee_returned_minor) AS kept
        FROM intent GROUP BY merchant_id, currency
        """
    ):
        right[f"merchant:{row['merchant_id']}:{row['currency']}"] = row["kept"]
    for row in records.in_ledger(
        """
        SELECT account_id, credits_posted - debits_posted AS posted FROM balance
        WHERE account_id LIKE 'merchant:%' ORDER BY account_id
        """
    ):
        if row["posted"] != right.pop(row["account_id"], 0):
            yield f"{told(row)}; intents say otherwise"
    yield from (f"{name} has no account for {kept}" for name, kept in right.items() if kept)


def machines_know_payments(records: Records) -> Iterator[str]:
    """At rest, a machine's order book says of each order's money what the platform says."""
    if not records.at_rest:
        return
    intents = by_order(records.in_ledger(_UNTOLD))
    for order in records.in_machine(
        """
        SELECT o.*, m.merchant_id, m.speaks
        FROM orders o JOIN machine m ON m.id = o.machine ORDER BY o.seq
        """
    ):
        found = intents.get((order["merchant_id"], order["id"]), [])
        taken, told_back, back = _as_platform_says(order, found)
        says = order["amount_minor"] if order["standing"] == "taken" else 0
        if says != taken or not told_back <= order["refunded_minor"] <= back:
            wanted = f"taken {taken}, back {back}, told of {told_back}"
            yield f"{told(order, 'id', 'standing', 'refunded_minor')}; {wanted}"


def _as_platform_says(order: dict[str, Any], intents: list[dict[str, Any]]) -> tuple[int, int, int]:
    """What was taken for an order, what came back that its machine was told of, and all that did.

    Of what it was not told it may still read in a bill.
    """
    if order["speaks"] != "v1":
        intents = [row for row in intents if row["order_ref"] == order["intent_id"]]
    taken = sum(row["captured_minor"] for row in intents)
    back = sum(row["refunded_minor"] for row in intents)
    if order["speaks"] != "v1" and order["standing"] == "voided":
        # A charge that was reversed: the platform gave all of it back by itself.
        return taken - back, 0, 0
    return taken, back - sum(row["untold_minor"] for row in intents), back


def _same(scan: dict[str, Any], intent: dict[str, Any]) -> bool:
    return (scan["intent"], scan["amount_minor"], scan["currency"]) == (
        *(intent["id"], intent["amount_minor"], intent["currency"]),
    )


def _heard(records: Records, scan: dict[str, Any], intent: dict[str, Any]) -> bool:
    if not records.at_rest:
        return True
    says = scan["state"] in _SAYS.get(intent["state"], set())
    return says and scan["refunded_minor"] == intent["refunded_minor"]
