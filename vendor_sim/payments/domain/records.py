"""Who and what the platform keeps besides intents."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from vendor_sim.payments.domain.lives import RefundEvent

if TYPE_CHECKING:
    from vendor_sim.payments.domain.lives import NoticeState, RefundState


class Role(StrEnum):
    """Who holds an API key: a merchant, or a wallet provider that acts for payers."""

    MERCHANT = "merchant"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Party:
    """A merchant or a provider.

    Attributes:
        key_hash: SHA-256 of the API key, in hexadecimal; the key itself is never kept.
        hook_url: Where notices go; None where none are wanted.
        hook_secrets: ``whsec_…`` texts; each notice is signed with all of them.
        suspended_at_ms: Since when the platform does not collect for this merchant.
        fee_ppm: What the platform keeps of a merchant's payments, in millionths.
    """

    role: Role
    id: str
    name: str
    key_hash: str
    hook_url: str | None
    hook_secrets: tuple[str, ...]
    suspended_at_ms: int | None
    fee_ppm: int = 0

    @property
    def suspended(self) -> bool:
        """Whether the platform refuses to collect."""
        return self.suspended_at_ms is not None

    @property
    def caller(self) -> str:
        """Who this is among all callers, for idempotency keys."""
        return f"{self.role}:{self.id}"


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose account it is, and which provider opened it."""

    account: str
    provider_id: str
    name: str
    currency: str


@dataclass(frozen=True, slots=True)
class Refund:
    """Money on its way back to the payer, or what became of it.

    Attributes:
        ends: How its time in transit will end, decided when it was accepted.
        fee_minor: The part of the platform's fee that the merchant got back with it.
        to_bank: Whether it arrives outside, at a bank, and not in the payer's account.
    """

    id: str
    intent_id: str
    amount_minor: int
    reason: str | None
    state: RefundState
    created_at_ms: int
    done_at_ms: int | None
    ends: RefundEvent = RefundEvent.ARRIVE
    fee_minor: int = 0
    to_bank: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to a party.

    Attributes:
        id: Constant over all attempts to deliver it.
        type: What it tells, in the words of its dialect.
        intent_id: What it is about.
        body: The exact text that is signed and sent.
        attempts: How often it was tried, resending by hand included.
        problem: Why it is dead.
        dialect: Whose envelope it goes in.
        url: Where it goes; None for the party's own hook.
    """

    id: str
    role: Role
    party_id: str
    type: str
    intent_id: str
    body: str
    occurred_at_ms: int
    state: NoticeState
    attempts: int
    done_at_ms: int | None
    problem: str | None
    dialect: str = "v1"
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to deliver a notice.

    Attributes:
        number: Counted from 1.
        status: What the hook answered; None where nothing came back.
        problem: Why it failed; None where it was delivered.
        headers: The signature headers as sent.
    """

    number: int
    at_ms: int
    status: int | None
    problem: str | None
    headers: dict[str, str]
