"""What comes of a payment code that is shown: the platform says, and the wallet keeps asking."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vendor_sim.kernel.ids import new_id
from vendor_sim.storage import outbox
from vendor_sim.wire import qr
from wallet import store
from wallet.domain import (
    CodeEvent,
    CodeState,
    PayerCode,
    Quote,
    Receipt,
    Scan,
    balance_told,
    begin,
    charged,
    ended,
    looks_again_at_ms,
    not_charged,
    presented,
)
from wallet.service.arrivals import put_follow
from wallet.service.codes import Codes, keep_code
from wallet.service.kit import keep_scan, keep_wallet, need_wallet
from wallet.service.scans import add_scan

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from vendor_sim.storage.outbox import Task


class Watching(Codes):
    """The verbs that take in what became of a code. Each is one transaction.

    A notice may have told it while the wallet asked: then the answer changes nothing but the task.
    """

    def code_unchanged(self, task: Task, problem: str, now_ms: int) -> None:
        """Nothing came of it yet, as far as anybody says: look again."""

        def verb(cx: Connection) -> None:
            code = _watched(cx, task)
            if code is not None:
                outbox.retry(cx, task, looks_again_at_ms(code, now_ms), problem)

        self._door.transact(verb)

    def code_expired(self, task: Task, now_ms: int) -> None:
        """Nobody used it, and nobody can any more."""
        self._ends(task, now_ms, lambda cx, code: keep_code(cx, ended(code, CodeEvent.EXPIRE)))

    def code_asked(self, task: Task, text: str, now_ms: int) -> None:
        """A till read it, and the payer has to say yes: a scan of the intent's own code."""
        read = qr.decode(text)
        if not isinstance(read, qr.PaymentCode):
            self.code_unchanged(task, "a question without a code", now_ms)
            return

        def asked(cx: Connection, code: PayerCode) -> None:
            _use(cx, code)
            known = store.open_scan(cx, code.wallet, read.token)
            if known is not None:
                keep_scan(cx, presented(known, code.auth_code or ""))
                _put_away(cx, code.wallet, known.id)
                return
            scan_id = new_id(self._ids, "sc")
            scan = begin(scan_id, code.wallet, read, self._link_base, now_ms)
            add_scan(cx, presented(scan, code.auth_code or ""), now_ms)
            _put_away(cx, code.wallet, scan_id)

        self._ends(task, now_ms, asked)

    def code_paid(self, task: Task, bill: Quote, receipt: Receipt, now_ms: int) -> None:
        """A till read it and took the money."""

        def paid(cx: Connection, code: PayerCode) -> None:
            self.keep_charged(cx, code, bill, receipt, now_ms)
            wallet, at_ms = need_wallet(cx, code.wallet), self._clock.now_ms()
            told = balance_told(wallet, receipt.balance_minor, receipt.held_minor, at_ms)
            keep_wallet(cx, told)

        self._ends(task, now_ms, paid)

    def code_failed(self, task: Task, word: str | None, now_ms: int) -> None:
        """A till read it and got nothing."""

        def failed(cx: Connection, code: PayerCode) -> None:
            _use(cx, code)
            scan = not_charged(self._of_till(code, now_ms), word)
            add_scan(cx, scan, now_ms)
            _put_away(cx, code.wallet, scan.id)

        self._ends(task, now_ms, failed)

    def keep_charged(
        self, cx: Connection, code: PayerCode, bill: Quote, receipt: Receipt, now_ms: int
    ) -> Scan:
        """What a till took by a code, as a payment like any other; the code is used."""
        _use(cx, code)
        scan = store.scan_by_authorisation(cx, receipt.authorisation)
        if scan is None:
            scan = charged(self._of_till(code, now_ms), bill, receipt)
            add_scan(cx, scan, now_ms)
            put_follow(cx, scan, now_ms)
        _put_away(cx, code.wallet, scan.id)
        return scan

    def _ends(self, task: Task, now_ms: int, how: Callable[[Connection, PayerCode], None]) -> None:
        def verb(cx: Connection) -> None:
            outbox.finish(cx, task, now_ms)
            code = _watched(cx, task)
            if code is not None:
                how(cx, code)

        self._door.transact(verb)

    def _of_till(self, code: PayerCode, now_ms: int) -> Scan:
        scan_id = new_id(self._ids, "sc")
        return presented(Scan(scan_id, code.wallet, "", now_ms), code.auth_code or "")


def _watched(cx: Connection, task: Task) -> PayerCode | None:
    """The code that a task asks about, if nobody told yet what became of it."""
    code = store.code(cx, task.body["code"])
    return None if code is None or code.state is not CodeState.READY else code


def _use(cx: Connection, code: PayerCode) -> None:
    """A till read it: whatever came of that, it is no more use."""
    keep_code(cx, ended(code, CodeEvent.USE))


def _put_away(cx: Connection, wallet_id: str, scan_id: str) -> None:
    """From now on the page shows what came; whichever code is on it now."""
    newest, *_ = store.codes(cx, wallet_id)
    keep_code(cx, replace(newest, scan=scan_id))
