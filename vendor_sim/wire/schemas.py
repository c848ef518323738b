"""The bodies of ``/v1``, as strict models: unknown fields refused, integers are integers.

Every ``…View`` is what is sent out; the others are what comes in. Amounts are minor units;
times are RFC 3339 in UTC.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vendor_sim.kernel.limits import (
    AMOUNT_MINOR_MAX,
    CODE_CHARS_MAX,
    ID_CHARS_MAX,
    PAY_WITHIN_MAX_MS,
    SECOND_MS,
    TEXT_CHARS_MAX,
)
from vendor_sim.kernel.problems import Code, Refused

Takes = Literal["hold", "at_once"]
DropWord = Literal["dropped", "jammed", "empty", "unsure"]
AmountMinor = Annotated[int, Field(gt=0, le=AMOUNT_MINOR_MAX, description="Minor units.")]
CurrencyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217, e.g. CNY.")]
Id = Annotated[str, Field(min_length=1, max_length=ID_CHARS_MAX, pattern=r"^[A-Za-z0-9_.:-]+$")]
Text = Annotated[str, Field(min_length=1, max_length=TEXT_CHARS_MAX)]
CodeText = Annotated[str, Field(min_length=1, max_length=CODE_CHARS_MAX)]
Url = Annotated[str, Field(max_length=TEXT_CHARS_MAX, pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$")]


class Body(BaseModel):
    """A body that comes in: strict types, no field that is not named here."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Empty(Body):
    """A body of ``{}``."""


class CreateIntent(Body):
    """Ask the platform to collect for one order."""

    order_ref: Id
    amount_minor: AmountMinor
    currency: CurrencyCode
    description: Text
    takes: Takes = "hold"
    pay_within_ms: Annotated[int, Field(ge=SECOND_MS, le=PAY_WITHIN_MAX_MS)] | None = None


class Fulfil(Body):
    """Tell the payer's wallet what became of the goods."""

    drop: DropWord


class CreateRefund(Body):
    """Give part or all of a capture back."""

    amount_minor: AmountMinor
    reason: Text | None = None


class OpenAccount(Body):
    """Open a payer account."""

    name: Text
    currency: CurrencyCode


class TopUp(Body):
    """Put demo money into a payer account."""

    amount_minor: AmountMinor


class ResolveCode(Body):
    """Ask what a scanned code is about."""

    code: CodeText
    account: Id


class Authorise(Body):
    """The payer says yes to exactly this amount."""

    code: CodeText
    account: Id
    amount_minor: AmountMinor
    currency: CurrencyCode


class Decline(Body):
    """The payer says no, or the wallet could not say yes."""

    code: CodeText
    account: Id


class PresentCode(Body):
    """Ask for a code that the payer holds in front of a merchant's scanner."""

    account: Id


class Attempt(BaseModel):
    """The last attempt to pay that came to nothing."""

    state: Literal["declined", "failed"]
    reason: str | None
    at: str


class IntentView(BaseModel):
    """The platform's promise to collect for one order."""

    id: str
    merchant: str
    merchant_name: str
    order_ref: str
    description: str
    amount_minor: int
    currency: str
    takes: Takes
    state: Literal["open", "authorised", "captured", "voided", "closed", "expired"]
    code: str
    pay_until: str
    hold_until: str | None
    captured_minor: int
    refunded_minor: int
    scanned: bool
    attempt: Attempt | None
    fulfilment: DropWord | None
    created_at: str
    version: int


class IntentPage(BaseModel):
    """A merchant's intents for one order, oldest first."""

    intents: list[IntentView]


class RefundView(BaseModel):
    """Money on its way back to the payer."""

    id: str
    intent: str
    amount_minor: int
    currency: str
    state: Literal["pending", "succeeded", "abnormal", "closed"]
    reason: str | None
    created_at: str
    done_at: str | None


class RefundPage(BaseModel):
    """What was given back of one capture, oldest first, and what that adds up to."""

    captured_minor: int
    refund_pending_minor: int
    refunded_minor: int
    refunds: list[RefundView]


class AccountView(BaseModel):
    """A payer's or merchant's account: posted balance, and what is pending out of it."""

    id: str
    name: str
    currency: str
    balance_minor: int
    held_minor: int
    available_minor: int


class CodeView(BaseModel):
    """What a payment code asks for."""

    intent: str
    merchant_name: str
    description: str
    amount_minor: int
    currency: str
    pay_until: str


class AuthorisationView(BaseModel):
    """A payer's yes and what became of the money, with the account as it stands now.

    ``auth_code`` is the payment code that a till read, where showing it was the yes.
    """

    id: str
    intent: str
    account: str
    auth_code: str | None
    merchant_name: str
    description: str
    amount_minor: int
    currency: str
    state: Literal["held", "captured", "voided", "expired"]
    refunded_minor: int
    refund_pending_minor: int
    fulfilment: DropWord | None
    balance_minor: int
    held_minor: int
    at: str


class PresentedView(BaseModel):
    """A code that a payer shows, and what became of it.

    While it is ``asking``, ``code`` is the payment's own code: the payer looks at it and says yes
    or no as to any code that was scanned. ``reason`` says why it ``failed``.
    """

    auth_code: str
    account: str
    valid_until: str
    state: Literal["ready", "asking", "paid", "failed", "expired"]
    code: str | None
    authorisation: AuthorisationView | None
    reason: str | None


class TransferView(BaseModel):
    """One movement in the books."""

    id: str
    kind: Literal["single", "pending", "post", "void", "expire"]
    code: str
    debit: str
    credit: str
    amount_minor: int
    currency: str
    pending_id: str | None
    reference: str
    at: str
    seq: int


class StatementLine(BaseModel):
    """One entry on one account."""

    transfer: str
    code: str
    reference: str
    delta_minor: int
    balance_minor: int
    at: str


class StatementView(BaseModel):
    """What was posted to an account between two instants; opening plus deltas is closing."""

    account: str
    currency: str
    opening_minor: int
    closing_minor: int
    lines: list[StatementLine]


class TransferPage(BaseModel):
    """Transfers of an account, newest first."""

    transfers: list[TransferView]


class NoticeView(BaseModel):
    """The body of a notification, by the Standard Webhooks specification.

    ``data`` is an :class:`IntentView` for merchants (types ``payment.*``, ``intent.*``), a
    :class:`RefundView` (``refund.succeeded``), or an :class:`AuthorisationView` for wallet
    providers (``authorisation.updated``).
    """

    type: str
    timestamp: str
    data: dict[str, Any]


M = TypeVar("M", bound=BaseModel)


def read(model: type[M], document: Any) -> M:
    """Validate a parsed document.

    Raises:
        Refused: ``invalid``, naming the first field that is wrong and what would be right.
    """
    try:
        return model.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "body"
        raise Refused(Code.INVALID, f"{where}: {first['msg']}", where) from None
