"""Rules about notices: that there is one for every move, and that each is tried to its end."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import DAY_MS, HOUR_MS, MINUTE_MS, NOTICE_DELAYS_MS, SECOND_MS
from vendor_sim.world.audit.records import by, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from vendor_sim.world.audit.records import Records, Rows

_NOTICE_ENDS_MS = sum(NOTICE_DELAYS_MS) + DAY_MS
"""The /v1 schedule is the longest: three days against one day of the WeChat Pay dialect."""
_WECHAT_MS = (
    *(15 * SECOND_MS, 15 * SECOND_MS, 30 * SECOND_MS, 3 * MINUTE_MS, 10 * MINUTE_MS),
    *(20 * MINUTE_MS, 30 * MINUTE_MS, 30 * MINUTE_MS, 30 * MINUTE_MS, 60 * MINUTE_MS),
    *(3 * HOUR_MS, 3 * HOUR_MS, 3 * HOUR_MS, 6 * HOUR_MS, 6 * HOUR_MS),
)
"""What WeChat Pay documents, written down here once more: an auditor copies from nobody."""
_PAUSES_MS = {"v1": NOTICE_DELAYS_MS, "wechat_v3": _WECHAT_MS}
_WAY = {
    ("hold", "authorised"): ("payment.authorised",),
    ("hold", "captured"): ("payment.authorised", "payment.captured"),
    ("hold", "voided"): ("payment.authorised", "payment.voided"),
    ("hold", "expired"): ("hold.expired", "payment.authorised"),
    ("at_once", "captured"): ("payment.captured",),
}
"""What the merchant of a paid intent was told of its moves, in the order of the alphabet."""
_UNPAID = {"closed": ("intent.closed",), "expired": ("intent.expired",)}
_MOVES = """
    SELECT i.*, o.trade_type,
           CASE WHEN i.dialect = 'v1' THEN p.hook_url WHEN m.apiv3_key <> '' THEN o.notify_url END
               AS told_at
    FROM intent i JOIN party p ON p.role = 'merchant' AND p.id = i.merchant_id
    LEFT JOIN wechat_order o ON o.intent_id = i.id
    LEFT JOIN wechat_merchant m ON m.mchid = i.merchant_id ORDER BY i.created_at_ms, i.id
"""
"""With where the merchant is told: nowhere, where it gave no address, or no key to encrypt with."""
_TOLD = """
    SELECT intent_id, type, occurred_at_ms FROM notice WHERE role = 'merchant' AND type IN (
        'payment.authorised', 'payment.captured', 'payment.voided', 'intent.closed',
        'intent.expired', 'hold.expired', 'TRANSACTION.SUCCESS') ORDER BY type
"""
_NEVER_RESENT = """
    SELECT n.*, t.due_at_ms FROM notice n JOIN task t ON t.key = n.id AND t.attempt = n.attempts
    WHERE (SELECT COUNT(*) FROM task other WHERE other.key = n.id) = 1
    ORDER BY n.occurred_at_ms, n.id
"""
"""One task did all its attempts: no person began it anew, with its whole schedule."""


def notices_end(records: Records) -> Iterator[str]:
    """Every notice is delivered, or dead with its reason, or still tried; each try on record."""
    counts = {
        row["notice_id"]: row["tries"]
        for row in records.in_ledger(
            "SELECT notice_id, COUNT(*) AS tries FROM notice_attempt GROUP BY notice_id"
        )
    }
    waiting = {
        row["key"] for row in records.in_ledger("SELECT key FROM task WHERE done_at_ms IS NULL")
    }
    for notice in records.in_ledger("SELECT * FROM notice ORDER BY occurred_at_ms, id"):
        if (
            notice["attempts"] != counts.get(notice["id"], 0)
            or (notice["state"] == "dead" and not notice["problem"])
            or (notice["state"] == "waiting" and notice["id"] not in waiting)
            or _overdue(records, notice)
        ):
            yield told(notice, "id", "type", "state", "attempts", "problem")


def notices_tried_in_turn(records: Records) -> Iterator[str]:
    """A notice is tried again after its schedule's pauses, until it is taken or they are over."""
    tries = by(
        records.in_ledger("SELECT * FROM notice_attempt ORDER BY notice_id, number"), "notice_id"
    )
    for notice in records.in_ledger(_NEVER_RESENT):
        problem = _untimely(notice, tries.get((notice["id"],), []))
        if problem:
            yield f"{told(notice, 'id', 'type', 'dialect', 'state', 'attempts')} {problem}"


def moves_are_told(records: Records) -> Iterator[str]:
    """Each move of an intent became one notice to its merchant, and a payment that of its time."""
    told_of = by(records.in_ledger(_TOLD), "intent_id")
    for intent in records.in_ledger(_MOVES):
        found = told_of.get((intent["id"],), [])
        types = tuple(row["type"] for row in found)
        if intent["told_at"] is not None and types != _expected(intent):
            yield f"{told(intent, 'id', 'dialect', 'takes', 'state')} told {types}"
        paid = [row for row in found if row["type"] == _paid_word(intent)]
        if any(row["occurred_at_ms"] != intent["authorised_at_ms"] for row in paid):
            yield f"{told(intent, 'id', 'authorised_at_ms')}; told of {told(paid[0])}"


def _expected(intent: dict[str, Any]) -> tuple[str, ...]:
    paid = intent["authorisation_id"] is not None
    if intent["dialect"] != "v1":
        # Who charges a payment code has the answer in hand, and is told nothing.
        return ("TRANSACTION.SUCCESS",) if paid and intent["trade_type"] != "MICROPAY" else ()
    if paid:
        return _WAY.get((intent["takes"], intent["state"]), ())
    return _UNPAID.get(intent["state"], ())


def _paid_word(intent: dict[str, Any]) -> str:
    if intent["dialect"] != "v1":
        return "TRANSACTION.SUCCESS"
    return "payment.authorised" if intent["takes"] == "hold" else "payment.captured"


def _untimely(notice: dict[str, Any], tries: Rows) -> str | None:
    pauses_ms = _PAUSES_MS[notice["dialect"]]
    failed = [row for row in tries if row["problem"] is not None]
    over = notice["state"] == "dead"
    if [row["number"] for row in tries] != [*range(1, len(tries) + 1)]:
        return "is missing attempts"
    if len(tries) > len(pauses_ms) + 1 or over != (len(failed) == len(pauses_ms) + 1):
        return f"has {len(failed)} failed attempts of {len(pauses_ms) + 1}"
    if tries and (tries[-1]["problem"] is None) != (notice["state"] == "delivered"):
        return "is not as its last attempt ended"
    if any(row["problem"] is None for row in tries[:-1]):
        return "was tried again after it was taken"
    times_ms = [row["at_ms"] for row in tries]
    if notice["state"] == "waiting" and tries:
        times_ms.append(notice["due_at_ms"])
    gaps_ms = [later - earlier for earlier, later in pairwise(times_ms)]
    if any(gap_ms < pause_ms for gap_ms, pause_ms in zip(gaps_ms, pauses_ms, strict=False)):
        return f"was tried after {gaps_ms}"
    return None


def _overdue(records: Records, notice: dict[str, Any]) -> bool:
    return notice["state"] == "waiting" and records.had_time(
        notice["occurred_at_ms"], _NOTICE_ENDS_MS
    )
