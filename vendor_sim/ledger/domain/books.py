"""The words of the books: accounts, transfers, balances, entries.

Four counters an account: debits and credits, each pending and posted. A hold (a PENDING transfer)
counts against the limit of the payer at once, so that posting it can never fail for lack of funds.
A transfer never changes: POST, VOID and EXPIRE are transfers of their own that end a hold, and a
refund is one that goes backwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """Which side of an account a leg is on, and which side makes an account grow."""

    DEBIT = "debit"
    CREDIT = "credit"


class Kind(StrEnum):
    """What a transfer does: move money at once, hold it, or end a hold."""

    SINGLE = "single"
    PENDING = "pending"
    POST = "post"
    VOID = "void"
    EXPIRE = "expire"


class TransferCode(StrEnum):
    """Why money moves."""

    HOLD = "hold"
    SALE = "sale"
    REFUND = "refund"
    REFUND_DONE = "refund_done"
    TOP_UP = "top_up"
    FEE = "fee"
    FEE_RETURNED = "fee_returned"
    REFUND_CLOSED = "refund_closed"
    CORRECTION = "correction"


ENDS = frozenset({Kind.POST, Kind.VOID, Kind.EXPIRE})
"""The kinds that end a hold."""


@dataclass(frozen=True, slots=True)
class Account:
    """A place where money of one currency can be.

    Attributes:
        id: Chosen by whoever opens it.
        currency: ISO 4217.
        side: The side that makes it grow: CREDIT for what we owe, DEBIT for what we have.
        floor: Whether it may never be overdrawn, with what is held counting as gone.
    """

    id: str
    currency: str
    side: Side
    floor: bool


@dataclass(frozen=True, slots=True)
class Transfer:
    """One movement from an account to another; ``debit`` is where a payer's money comes from.

    Attributes:
        id: Chosen by the caller and stored there before it is sent: it makes a replay harmless.
        kind: What it does.
        code: Why.
        debit: The account whose debits grow.
        credit: The account whose credits grow.
        amount_minor: Positive minor units. A POST may take less than was held: the rest goes back.
        currency: ISO 4217; both accounts are of it.
        reference: What it is about, in the caller's words, for instance an intent's id.
        at_ms: When it was recorded.
        pending_id: For POST, VOID and EXPIRE, the hold that it ends.
        expires_at_ms: For PENDING, the instant from which on it cannot be posted any more.
        seq: Its place in the log; None until it is there.
    """

    id: str
    kind: Kind
    code: TransferCode
    debit: str
    credit: str
    amount_minor: int
    currency: str
    reference: str
    at_ms: int
    pending_id: str | None = None
    expires_at_ms: int | None = None
    seq: int | None = None


REPLAYED = (
    *("kind", "code", "debit", "credit", "amount_minor"),
    *("currency", "reference", "pending_id", "expires_at_ms"),
)
"""What makes a transfer the same as one told before; the time it was told is not."""


@dataclass(frozen=True, slots=True)
class Balance:
    """The four counters of an account, how many entries made them, and the hash of the last."""

    debits_pending: int = 0
    debits_posted: int = 0
    credits_pending: int = 0
    credits_posted: int = 0
    version: int = 0
    chain_hash: str = ""

    def posted(self, side: Side) -> int:
        """What is in an account that grows on this side, in minor units."""
        net = self.credits_posted - self.debits_posted
        return net if side is Side.CREDIT else -net

    def pending(self, side: Side) -> int:
        """What is on its way in (positive) or out (negative)."""
        net = self.credits_pending - self.debits_pending
        return net if side is Side.CREDIT else -net

    def held(self, side: Side) -> int:
        """What is on its way out."""
        return self.debits_pending if side is Side.CREDIT else self.credits_pending

    def available(self, side: Side) -> int:
        """What may still be taken out."""
        return self.posted(side) - self.held(side)


@dataclass(frozen=True, slots=True)
class Standing:
    """An account and how it stands."""

    account: Account
    balance: Balance


@dataclass(frozen=True, slots=True)
class Entry:
    """What one transfer did to one account.

    Amounts are signed in the account's own direction: what makes it grow is positive. So
    ``posted_after`` is its balance, and ``pending_after`` what is on its way in (+) or out (-).

    Attributes:
        transfer_id: The transfer.
        seq: The transfer's place in the log.
        account_id: The account.
        version: How many entries the account has with this one.
        side: Which leg of the transfer.
        pending_delta: Change of what is pending.
        posted_delta: Change of what is posted.
        posted_before: Posted, before.
        posted_after: Posted, after.
        pending_before: Pending, before.
        pending_after: Pending, after.
        at_ms: When it was recorded.
        chain_hash: Covers this entry, its transfer, and the hash before it.
    """

    transfer_id: str
    seq: int
    account_id: str
    version: int
    side: Side
    pending_delta: int
    posted_delta: int
    posted_before: int
    posted_after: int
    pending_before: int
    pending_after: int
    at_ms: int
    chain_hash: str = ""
