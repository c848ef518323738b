"""What a wallet decides about its own payment codes: 18 digits that a till scans to take money.

The platform makes a code and says what became of it; the wallet shows it and keeps asking. What
came of a code is a scan like any other (:mod:`wallet.domain.scans`), which remembers its digits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from vendor_sim.kernel.lifecycle import Lifecycle
from vendor_sim.kernel.limits import MINUTE_MS, SECOND_MS, WALLET_FOLLOWS_MAX_MS, WALLET_GIVES_UP_MS
from vendor_sim.kernel.problems import Code
from wallet.domain.scans import Way, approved, quoted, reason_of, refused, settled
from wallet.domain.states import SCAN, ScanEvent, ScanState

if TYPE_CHECKING:
    from wallet.domain.scans import Quote, Receipt, Scan

LOOK_MS = SECOND_MS
"""How often the platform is asked what became of a code that may be scanned at any moment."""
OUTCOME_SHOWN_MS = MINUTE_MS
"""What came of a code stays on its page this long; whoever opens the page later wants a new one."""


class CodeState(StrEnum):
    """Where a payment code stands."""

    WANTED = "wanted"
    READY = "ready"
    USED = "used"
    EXPIRED = "expired"
    REFUSED = "refused"


class CodeEvent(StrEnum):
    """What happens to a payment code."""

    ISSUE = "issue"
    REFUSE = "refuse"
    USE = "use"
    EXPIRE = "expire"


class Screen(StrEnum):
    """What a person sees who opens the page of the payment code."""

    NOTHING = "nothing"
    WANTED = "wanted"
    READY = "ready"
    REFUSED = "refused"
    OUTCOME = "outcome"


_S, _E = CodeState, CodeEvent
_UNDECIDED = frozenset({ScanState.READING, ScanState.ASKING, ScanState.APPROVED})

PAYER_CODE: Lifecycle[CodeState, CodeEvent] = Lifecycle(
    name="payment code",
    first=_S.WANTED,
    moves={
        (_S.WANTED, _E.ISSUE): _S.READY,
        (_S.WANTED, _E.REFUSE): _S.REFUSED,
        (_S.READY, _E.USE): _S.USED,
        (_S.READY, _E.EXPIRE): _S.EXPIRED,
    },
)
"""The life of a payment code. Ready, it ends by the platform's word only, never by our clock."""


@dataclass(frozen=True, slots=True)
class PayerCode:
    """One payment code of one wallet.

    Attributes:
        id: Also the idempotency key of asking for it, stored before anything is sent.
        number: Which one of this wallet it is, counted from 1.
        auth_code: The digits, from when the platform gave them.
        scan: What came while this code was the one on the screen: of it, or of the one before,
            scanned in its last moment. From then on it is not shown any more.
        reason: Why there are no digits.
    """

    id: str
    wallet: str
    number: int
    wanted_at_ms: int
    state: CodeState = PAYER_CODE.first
    auth_code: str | None = None
    valid_until_ms: int | None = None
    scan: str | None = None
    reason: Code | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """What a till took by a payment code: whose account, which code, and how much for what."""

    account: str
    auth_code: str
    bill: Quote


def issued(code: PayerCode, auth_code: str, valid_until_ms: int) -> PayerCode:
    """The platform gave the digits."""
    state = PAYER_CODE.next(code.state, _E.ISSUE)
    return replace(code, state=state, auth_code=auth_code, valid_until_ms=valid_until_ms)


def not_issued(code: PayerCode, reason: Code) -> PayerCode:
    """The platform gave none, or nobody answered for too long."""
    state = PAYER_CODE.next(code.state, _E.REFUSE)
    return replace(code, state=state, reason=reason_of(reason))


def ended(code: PayerCode, event: CodeEvent) -> PayerCode:
    """The platform said that somebody used it, or that nobody can any more."""
    return replace(code, state=PAYER_CODE.next(code.state, event))


def live(code: PayerCode, now_ms: int) -> bool:
    """Whether this is the code to show: it is on its way, or can still be used."""
    if code.scan is not None:
        return False
    if code.state is _S.READY:
        return now_ms < (code.valid_until_ms or 0)
    return code.state is _S.WANTED


def screen(code: PayerCode | None, outcome: Scan | None, now_ms: int) -> Screen:
    """What the page of a wallet's payment code shows.

    Args:
        code: The newest, if there is one.
        outcome: What came of it.
        now_ms: The instant.
    """
    if code is None:
        return Screen.NOTHING
    if outcome is not None:
        fresh = now_ms < outcome.at_ms + OUTCOME_SHOWN_MS
        return Screen.OUTCOME if fresh or outcome.state in _UNDECIDED else Screen.NOTHING
    if live(code, now_ms):
        return Screen(code.state.value)
    return Screen.REFUSED if code.state is _S.REFUSED else Screen.NOTHING


def asks_until_ms(code: PayerCode) -> int:
    """When a person has waited for a code for long enough."""
    return code.wanted_at_ms + WALLET_GIVES_UP_MS


def looks_again_at_ms(code: PayerCode, now_ms: int) -> int:
    """When to ask again what became of it: ever less often once it can no longer be used.

    It goes on until the platform says so: money may have moved in the code's last moment.
    """
    overdue_ms = now_ms - (code.valid_until_ms or 0)
    return now_ms + min(max(overdue_ms, LOOK_MS), WALLET_FOLLOWS_MAX_MS)


# -- what comes of it -------------------------------------------------------------------------
def presented(scan: Scan, auth_code: str) -> Scan:
    """The question of a till that read a payment code: the person has to say yes with the PIN."""
    return replace(scan, way=Way.PRESENTED, presented=auth_code)


def charged(scan: Scan, quote: Quote, receipt: Receipt) -> Scan:
    """The till took the money: showing it the code was the yes.

    Args:
        scan: As it begins, with the payment code's digits.
        quote: Who took how much for what.
        receipt: What became of the money.
    """
    asked = replace(quoted(scan, quote), state=SCAN.next(scan.state, ScanEvent.RESOLVE))
    return settled(approved(asked, receipt.authorisation, scan.at_ms), receipt)


def not_charged(scan: Scan, word: str | None) -> Scan:
    """The till tried and got nothing.

    Args:
        scan: As it begins, with the payment code's digits.
        word: The platform's reason; one that is not on the list is told in general terms.
    """
    code = next((code for code in Code if code.value == word), Code.MERCHANT_REFUSED)
    return refused(scan, code)
