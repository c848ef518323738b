"""What the platform tells unasked: signed, so that nobody in between can have changed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.storage import outbox
from wallet import store
from wallet.domain import (
    Charge,
    CodeState,
    PayerCode,
    Receipt,
    Scan,
    Wallet,
    balance_in_doubt,
    balance_told,
    quoted,
)
from wallet.service.arrivals import put_refresh, take_in
from wallet.service.kit import code_key, keep_scan, keep_wallet, need_wallet
from wallet.service.watching import Watching

if TYPE_CHECKING:
    from sqlalchemy import Connection


class Notices(Watching):
    """The verb that takes in a notice, in one transaction."""

    def notice(
        self, notice_id: str, receipt: Receipt, told_at_ms: int, charge: Charge | None = None
    ) -> bool:
        """Take a genuine notice in: False where it was taken in before.

        Args:
            notice_id: Constant over the attempts to deliver it.
            receipt: What became of the money.
            told_at_ms: When it was so.
            charge: What a till took by a payment code, where that is what it is about. The payer
                was not asked for the amount, so nobody but the platform can say it; a notice is
                signed, and stands above whatever an answer said.

        Raises:
            Refused: ``not_found`` where no yes of this wallet provider has that id.
        """
        now_ms = self._clock.now_ms()

        def verb(cx: Connection) -> bool:
            scan = store.scan_by_authorisation(cx, receipt.authorisation)
            if scan is None and charge is not None:
                scan = self._charged(cx, charge, receipt, now_ms)
            if scan is None:
                raise Refused(Code.NOT_FOUND, "no yes of this provider has that id", "data.id")
            if store.seen(cx, notice_id, now_ms):
                return False
            take_in(cx, _billed(cx, scan, charge), receipt, now_ms)
            _take_balance(cx, need_wallet(cx, scan.wallet), receipt, told_at_ms, now_ms)
            return True

        return self._door.transact(verb)

    def _charged(
        self, cx: Connection, charge: Charge, receipt: Receipt, now_ms: int
    ) -> Scan | None:
        """The first word of it: nobody needs to ask any more what became of the code."""
        code = _shown(cx, charge)
        if code is None:
            return None
        outbox.drop(cx, code_key(code.id))
        return self.keep_charged(cx, code, charge.bill, receipt, now_ms)


def _shown(cx: Connection, charge: Charge) -> PayerCode | None:
    """The code of one of our wallets that was charged, if nobody knows yet what became of it."""
    wallet = store.wallet_of_account(cx, charge.account)
    codes = store.codes(cx, wallet.id) if wallet else []
    ready = [code for code in codes if code.state is CodeState.READY]
    return next((code for code in ready if code.auth_code == charge.auth_code), None)


def _billed(cx: Connection, scan: Scan, charge: Charge | None) -> Scan:
    after = scan if charge is None else quoted(scan, charge.bill)
    if after != scan:
        keep_scan(cx, after)
    return after


def _take_balance(
    cx: Connection, wallet: Wallet, receipt: Receipt, told_at_ms: int, now_ms: int
) -> None:
    """Notices may overtake each other: where this one may be the older, ask for the truth."""
    if balance_in_doubt(wallet, told_at_ms):
        put_refresh(cx, wallet, now_ms)
    told = balance_told(wallet, receipt.balance_minor, receipt.held_minor, told_at_ms)
    if told != wallet:
        keep_wallet(cx, told)
