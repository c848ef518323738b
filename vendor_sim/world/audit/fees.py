"""Rules about what the platform keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.world.audit.records import by, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from vendor_sim.world.audit.records import Records

_MILLION = 1_000_000
_INTENTS = """
    SELECT i.*, p.fee_ppm, 'merchant:' || i.merchant_id || ':' || i.currency AS merchant,
           'fees:' || i.currency AS fees
    FROM intent i JOIN party p ON p.role = 'merchant' AND p.id = i.merchant_id
    ORDER BY i.created_at_ms, i.id
"""
_BOOKED = "SELECT * FROM transfer WHERE code IN ('fee', 'fee_returned') ORDER BY seq"


def fees_as_agreed(records: Records) -> Iterator[str]:
    """A capture costs its merchant the agreed part, rounded half up, and nothing else costs."""
    for intent in records.in_ledger(_INTENTS):
        # Half up, in whole numbers: twice the part, plus one half, cut off.
        agreed = (2 * intent["captured_minor"] * intent["fee_ppm"] + _MILLION) // (2 * _MILLION)
        if intent["fee_minor"] != agreed:
            yield f"{told(intent, 'id', 'captured_minor', 'fee_ppm', 'fee_minor')}; agreed {agreed}"


def fees_returned_with_refunds(records: Records) -> Iterator[str]:
    """A refund brings its part of the fee back; the one that ends the capture, what is left."""
    refunds = by(records.in_ledger("SELECT * FROM refund ORDER BY created_at_ms, id"), "intent_id")
    for intent in records.in_ledger(_INTENTS):
        found = refunds.get((intent["id"],), [])
        back = sum(row["fee_minor"] for row in found)
        given = sum(row["amount_minor"] for row in found if row["state"] != "closed")
        complete = bool(found) and given == intent["captured_minor"]
        if (
            back != intent["fee_returned_minor"]
            or back > intent["fee_minor"]
            or (complete and back != intent["fee_minor"])
        ):
            yield f"{told(intent, 'id', 'fee_minor', 'fee_returned_minor')}; with refunds {back}"


def fees_match_books(records: Records) -> Iterator[str]:
    """Each fee left its merchant when the money came, and each part of it that came back did."""
    booked = by(records.in_ledger(_BOOKED), "reference")
    for intent in records.in_ledger(_INTENTS):
        found = booked.pop((intent["id"],), [])
        kept = _sum(found, "fee", intent["merchant"], intent["fees"])
        back = _sum(found, "fee_returned", intent["fees"], intent["merchant"])
        if (kept, back) != (intent["fee_minor"], intent["fee_returned_minor"]):
            yield f"{told(intent, 'id', 'fee_minor', 'fee_returned_minor')}; booked {kept}, {back}"
    for (reference,) in booked:
        yield f"the books hold a fee of nothing known, {reference}"


def _sum(rows: list[dict[str, Any]], code: str, debit: str, credit: str) -> int:
    path = (code, debit, credit)
    return sum(
        row["amount_minor"] for row in rows if (row["code"], row["debit"], row["credit"]) == path
    )
