"""What a wallet decides about a scan. Pure: facts in, facts out.

A scan is one code read by one wallet. What became of its money is told by the platform only; the
wallet never guesses: a yes that nobody answered is *unanswered* until somebody knows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from vendor_sim.kernel.limits import REQUEST_TIMEOUT_MS, WALLET_GIVES_UP_MS
from vendor_sim.kernel.problems import TRANSIENT, Code, Problem
from vendor_sim.wire.qr import Foreign, PaymentCode
from wallet.domain.states import REASONS, SCAN, ScanEvent, ScanState

_S, _E = ScanState, ScanEvent
_SAID_YES = frozenset({_S.APPROVED, _S.UNANSWERED, _S.HELD, _S.CAPTURED, _S.RETURNED})
_AWAITS_ANSWER = frozenset({_S.APPROVED, _S.UNANSWERED})
_UNCLEAR = TRANSIENT | {Code.INTERNAL}
_EVENT_OF = {"held": _E.HOLD, "captured": _E.CAPTURE, "voided": _E.RETURN, "expired": _E.RETURN}
_RANK = {_E.HOLD: 0, _E.CAPTURE: 1, _E.RETURN: 2}
_RANK_OF = {_S.HELD: 0, _S.CAPTURED: 1, _S.RETURNED: 2}


class Way(StrEnum):
    """How a payment came to a wallet. Only a machine's link leads to a drink for certain."""

    LINK = "link"
    WECHAT = "wechat"
    PRESENTED = "presented"


