"""Rules about the platform: intents, refunds, notices, and that the books say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import HOUR_MS
from vendor_sim.world.audit.records import by, each, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from vendor_sim.world.audit.records import Records

_REFUND_ENDS_MS = HOUR_MS
_KINDS = {
    ("hold", "authorised"): ("pending",),
    ("hold", "captured"): ("pending", "post"),
    ("hold", "voided"): ("pending", "void"),
    ("hold", "expired"): ("pending", "expire"),
    ("at_once", "captured"): ("single",),
}
"""The transfers that a paid intent has in the books."""


_REFUND_SUMS = {"pending": {"pending", "abnormal"}, "succeeded": {"succeeded"}}
"""What an intent counts as under way and as given back; money that went back to the merchant is
neither."""


def one_charge_per_order(records: Records) -> Iterator[str]:
    """At most one payment was taken or held for any order."""
    return each(
        records.in_ledger(
            """
            SELECT merchant_id, order_ref, COUNT(*) AS charges FROM intent
            WHERE authorisation_id IS NOT NULL GROUP BY merchant_id, order_ref HAVING COUNT(*) > 1
            """
        )
    )


def paid_in_time(records: Records) -> Iterator[str]:
    """Nobody paid before a code was there, or once it had died or was replaced."""
    return each(
        records.in_ledger(
            """
            SELECT i.id, i.created_at_ms, i.authorised_at_ms, i.pay_until_ms,
                   p.auth_code IS NOT NULL AS presented
            FROM intent i LEFT JOIN presented p ON p.authorisation_id = i.authorisation_id
            WHERE i.authorised_at_ms < i.created_at_ms OR i.authorised_at_ms >= i.pay_until_ms
               OR i.authorised_at_ms < p.issued_at_ms OR i.authorised_at_ms >= p.valid_until_ms
               OR (i.authorised_at_ms IS NOT NULL AND p.auth_code IS NULL AND NOT EXISTS (
                    SELECT 1 FROM code c WHERE c.intent_id = i.id
                       AND c.issued_at_ms <= i.authorised_at_ms
                       AND c.valid_until_ms > i.authorised_at_ms
                       AND (c.replaced_at_ms IS NULL OR c.replaced_at_ms > i.authorised_at_ms)))
            """
        )
    )


def intents_match_books(records: Records) -> Iterator[str]:
    """What the platform says of a payment is what the books say: accounts and amount."""
    booked = by(
        records.in_ledger("SELECT * FROM transfer WHERE code IN ('hold', 'sale') ORDER BY seq"),
        "reference",
    )
    for intent in records.in_ledger("SELECT * FROM intent ORDER BY created_at_ms, id"):
        found = booked.pop((intent["id"],), [])
        if tuple(row["kind"] for row in found) != kinds_of(intent):
            yield f"{told(intent, 'id', 'takes', 'state')}; booked {[row['kind'] for row in found]}"
        yield from (
            f"{told(intent, 'id', 'amount_minor', 'currency', 'payer', 'merchant_id')}; booked "
            f"{told(row, 'id', 'debit', 'credit', 'amount_minor', 'currency')}"
            for row in found
            if not same_money(intent, row)
        )
    for (reference,) in booked:
        yield f"the books hold a sale of nothing known, {reference}"


def refunds_within_capture(records: Records) -> Iterator[str]:
    """No more was given back than was taken, and what an intent says of it is so."""
    refunds = by(records.in_ledger("SELECT * FROM refund"), "intent_id")
    for intent in records.in_ledger("SELECT * FROM intent ORDER BY created_at_ms, id"):
        found = refunds.pop((intent["id"],), [])
        if not refunded_well(intent, found):
            shown = "; ".join(told(row, "id", "state", "amount_minor") for row in found)
            yield f"{told(intent, 'id', 'captured_minor', 'refunded_minor')}; refunds: {shown}"
    for (intent_id,) in refunds:
        yield f"a refund of nothing known, {intent_id}"


def refunds_match_books(records: Records) -> Iterator[str]:
    """Each refund left its merchant, and went where it is said to: to the payer, or back."""
    booked = {
        row["id"]: row
        for row in records.in_ledger(
            "SELECT * FROM transfer WHERE code IN ('refund', 'refund_done', 'refund_closed')"
        )
    }
    for refund in records.in_ledger(
        """
        SELECT r.*, 'merchant:' || i.merchant_id || ':' || i.currency AS merchant,
               CASE WHEN r.to_bank = 1 THEN 'funding:' || i.currency ELSE i.payer END AS payee
        FROM refund r JOIN intent i ON i.id = r.intent_id ORDER BY r.created_at_ms, r.id
        """
    ):
        out = booked.pop(f"{refund['id']}:accepted", None)
        if not _moved(out, "debit", refund["merchant"], refund):
            yield f"refund {refund['id']} did not leave {refund['merchant']}: {out}"
        for word, state, whose in (
            ("done", "succeeded", "payee"),
            ("closed", "closed", "merchant"),
        ):
            back = booked.pop(f"{refund['id']}:{word}", None)
            arrived = _moved(back, "credit", refund[whose], refund)
            if arrived != (refund["state"] == state) or (back and not arrived):
                yield f"refund {refund['id']} is {refund['state']}; to {refund[whose]}: {back}"
    yield from (f"the books hold a refund of nothing known, {name}" for name in booked)


def refunds_arrive(records: Records) -> Iterator[str]:
    """No refund stays on its way."""
    pending = records.in_ledger("SELECT * FROM refund WHERE state = 'pending' ORDER BY id")
    for refund in pending:
        if records.had_time(refund["created_at_ms"], _REFUND_ENDS_MS):
            yield told(refund, "id", "intent_id", "amount_minor", "created_at_ms")


def _moved(row: dict[str, Any] | None, end: str, account: str, refund: dict[str, Any]) -> bool:
    if row is None:
        return False
    return (row[end], row["amount_minor"]) == (account, refund["amount_minor"])


def kinds_of(intent: dict[str, Any]) -> tuple[str, ...]:
    """The transfers that an intent must have in the books, oldest first."""
    if intent["authorisation_id"] is None:
        return ()
    return _KINDS.get((intent["takes"], intent["state"]), ())


def refunded_well(intent: dict[str, Any], refunds: list[dict[str, Any]]) -> bool:
    """Whether no more went back than was taken, and the intent says of it what is so."""
    sums = {
        name: sum(row["amount_minor"] for row in refunds if row["state"] in states)
        for name, states in _REFUND_SUMS.items()
    }
    told_minor = (intent["refund_pending_minor"], intent["refunded_minor"])
    said = told_minor == (sums["pending"], sums["succeeded"])
    return said and sum(sums.values()) <= intent["captured_minor"]


def same_money(intent: dict[str, Any], row: dict[str, Any]) -> bool:
    """Whether a transfer took an intent's money from its payer to its merchant."""
    merchant = f"merchant:{intent['merchant_id']}:{intent['currency']}"
    return (intent["payer"], merchant, intent["amount_minor"], intent["currency"]) == (
        *(row["debit"], row["credit"], row["amount_minor"], row["currency"]),
    )
