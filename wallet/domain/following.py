"""Where the money of a scan is, and what the wallet still waits to be told of it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import WALLET_FOLLOWS_FOR_MS
from wallet.domain.states import ScanState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wallet.domain.scans import Scan

_S = ScanState
_MONEY_OF: Mapping[ScanState, str] = {
    **dict.fromkeys(ScanState, "none"),
    _S.APPROVED: "unknown",
    _S.UNANSWERED: "unknown",
    _S.HELD: "held",
    _S.CAPTURED: "taken",
    _S.RETURNED: "returned",
}


class Wait(StrEnum):
    """What a wallet that follows a scan waits for."""

    ANSWER = "answer"
    """What became of the yes, or of the hold."""
    REFUND = "refund"
    """The end of a refund: the platform tells it, unless the refund never comes to one."""
    GOODS = "goods"
    """Word of the goods, which many a merchant never gives."""


def money(scan: Scan) -> str:
    """Where the money of a scan is: none, unknown, held, taken, returning or returned."""
    if scan.state is _S.CAPTURED and scan.refund_pending_minor:
        return "returning"
    return _MONEY_OF[scan.state]


def follows(scan: Scan, now_ms: int) -> bool:
    """Whether there is something the wallet must still learn, and asks for if nobody tells."""
    if scan.state in {_S.UNANSWERED, _S.HELD} or scan.refund_pending_minor:
        return True
    if scan.state is not _S.CAPTURED or scan.fulfilment == "dropped":
        return False
    return now_ms < (scan.approved_at_ms or 0) + WALLET_FOLLOWS_FOR_MS


def waits_for(scan: Scan) -> Wait:
    """What it is that the wallet must still learn, where it follows the scan."""
    if scan.state is not _S.CAPTURED:
        return Wait.ANSWER
    return Wait.REFUND if scan.refund_pending_minor else Wait.GOODS
