"""What can go wrong, as one ordered list: when several apply, the first is told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """Problem codes, in order of precedence. Each has its HTTP status in :data:`STATUS`."""

    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    UNAUTHENTICATED = "unauthenticated"
    BAD_SIGNATURE = "bad_signature"
    STALE_TIMESTAMP = "stale_timestamp"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    INVALID = "invalid"
    KEY_REUSED = "idempotency_key_reused"
    UNKNOWN_SLOT = "unknown_slot"
    SOLD_OUT = "sold_out"
    BUSY = "busy"
    NOT_READY = "not_ready"
    FOREIGN_CODE = "foreign_code"
    UNKNOWN_CODE = "unknown_code"
    WRONG_PIN = "wrong_pin"
    PIN_LOCKED = "pin_locked"
    ALREADY_PAID = "already_paid"
    CLOSED = "closed"
    EXPIRED = "expired"
    WRONG_STATE = "wrong_state"
    CURRENCY_MISMATCH = "currency_mismatch"
    AMOUNT_CHANGED = "amount_changed"
    MERCHANT_REFUSED = "merchant_refused"
    OVER_REFUND = "over_refund"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    EXISTS = "exists"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"


STATUS: dict[Code, int] = {
    Code.MALFORMED: 400,
    Code.TOO_LARGE: 413,
    Code.UNAUTHENTICATED: 401,
    Code.BAD_SIGNATURE: 401,
    Code.STALE_TIMESTAMP: 401,
    Code.FORBIDDEN: 403,
    Code.NOT_FOUND: 404,
    Code.METHOD_NOT_ALLOWED: 405,
    Code.INVALID: 422,
    Code.KEY_REUSED: 409,
    Code.UNKNOWN_SLOT: 404,
    Code.SOLD_OUT: 409,
    Code.BUSY: 409,
    Code.NOT_READY: 409,
    Code.FOREIGN_CODE: 422,
    Code.UNKNOWN_CODE: 404,
    Code.WRONG_PIN: 403,
    Code.PIN_LOCKED: 403,
    Code.ALREADY_PAID: 409,
    Code.CLOSED: 409,
    Code.EXPIRED: 409,
    Code.WRONG_STATE: 409,
    Code.CURRENCY_MISMATCH: 409,
    Code.AMOUNT_CHANGED: 409,
    Code.MERCHANT_REFUSED: 403,
    Code.OVER_REFUND: 409,
    Code.INSUFFICIENT_FUNDS: 402,
    Code.EXISTS: 409,
    Code.UNAVAILABLE: 503,
    Code.INTERNAL: 500,
}
"""The HTTP status that goes with each code."""

TRANSIENT = frozenset({Code.BUSY, Code.NOT_READY, Code.PIN_LOCKED, Code.UNAVAILABLE})
"""The same request may succeed later, unchanged."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that went wrong.

    Attributes:
        code: Which kind, from the closed list.
        detail: What was wrong and what would be right, in one sentence.
        where: The field, header or parameter it is about, if it is about one.
    """

    code: Code
    detail: str
    where: str | None = None

    @property
    def transient(self) -> bool:
        """Whether the same request may succeed later."""
        return self.code in TRANSIENT

    @property
    def status(self) -> int:
        """The HTTP status to answer with."""
        return STATUS[self.code]


class Refused(Exception):  # noqa: N818 - it names what happened, as the glossary does
    """A request that is not carried out, with the reason. Nothing was written."""

    def __init__(self, code: Code, detail: str, where: str | None = None) -> None:
        super().__init__(detail)
        self.problem = Problem(code, detail, where)


def refuse(problem: Problem | None) -> None:
    """Raise a verdict of the domain, if it is one.

    Raises:
        Refused: There is a problem.
    """
    if problem is not None:
        raise Refused(problem.code, problem.detail, problem.where)
