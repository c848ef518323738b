"""Rules about what may become of intents, holds and refunds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.world.audit.records import each, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from vendor_sim.world.audit.records import Records

_NEXT = {
    "hold": {
        "open": {"authorised", "closed", "expired"},
        "authorised": {"captured", "voided", "expired"},
    },
    "at_once": {"open": {"captured", "closed", "expired"}},
}
"""Where an intent may go from where it is; from all other states, nowhere."""
REFUND_NEXT = {"pending": {"succeeded", "abnormal", "closed"}, "abnormal": {"pending"}}
"""The same of a refund."""
_UNPAID = frozenset({"open", "closed", "expired"})
_PAID = {
    "hold": frozenset({"authorised", "captured", "voided", "expired"}),
    "at_once": frozenset({"captured"}),
}
_WHO_PAID = ("authorisation_id", "payer", "provider_id", "authorised_at_ms")


def intents_move_as_allowed(records: Records) -> Iterator[str]:
    """An intent is in a state that its life has, with all that belongs to it and nothing else."""
    for intent in records.in_ledger("SELECT * FROM intent ORDER BY created_at_ms, id"):
        problem = misfit(intent)
        if problem:
            yield f"{told(intent, 'id', 'takes', 'state', *_WHO_PAID, 'captured_minor')} {problem}"


def refunds_move_as_allowed(records: Records) -> Iterator[str]:
    """A refund that is over has an end after its beginning, and one on its way has none."""
    return each(
        records.in_ledger(
            """
            SELECT id, intent_id, state, created_at_ms, done_at_ms FROM refund
            WHERE (state IN ('succeeded', 'closed')) <> (done_at_ms IS NOT NULL)
               OR done_at_ms < created_at_ms ORDER BY created_at_ms, id
            """
        )
    )


def holds_last_as_promised(records: Records) -> Iterator[str]:
    """A hold lasts in the books until the instant that its merchant was told."""
    return each(
        records.in_ledger(
            """
            SELECT i.id, i.authorised_at_ms, i.hold_until_ms, t.expires_at_ms FROM intent i
            JOIN transfer t ON t.reference = i.id AND t.code = 'hold' AND t.kind = 'pending'
            WHERE i.hold_until_ms IS NULL OR t.expires_at_ms <> i.hold_until_ms
               OR i.authorised_at_ms >= i.hold_until_ms ORDER BY t.seq
            """
        )
    )


def may_become(takes: str, before: str, after: str) -> bool:
    """Whether an intent can have come from one state to another, by any number of moves."""
    return after in _reached(_NEXT[takes], before)


def refund_may_become(before: str, after: str) -> bool:
    """The same of a refund."""
    return after in _reached(REFUND_NEXT, before)


def misfit(intent: dict[str, Any]) -> str | None:
    """What does not belong to the state that an intent is in."""
    known = [name for name in _WHO_PAID if intent[name] is not None]
    state, takes = intent["state"], intent["takes"]
    if known and len(known) < len(_WHO_PAID):
        return "is paid by half"
    if state not in (_PAID[takes] if known else _UNPAID):
        return "is paid" if known else "is not paid"
    right_minor = intent["amount_minor"] if state == "captured" else 0
    return None if intent["captured_minor"] == right_minor else "took another amount"


def _reached(ways: dict[str, set[str]], first: str) -> set[str]:
    found, todo = {first}, [first]
    while todo:
        new = ways.get(todo.pop(), set()) - found
        found |= new
        todo.extend(new)
    return found