@dataclass(frozen=True, slots=True)
class Scan:
    """One code, read by one wallet; or one payment code of this wallet, read by a till.

    Attributes:
        code: The token; empty for a foreign code, whose text is nobody's business here.
        elsewhere: The address in the code where that is not our own.
        reason: Why it was refused, or ``unavailable`` while nobody answers.
        way: How it came.
        presented: The digits that the till read, where it came of a payment code.
    """

    id: str
    wallet: str
    code: str
    at_ms: int
    state: ScanState = SCAN.first
    elsewhere: str | None = None
    foreign: Foreign | None = None
    reason: Code | None = None
    intent: str | None = None
    merchant_name: str | None = None
    description: str | None = None
    amount_minor: int | None = None
    currency: str | None = None
    pay_until_ms: int | None = None
    authorisation: str | None = None
    approved_at_ms: int | None = None
    refunded_minor: int = 0
    refund_pending_minor: int = 0
    fulfilment: str | None = None
    way: Way = Way.LINK
    presented: str | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """What a code asks for, as the platform says."""

    intent: str
    merchant_name: str
    description: str
    amount_minor: int
    currency: str
    pay_until_ms: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a yes, as the platform says, with the account as it stood then."""

    authorisation: str
    state: str
    refunded_minor: int
    refund_pending_minor: int
    fulfilment: str | None
    balance_minor: int
    held_minor: int


# -- before the yes ---------------------------------------------------------------------------
def begin(
    scan_id: str,
    wallet_id: str,
    read: PaymentCode | Foreign,
    link_base: str,
    at_ms: int,
    *,
    way: Way = Way.LINK,
) -> Scan:
    """A scan of a text; one that is not a code of ours is refused at once, and kept out."""
    if isinstance(read, Foreign):
        scan = Scan(scan_id, wallet_id, "", at_ms, foreign=read)
        return refused(scan, Code.FOREIGN_CODE)
    elsewhere = read.base if read.base and read.base != link_base.rstrip("/") else None
    return Scan(scan_id, wallet_id, read.token, at_ms, elsewhere=elsewhere, way=way)


def resolved(scan: Scan, quote: Quote, wallet_currency: str, now_ms: int) -> Scan:
    """The platform said what the code asks for; ask the person, unless it cannot be paid."""
    scan = quoted(scan, quote)
    if now_ms >= quote.pay_until_ms:
        return refused(scan, Code.EXPIRED)
    if quote.currency != wallet_currency:
        return refused(scan, Code.CURRENCY_MISMATCH)
    return replace(scan, state=SCAN.next(scan.state, _E.RESOLVE))


def quoted(scan: Scan, quote: Quote) -> Scan:
    """The scan with what the platform says that it is about."""
    return replace(
        scan,
        intent=quote.intent,
        merchant_name=quote.merchant_name,
        description=quote.description,
        amount_minor=quote.amount_minor,
        currency=quote.currency,
        pay_until_ms=quote.pay_until_ms,
    )


def judge_approval(scan: Scan, now_ms: int) -> Problem | None:
    """Whether a yes can be given now. A yes that was given before may be given again."""
    if scan.state in _SAID_YES:
        return None
    if scan.reason is not None:
        return Problem(scan.reason, "this code cannot be paid any more")
    if scan.state is not _S.ASKING:
        return Problem(Code.WRONG_STATE, f"a {scan.state} scan cannot be approved")
    if now_ms >= (scan.pay_until_ms or 0):
        return Problem(Code.EXPIRED, "the time to pay this code is over")
    return None


def approved(scan: Scan, authorisation: str, now_ms: int) -> Scan:
    """The person said yes; a repeated yes changes nothing."""
    if scan.state in _SAID_YES:
        return scan
    return replace(
        scan,
        state=SCAN.next(scan.state, _E.APPROVE),
        authorisation=authorisation,
        approved_at_ms=now_ms,
    )


def declined(scan: Scan) -> Scan:
    """The person said no.

    Raises:
        IllegalMoveError: There is nothing to say no to.
    """
    return replace(scan, state=SCAN.next(scan.state, _E.DECLINE))


def refused(scan: Scan, code: Code) -> Scan:
    """It cannot be paid."""
    return replace(scan, state=SCAN.next(scan.state, _E.REFUSE), reason=reason_of(code))


def reason_of(code: Code) -> Code:
    """The reason, from the closed list, that a problem of the platform is told as."""
    if code is Code.WRONG_STATE:
        return Code.CLOSED
    return code if code in REASONS else Code.UNAVAILABLE


def unclear(code: Code) -> bool:
    """Whether after this answer nobody knows what was done, so that it must be asked again."""
    return code in _UNCLEAR


# -- after the yes ----------------------------------------------------------------------------
def gives_up_at_ms(scan: Scan) -> int:
    """When a person has watched the spinner for long enough."""
    since_ms = scan.at_ms if scan.approved_at_ms is None else scan.approved_at_ms
    return since_ms + WALLET_GIVES_UP_MS


def gave_up(scan: Scan) -> Scan:
    """Nobody answers: say so, and keep asking what became of the yes."""
    return replace(scan, state=SCAN.next(scan.state, _E.GIVE_UP), reason=Code.UNAVAILABLE)


def unheard_of(scan: Scan, now_ms: int) -> Scan:
    """The platform does not know the yes. That is final only when it can no longer arrive.

    The margin is for clocks that differ, and for a request that is still under way.
    """
    over_at_ms = (scan.pay_until_ms or 0) + REQUEST_TIMEOUT_MS
    if scan.state is _S.UNANSWERED and now_ms >= over_at_ms:
        return refused(scan, Code.UNAVAILABLE)
    return scan


def settled(scan: Scan, receipt: Receipt, *, asked: bool = False) -> Scan:
    """What the platform says became of the money. Old news, arriving late, changes nothing.

    Args:
        scan: What is known.
        receipt: What is told.
        asked: It answers a question put about the scan as it is known: that is how things stand,
            also where a refund was closed and its money is the merchant's again. A notice that
            takes a refund back may as well be an older one that was overtaken.
    """
    event = _event(scan, receipt)
    if not _is_news(scan, receipt, event, asked=asked):
        return scan
    can = SCAN.can(scan.state, event)
    fulfilment = receipt.fulfilment or scan.fulfilment
    if receipt.fulfilment == "unsure":
        fulfilment = scan.fulfilment or "unsure"
    return replace(
        scan,
        state=SCAN.next(scan.state, event) if can else scan.state,
        reason=None,
        refunded_minor=receipt.refunded_minor,
        refund_pending_minor=receipt.refund_pending_minor,
        fulfilment=fulfilment,
    )


def contradicts(scan: Scan, receipt: Receipt) -> bool:
    """Whether only an answer can tell if a notice is old, or says that a refund was closed."""
    as_answer = settled(scan, receipt, asked=True)
    return as_answer.refund_pending_minor < settled(scan, receipt).refund_pending_minor


def _event(scan: Scan, receipt: Receipt) -> ScanEvent:
    if scan.amount_minor is not None and receipt.refunded_minor >= scan.amount_minor:
        return _E.RETURN
    return _EVENT_OF[receipt.state]


def _is_news(scan: Scan, receipt: Receipt, event: ScanEvent, *, asked: bool) -> bool:
    if scan.state in _AWAITS_ANSWER:
        return True
    if scan.state not in _RANK_OF:
        return False
    rank, known_rank = _RANK[event], _RANK_OF[scan.state]
    if asked:
        return rank >= known_rank and receipt.refunded_minor >= scan.refunded_minor
    known = scan.refunded_minor + scan.refund_pending_minor
    told = receipt.refunded_minor + receipt.refund_pending_minor
    return (rank, told, receipt.refunded_minor) >= (known_rank, known, scan.refunded_minor)
