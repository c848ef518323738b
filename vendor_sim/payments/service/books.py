"""How payments stand in the books: which accounts there are, and which transfer does what."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.ledger import Account, Kind, Ledger, Side, Transfer, TransferCode
from vendor_sim.payments.domain import Takes

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vendor_sim.ledger import Balance
    from vendor_sim.payments.domain import Intent, Refund


def merchant_account(merchant_id: str, currency: str) -> Account:
    """What we owe a merchant."""
    return Account(f"merchant:{merchant_id}:{currency}", currency, Side.CREDIT, floor=True)


def payer_account(account_id: str, currency: str) -> Account:
    """What we owe a payer."""
    return Account(account_id, currency, Side.CREDIT, floor=True)


def transit_account(currency: str) -> Account:
    """Refunds accepted that have not reached their payers yet."""
    return Account(f"transit:refunds:{currency}", currency, Side.CREDIT, floor=True)


def funding_account(currency: str) -> Account:
    """Where the money of top-ups comes from: the world outside."""
    return Account(f"funding:{currency}", currency, Side.DEBIT, floor=False)


def fees_account(currency: str) -> Account:
    """What the platform kept of what it collected; it gives back no more than that."""
    return Account(f"fees:{currency}", currency, Side.CREDIT, floor=True)


def owner_of(account_id: str) -> str | None:
    """The merchant whose account this is; None where it is no merchant's."""
    owner = account_id.removeprefix("merchant:").rpartition(":")[0]
    return owner if owner and account_id.startswith("merchant:") else None


