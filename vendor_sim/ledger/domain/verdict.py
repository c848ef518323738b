"""Whether a transfer may happen. When several things are wrong, the first in ``Code`` is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import AMOUNT_MINOR_MAX, COUNTER_MINOR_MAX, TEXT_CHARS_MAX
from vendor_sim.kernel.problems import Code, Problem
from vendor_sim.ledger.domain.books import ENDS, Kind, Side

if TYPE_CHECKING:
    from vendor_sim.ledger.domain.books import Account, Balance, Standing, Transfer


def judge(
    transfer: Transfer,
    debit: Standing,
    credit: Standing,
    pending: Transfer | None = None,
    ended_by: Kind | None = None,
) -> Problem | None:
    """Whether a transfer may happen. A refused one leaves nothing, and its id may be used again.

    Args:
        transfer: What is asked.
        debit: The account named as ``debit``, and how it stands.
        credit: The account named as ``credit``, and how it stands.
        pending: The transfer named as ``pending_id``, where there is one.
        ended_by: What has ended that hold already.
    """
    if pending is None and transfer.pending_id is not None:
        return Problem(Code.NOT_FOUND, f"no transfer {transfer.pending_id!r}", "pending_id")
    return (
        _judge_form(transfer)
        or _judge_counters(transfer, debit.balance, credit.balance)
        or (pending and _judge_end(transfer, pending, ended_by))
        or _judge_currency(transfer, debit.account, credit.account)
        or _judge_floor(transfer, debit, Side.DEBIT)
        or _judge_floor(transfer, credit, Side.CREDIT)
    )


def _judge_form(transfer: Transfer) -> Problem | None:
    amount = transfer.amount_minor
    if type(amount) is not int or not 0 < amount <= AMOUNT_MINOR_MAX:
        return _invalid(f"the amount is 1 to {AMOUNT_MINOR_MAX} minor units", "amount_minor")
    if not 0 < len(transfer.id) <= TEXT_CHARS_MAX or not transfer.id.isprintable():
        return _invalid(f"the id is 1 to {TEXT_CHARS_MAX} printable characters", "id")
    if len(transfer.reference) > TEXT_CHARS_MAX or not transfer.reference.isprintable():
        return _invalid(f"the reference is up to {TEXT_CHARS_MAX} printable ones", "reference")
    if transfer.debit == transfer.credit:
        return _invalid("debit and credit are different accounts", "credit")
    if (transfer.kind in ENDS) != (transfer.pending_id is not None):
        return _invalid("pending_id goes with post, void and expire only", "pending_id")
    return _judge_expiry(transfer)


def _judge_expiry(transfer: Transfer) -> Problem | None:
    expires_at_ms = transfer.expires_at_ms
    if (transfer.kind is Kind.PENDING) != (expires_at_ms is not None):
        return _invalid("a hold has an end, and nothing else has", "expires_at_ms")
    if expires_at_ms is not None and expires_at_ms <= transfer.at_ms:
        return _invalid("a hold ends later than it begins", "expires_at_ms")
    return None


def _judge_counters(transfer: Transfer, debit: Balance, credit: Balance) -> Problem | None:
    fullest = max(
        debit.debits_posted + debit.debits_pending, credit.credits_posted + credit.credits_pending
    )
    if transfer.kind not in ENDS and fullest + transfer.amount_minor > COUNTER_MINOR_MAX:
        return _invalid("an account cannot count that far", "amount_minor")
    return None


def _judge_end(transfer: Transfer, pending: Transfer, ended_by: Kind | None) -> Problem | None:
    if pending.kind is not Kind.PENDING or pending.expires_at_ms is None:
        return _invalid(f"{pending.id!r} is no hold but a {pending.kind}", "pending_id")
    for where in ("debit", "credit"):
        if getattr(transfer, where) != getattr(pending, where):
            return _invalid(f"the hold's {where} is {getattr(pending, where)!r}", where)
    least = 1 if transfer.kind is Kind.POST else pending.amount_minor
    if not least <= transfer.amount_minor <= pending.amount_minor:
        return _invalid(f"the hold is of {pending.amount_minor} minor units", "amount_minor")
    if ended_by is not None:
        return Problem(Code.WRONG_STATE, f"the hold has ended already, by {ended_by}", "pending_id")
    return _judge_time(transfer, pending.expires_at_ms)


def _judge_time(transfer: Transfer, expires_at_ms: int) -> Problem | None:
    # A void is welcome at any time: it and an expiry let go of the same money.
    if transfer.kind is Kind.POST and transfer.at_ms >= expires_at_ms:
        return Problem(Code.EXPIRED, "the hold has expired", "pending_id")
    if transfer.kind is Kind.EXPIRE and transfer.at_ms < expires_at_ms:
        return Problem(Code.WRONG_STATE, "the hold has not expired yet", "pending_id")
    return None


def _judge_currency(transfer: Transfer, *accounts: Account) -> Problem | None:
    for account in accounts:
        if account.currency != transfer.currency:
            detail = f"{account.id!r} is kept in {account.currency}, not in {transfer.currency}"
            return Problem(Code.CURRENCY_MISMATCH, detail, "currency")
    return None


def _judge_floor(transfer: Transfer, standing: Standing, grows: Side) -> Problem | None:
    # Ending a hold cannot fail here: it was counted in full when it was made.
    account = standing.account
    if not account.floor or account.side is grows or transfer.kind in ENDS:
        return None
    if standing.balance.available(account.side) >= transfer.amount_minor:
        return None
    return Problem(Code.INSUFFICIENT_FUNDS, f"{account.id!r} has too little for this")


def _invalid(detail: str, where: str) -> Problem:
    return Problem(Code.INVALID, detail, where)
