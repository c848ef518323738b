"""Rules about codes: those on screens, those that payers show, and the end of what they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import MINUTE_MS, PRESENTED_MS
from vendor_sim.world.audit.records import by, each, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_sim.world.audit.records import Records

_GRACE_MS = MINUTE_MS


def codes_replaced_in_turn(records: Records) -> Iterator[str]:
    """Every intent has one code, and each it had before died the moment the next was made."""
    codes = by(records.in_ledger("SELECT * FROM code ORDER BY issued_at_ms, token"), "intent_id")
    for intent in records.in_ledger("SELECT id FROM intent ORDER BY created_at_ms, id"):
        found = codes.pop((intent["id"],), [])
        made = sorted(row["issued_at_ms"] for row in found)
        died = sorted(row["replaced_at_ms"] for row in found if row["replaced_at_ms"] is not None)
        if len(died) != len(made) - 1 or died != made[1:]:
            yield f"{intent['id']} had codes made at {made}, replaced at {died}"
    for (intent_id,) in codes:
        yield f"a code of nothing known, {intent_id}"


def intents_close_in_time(records: Records) -> Iterator[str]:
    """What nobody has paid ends by itself when its time is over."""
    for intent in records.in_ledger("SELECT * FROM intent WHERE state = 'open' ORDER BY id"):
        if intent["close_at_ms"] + _GRACE_MS < records.now_ms:
            yield f"{told(intent, 'id', 'merchant_id', 'order_ref', 'close_at_ms')} is still open"


def reserved_for_one(records: Records) -> Iterator[str]:
    """What one payer was asked for, nobody else paid."""
    return each(
        records.in_ledger(
            """
            SELECT id, payer, reserved_for FROM intent
            WHERE reserved_for IS NOT NULL AND payer <> reserved_for ORDER BY id
            """
        )
    )


def presented_codes_used_once(records: Records) -> Iterator[str]:
    """A code that a payer showed was used in its minute, once, and by its own payer's money."""
    for row in records.in_ledger(
        """
        SELECT p.auth_code, p.account, p.issued_at_ms, p.valid_until_ms, p.intent_id,
               p.authorisation_id, i.payer, i.reserved_for, i.created_at_ms,
               i.authorisation_id AS paid_by
        FROM presented p LEFT JOIN intent i ON i.id = p.intent_id
        WHERE p.intent_id IS NOT NULL OR p.authorisation_id IS NOT NULL ORDER BY p.auth_code
        """
    ):
        free = row["authorisation_id"]
        if (
            row["valid_until_ms"] - row["issued_at_ms"] > PRESENTED_MS
            or row["payer"] not in {None, row["account"]}
            or (free is not None and free != row["paid_by"])
        ):
            yield told(row, "intent_id", "account", "payer", "authorisation_id", "paid_by")