class Books:
    """The ledger in this platform's words. Every verb works in its caller's transaction."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def pay(self, cx: Connection, intent: Intent, now_ms: int) -> None:
        """Hold or take what a payer said yes to; what is taken costs its fee at once.

        Args:
            cx: The transaction.
            intent: As it will be, the yes included.
            now_ms: When.

        Raises:
            Refused: ``insufficient_funds``; ``currency_mismatch``.
        """
        holds = intent.takes is Takes.HOLD
        merchant = merchant_account(intent.merchant_id, intent.currency)
        transfer = Transfer(
            id=f"{intent.authorisation_id}:{'hold' if holds else 'sale'}",
            kind=Kind.PENDING if holds else Kind.SINGLE,
            code=TransferCode.HOLD if holds else TransferCode.SALE,
            debit=str(intent.payer),
            credit=merchant.id,
            amount_minor=intent.amount_minor,
            currency=intent.currency,
            reference=intent.id,
            at_ms=now_ms,
            expires_at_ms=intent.hold_until_ms,
        )
        self._submit(cx, transfer, merchant)
        self._charge_fee(cx, intent, now_ms)

    def capture(self, cx: Connection, intent: Intent, now_ms: int) -> None:
        """Post the hold of an intent, and take its fee.

        Args:
            cx: The transaction.
            intent: As it will be, the fee included.
            now_ms: When.
        """
        self._end(cx, intent, Kind.POST, now_ms)
        self._charge_fee(cx, intent, now_ms)

    def void(self, cx: Connection, intent: Intent, now_ms: int) -> None:
        """Drop the hold of an intent."""
        self._end(cx, intent, Kind.VOID, now_ms)

    def expire(self, cx: Connection, intent: Intent, now_ms: int) -> None:
        """Let the hold of an intent go because nobody captured it in time."""
        self._end(cx, intent, Kind.EXPIRE, now_ms)

    def accept_refund(self, cx: Connection, intent: Intent, refund: Refund) -> None:
        """Take a refund from the merchant; it rests in transit. Its part of the fee comes first.

        Raises:
            Refused: ``insufficient_funds``, where the merchant has less than that; nothing moved.
        """
        now_ms = refund.created_at_ms
        merchant = merchant_account(intent.merchant_id, intent.currency)
        if refund.fee_minor:
            self._return_fee(cx, intent, refund)
        move = _refund(intent, refund, TransferCode.REFUND, now_ms)
        transit = transit_account(intent.currency)
        self._submit(cx, replace(move, debit=merchant.id, credit=transit.id), transit)

    def finish_refund(self, cx: Connection, intent: Intent, refund: Refund, now_ms: int) -> None:
        """Give a refund in transit to the payer, or to a bank outside."""
        payee = str(intent.payer)
        if refund.to_bank:
            outside = funding_account(intent.currency)
            payee = self.ledger.open_account(cx, outside, now_ms).id
        move = _refund(intent, refund, TransferCode.REFUND_DONE, now_ms)
        transit = transit_account(intent.currency)
        self.ledger.submit(cx, replace(move, debit=transit.id, credit=payee))

    def close_refund(self, cx: Connection, intent: Intent, refund: Refund, now_ms: int) -> None:
        """Give a refund in transit back to the merchant; what it got of the fee stays there."""
        merchant = merchant_account(intent.merchant_id, intent.currency)
        move = _refund(intent, refund, TransferCode.REFUND_CLOSED, now_ms)
        transit = transit_account(intent.currency)
        self.ledger.submit(cx, replace(move, debit=transit.id, credit=merchant.id))

    def top_up(
        self, cx: Connection, account: Account, amount_minor: int, transfer_id: str, now_ms: int
    ) -> None:
        """Put money from outside into an account.

        Raises:
            Refused: ``invalid``, where the account cannot count that far.
        """
        funding = self.ledger.open_account(cx, funding_account(account.currency), now_ms)
        transfer = Transfer(
            id=transfer_id,
            kind=Kind.SINGLE,
            code=TransferCode.TOP_UP,
            debit=funding.id,
            credit=account.id,
            amount_minor=amount_minor,
            currency=account.currency,
            reference=account.id,
            at_ms=now_ms,
        )
        self.ledger.submit(cx, transfer)

    def payer(self, cx: Connection, account_id: str, currency: str) -> tuple[Account, Balance]:
        """A payer's account and how it stands."""
        return payer_account(account_id, currency), self.ledger.balance(cx, account_id)

    def _end(self, cx: Connection, intent: Intent, kind: Kind, now_ms: int) -> None:
        transfer = Transfer(
            id=f"{intent.authorisation_id}:{kind}",
            kind=kind,
            code=TransferCode.SALE if kind is Kind.POST else TransferCode.HOLD,
            debit=str(intent.payer),
            credit=merchant_account(intent.merchant_id, intent.currency).id,
            amount_minor=intent.amount_minor,
            currency=intent.currency,
            reference=intent.id,
            at_ms=now_ms,
            pending_id=f"{intent.authorisation_id}:hold",
        )
        self.ledger.submit(cx, transfer)

    def _charge_fee(self, cx: Connection, intent: Intent, now_ms: int) -> None:
        if not intent.fee_minor:
            return
        fees = fees_account(intent.currency)
        transfer = Transfer(
            id=f"{intent.authorisation_id}:fee",
            kind=Kind.SINGLE,
            code=TransferCode.FEE,
            debit=merchant_account(intent.merchant_id, intent.currency).id,
            credit=fees.id,
            amount_minor=intent.fee_minor,
            currency=intent.currency,
            reference=intent.id,
            at_ms=now_ms,
        )
        self._submit(cx, transfer, fees)

    def _return_fee(self, cx: Connection, intent: Intent, refund: Refund) -> None:
        """Give a part of the fee back, where the refund that needs it can be carried out after."""
        merchant = merchant_account(intent.merchant_id, intent.currency)
        available_minor = self.ledger.balance(cx, merchant.id).available(merchant.side)
        if available_minor + refund.fee_minor < refund.amount_minor:
            raise Refused(Code.INSUFFICIENT_FUNDS, f"{merchant.id!r} has too little for this")
        move = _refund(intent, refund, TransferCode.FEE_RETURNED, refund.created_at_ms)
        debit = fees_account(intent.currency).id
        amount_minor = refund.fee_minor
        fee = replace(move, debit=debit, credit=merchant.id, amount_minor=amount_minor)
        self.ledger.submit(cx, fee)

    def _submit(self, cx: Connection, transfer: Transfer, credited: Account) -> None:
        """Carry a transfer out, to an account that is opened by what it first gets."""
        try:
            self.ledger.submit(cx, transfer)
        except Refused as refused:
            # Looking for the account before each transfer would cost all of them a statement.
            if (refused.problem.code, refused.problem.where) != (Code.NOT_FOUND, "credit"):
                raise
            self.ledger.open_account(cx, credited, transfer.at_ms)
            self.ledger.submit(cx, transfer)


_WORDS = {
    TransferCode.REFUND: "accepted",
    TransferCode.REFUND_DONE: "done",
    TransferCode.REFUND_CLOSED: "closed",
    TransferCode.FEE_RETURNED: "fee",
}


def _refund(intent: Intent, refund: Refund, code: TransferCode, now_ms: int) -> Transfer:
    """A movement of a refund, but for its accounts."""
    return Transfer(
        id=f"{refund.id}:{_WORDS[code]}",
        kind=Kind.SINGLE,
        code=code,
        debit="",
        credit="",
        amount_minor=refund.amount_minor,
        currency=intent.currency,
        reference=intent.id,
        at_ms=now_ms,
    )
