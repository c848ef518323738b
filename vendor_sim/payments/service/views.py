"""What the platform shows: the shapes of ``wire/schemas.py``, written straight from the domain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.clock import rfc3339
from vendor_sim.payments.domain import IntentState
from vendor_sim.wire import qr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vendor_sim.ledger import Account, Balance, Entry, Transfer
    from vendor_sim.payments.domain import Intent, Presented, PresentedState, Refund

Json = dict[str, Any]
WECHAT = "wechat_v3"
"""The dialect whose codes are no links of ours."""

_AUTHORISATION = {IntentState.AUTHORISED: "held"}


def intent_view(intent: Intent, merchant_name: str, link_base: str) -> Json:
    """An ``IntentView``."""
    return {
        "id": intent.id,
        "merchant": intent.merchant_id,
        "merchant_name": merchant_name,
        "order_ref": intent.order_ref,
        "description": intent.description,
        "amount_minor": intent.amount_minor,
        "currency": intent.currency,
        "takes": intent.takes,
        "state": intent.state,
        "code": code_text(intent, link_base),
        "pay_until": rfc3339(intent.pay_until_ms),
        "hold_until": _time(intent.hold_until_ms),
        "captured_minor": intent.captured_minor,
        "refunded_minor": intent.refunded_minor,
        "scanned": intent.scanned_at_ms is not None,
        "attempt": _attempt(intent),
        "fulfilment": intent.fulfilment,
        "created_at": rfc3339(intent.created_at_ms),
        "version": intent.version,
    }


def code_text(intent: Intent, link_base: str) -> str:
    """What stands in the intent's code: a link to the wallet, or the text its dialect has."""
    if intent.dialect == WECHAT:
        return qr.encode_wechat(intent.token)
    return qr.encode(link_base, intent.token)


def code_view(intent: Intent, merchant_name: str) -> Json:
    """A ``CodeView``."""
    return {
        "intent": intent.id,
        "merchant_name": merchant_name,
        "description": intent.description,
        "amount_minor": intent.amount_minor,
        "currency": intent.currency,
        "pay_until": rfc3339(intent.pay_until_ms),
    }


def authorisation_view(
    intent: Intent, merchant_name: str, auth_code: str | None, account: Account, balance: Balance
) -> Json:
    """An ``AuthorisationView`` of an intent that was authorised."""
    return {
        "id": intent.authorisation_id,
        "intent": intent.id,
        "account": intent.payer,
        "auth_code": auth_code,
        "merchant_name": merchant_name,
        "description": intent.description,
        "amount_minor": intent.amount_minor,
        "currency": intent.currency,
        "state": _AUTHORISATION.get(intent.state, intent.state.value),
        "refunded_minor": intent.refunded_minor,
        "refund_pending_minor": intent.refund_pending_minor,
        "fulfilment": intent.fulfilment,
        "balance_minor": balance.posted(account.side),
        "held_minor": balance.held(account.side),
        "at": _time(intent.authorised_at_ms),
    }


def presented_view(
    presented: Presented,
    stands: tuple[PresentedState, str | None],
    code: str | None,
    authorisation: Json | None,
) -> Json:
    """A ``PresentedView``."""
    return {
        "auth_code": presented.auth_code,
        "account": presented.account,
        "valid_until": rfc3339(presented.valid_until_ms),
        "state": stands[0],
        "code": code,
        "authorisation": authorisation,
        "reason": stands[1],
    }


def refund_view(refund: Refund, currency: str) -> Json:
    """A ``RefundView``."""
    return {
        "id": refund.id,
        "intent": refund.intent_id,
        "amount_minor": refund.amount_minor,
        "currency": currency,
        "state": refund.state,
        "reason": refund.reason,
        "created_at": rfc3339(refund.created_at_ms),
        "done_at": _time(refund.done_at_ms),
    }


def refunds_view(intent: Intent, refunds: Iterable[Refund]) -> Json:
    """A ``RefundPage``."""
    return {
        "captured_minor": intent.captured_minor,
        "refund_pending_minor": intent.refund_pending_minor,
        "refunded_minor": intent.refunded_minor,
        "refunds": [refund_view(refund, intent.currency) for refund in refunds],
    }


def account_view(account: Account, balance: Balance, name: str) -> Json:
    """An ``AccountView``."""
    return {
        "id": account.id,
        "name": name,
        "currency": account.currency,
        "balance_minor": balance.posted(account.side),
        "held_minor": balance.held(account.side),
        "available_minor": balance.available(account.side),
    }


def transfer_view(transfer: Transfer) -> Json:
    """A ``TransferView``."""
    return {
        "id": transfer.id,
        "kind": transfer.kind,
        "code": transfer.code,
        "debit": transfer.debit,
        "credit": transfer.credit,
        "amount_minor": transfer.amount_minor,
        "currency": transfer.currency,
        "pending_id": transfer.pending_id,
        "reference": transfer.reference,
        "at": rfc3339(transfer.at_ms),
        "seq": transfer.seq,
    }


def statement_line(entry: Entry, transfer: Transfer) -> Json:
    """A ``StatementLine``."""
    return {
        "transfer": transfer.id,
        "code": transfer.code,
        "reference": transfer.reference,
        "delta_minor": entry.posted_delta,
        "balance_minor": entry.posted_after,
        "at": rfc3339(entry.at_ms),
    }


def _time(at_ms: int | None) -> str | None:
    return None if at_ms is None else rfc3339(at_ms)


def _attempt(intent: Intent) -> Json | None:
    if intent.attempt_state is None:
        return None
    return {
        "state": intent.attempt_state,
        "reason": intent.attempt_reason,
        "at": _time(intent.attempt_at_ms),
    }
