"""The platform's words in the wallet's own terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.kernel.clock import parse_rfc3339
from vendor_sim.kernel.problems import Code, Refused
from wallet.domain import Charge, Quote, Receipt

if TYPE_CHECKING:
    from vendor_sim.wire.schemas import AuthorisationView, CodeView


def quote_of(view: CodeView) -> Quote:
    """What a code asks for.

    Raises:
        Refused: ``unavailable`` where the instant cannot be read.
    """
    return Quote(
        intent=view.intent,
        merchant_name=view.merchant_name,
        description=view.description,
        amount_minor=view.amount_minor,
        currency=view.currency,
        pay_until_ms=instant_of(view.pay_until),
    )


def bill_of(view: AuthorisationView) -> Quote:
    """Who took how much for what, where a till took it; there is no more time to pay it in.

    Raises:
        Refused: ``unavailable`` where the instant cannot be read.
    """
    return Quote(
        intent=view.intent,
        merchant_name=view.merchant_name,
        description=view.description,
        amount_minor=view.amount_minor,
        currency=view.currency,
        pay_until_ms=instant_of(view.at),
    )


def charge_of(view: AuthorisationView) -> Charge | None:
    """What a till took by which payment code; None where the payer was asked.

    Raises:
        Refused: ``unavailable`` where the instant cannot be read.
    """
    return Charge(view.account, view.auth_code, bill_of(view)) if view.auth_code else None


def receipt_of(view: AuthorisationView) -> Receipt:
    """What became of a yes."""
    return Receipt(
        authorisation=view.id,
        state=view.state,
        refunded_minor=view.refunded_minor,
        refund_pending_minor=view.refund_pending_minor,
        fulfilment=view.fulfilment,
        balance_minor=view.balance_minor,
        held_minor=view.held_minor,
    )


def instant_of(text: str) -> int:
    """An instant in epoch milliseconds.

    Raises:
        Refused: ``unavailable`` where it cannot be read.
    """
    try:
        return parse_rfc3339(text)
    except ValueError as error:
        raise Refused(Code.UNAVAILABLE, str(error), "timestamp") from None
