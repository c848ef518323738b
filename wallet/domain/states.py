"""The life of a scan as a table, and the words others see."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from vendor_sim.kernel.lifecycle import Lifecycle
from vendor_sim.kernel.problems import Code

if TYPE_CHECKING:
    from collections.abc import Mapping


class ScanState(StrEnum):
    """Where a scan stands."""

    READING = "reading"
    ASKING = "asking"
    APPROVED = "approved"
    UNANSWERED = "unanswered"
    HELD = "held"
    CAPTURED = "captured"
    RETURNED = "returned"
    DECLINED = "declined"
    REFUSED = "refused"


class ScanEvent(StrEnum):
    """What happens to a scan."""

    RESOLVE = "resolve"
    APPROVE = "approve"
    DECLINE = "decline"
    REFUSE = "refuse"
    GIVE_UP = "give_up"
    HOLD = "hold"
    CAPTURE = "capture"
    RETURN = "return"


_S, _E = ScanState, ScanEvent

SCAN: Lifecycle[ScanState, ScanEvent] = Lifecycle(
    name="scan",
    first=_S.READING,
    moves={
        (_S.READING, _E.RESOLVE): _S.ASKING,
        (_S.READING, _E.REFUSE): _S.REFUSED,
        (_S.ASKING, _E.APPROVE): _S.APPROVED,
        (_S.ASKING, _E.DECLINE): _S.DECLINED,
        (_S.ASKING, _E.REFUSE): _S.REFUSED,
        (_S.APPROVED, _E.HOLD): _S.HELD,
        (_S.APPROVED, _E.CAPTURE): _S.CAPTURED,
        (_S.APPROVED, _E.RETURN): _S.RETURNED,
        (_S.APPROVED, _E.REFUSE): _S.REFUSED,
        (_S.APPROVED, _E.GIVE_UP): _S.UNANSWERED,
        (_S.UNANSWERED, _E.HOLD): _S.HELD,
        (_S.UNANSWERED, _E.CAPTURE): _S.CAPTURED,
        (_S.UNANSWERED, _E.RETURN): _S.RETURNED,
        (_S.UNANSWERED, _E.REFUSE): _S.REFUSED,
        (_S.HELD, _E.CAPTURE): _S.CAPTURED,
        (_S.HELD, _E.RETURN): _S.RETURNED,
        (_S.CAPTURED, _E.RETURN): _S.RETURNED,
    },
)
"""The life of a scan. It ends returned, declined or refused, or stays captured for good."""

PUBLISHED: Mapping[ScanState, str] = {
    **{state: state.value for state in ScanState},
    _S.HELD: "paid",
    _S.CAPTURED: "paid",
}
"""What programs see: to them held and captured are both *paid*."""

REASONS = frozenset(
    {
        *(Code.INSUFFICIENT_FUNDS, Code.WRONG_PIN, Code.PIN_LOCKED, Code.EXPIRED, Code.CLOSED),
        *(Code.ALREADY_PAID, Code.UNKNOWN_CODE, Code.FOREIGN_CODE, Code.AMOUNT_CHANGED),
        *(Code.CURRENCY_MISMATCH, Code.MERCHANT_REFUSED, Code.UNAVAILABLE),
    }
)
"""Why a payment is refused: a closed list."""
