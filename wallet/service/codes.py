"""Payment codes: the wallet shows one, a till scans it, and the platform says what came of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.clock import rfc3339
from vendor_sim.kernel.ids import new_id
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.storage import outbox
from vendor_sim.storage.database import touch
from vendor_sim.wire import qr
from wallet import store
from wallet.domain import (
    CodeEvent,
    PayerCode,
    Quote,
    Receipt,
    Scan,
    Wallet,
    asks_until_ms,
    balance_told,
    begin,
    charged,
    ended,
    issued,
    live,
    looks_again_at_ms,
    not_charged,
    not_issued,
    presented,
    screen,
)
from wallet.service.arrivals import Arrivals, put_follow
from wallet.service.kit import code_key, keep_scan, keep_wallet, need_wallet, scan_view, topic
from wallet.service.scans import add_scan

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vendor_sim.storage.outbox import Task


class Codes(Arrivals):
    """The verbs about payment codes. Each is one transaction."""

    def payment_code(self, wallet_id: str, *, spent: str | None = None) -> dict[str, Any]:
        """The payment code to show: the one that can still be used, else a fresh one is asked for.

        Args:
            wallet_id: Whose.
            spent: Digits known to be used, whether the platform told this wallet yet or not.

        Returns:
            The ``code`` of :meth:`code_page`. Its digits are there once the platform gave them.

        Raises:
            Refused: ``not_found`` (the wallet).
        """
        now_ms = self._clock.now_ms()

        def verb(cx: Connection) -> dict[str, Any]:
            need_wallet(cx, wallet_id)
            newest = _newest(cx, wallet_id)
            spent_now = newest is not None and spent is not None and newest.auth_code == spent
            if newest is not None and live(newest, now_ms) and not spent_now:
                return _code_view(newest)
            number = newest.number + 1 if newest else 1
            code = PayerCode(new_id(self._ids, "pc"), wallet_id, number, now_ms)
            store.add_code(cx, code)
            _put(cx, "ask_code", code, now_ms)
            touch(cx, topic(wallet_id))
            return _code_view(code)

        return self._door.transact(verb)

    def payment_code_view(self, wallet_id: str) -> dict[str, str] | None:
        """``{"auth_code", "valid_until"}`` of the code to show, None until the platform gave one.

        Raises:
            Refused: ``not_found`` (the wallet).
        """
        now_ms = self._clock.now_ms()
        newest = self._door.read(lambda cx: _newest_of(cx, wallet_id))
        if newest is None or not live(newest, now_ms) or newest.auth_code is None:
            return None
        return {"auth_code": newest.auth_code, "valid_until": rfc3339(newest.valid_until_ms or 0)}

    def code_page(self, wallet_id: str) -> dict[str, Any]:
        """What the page of the payment code shows.

        Returns:
            ``shown`` (nothing, wanted, ready, refused, outcome), ``code`` (``id``, ``state``,
            ``auth_code``, ``valid_until_ms``, ``reason``; None where there is none yet) and
            ``scan``, what came of it, None where nothing did.

        Raises:
            Refused: ``not_found`` (the wallet).
        """
        now_ms = self._clock.now_ms()

        def query(cx: Connection) -> dict[str, Any]:
            code = _newest_of(cx, wallet_id)
            scan = store.scan(cx, code.scan) if code and code.scan else None
            return {
                "shown": screen(code, scan, now_ms).value,
                "code": _code_view(code) if code else None,
                "scan": scan_view(scan) if scan else None,
            }

        return self._door.read(query)

    # -- what the platform said ---------------------------------------------------------------
    def code_work(self, task: Task) -> tuple[PayerCode, Wallet]:
        """What a task about a payment code is about.

        Raises:
            Refused: ``not_found``.
        """

        def query(cx: Connection) -> tuple[PayerCode, Wallet]:
            code = _need_code(cx, task)
            return code, need_wallet(cx, code.wallet)

        return self._door.read(query)

    def code_issued(self, task: Task, auth_code: str, valid_until_ms: int, now_ms: int) -> None:
        """The platform gave the digits: show them, and watch what becomes of them."""

        def verb(cx: Connection) -> None:
            outbox.finish(cx, task, now_ms)
            code = issued(_need_code(cx, task), auth_code, valid_until_ms)
            _keep(cx, code)
            _put(cx, "watch_code", code, looks_again_at_ms(code, now_ms))

        self._door.transact(verb)

    def code_refused(self, task: Task, reason: Code, now_ms: int) -> None:
        """The platform gives none."""

        def verb(cx: Connection) -> None:
            outbox.finish(cx, task, now_ms, reason.value)
            _keep(cx, not_issued(_need_code(cx, task), reason))

        self._door.transact(verb)

    def code_not_answered(self, task: Task, problem: str, now_ms: int) -> None:
        """Nobody answered: again later, until a person has waited long enough."""

        def verb(cx: Connection) -> None:
            code = _need_code(cx, task)
            until_ms = asks_until_ms(code)
            if now_ms < until_ms:
                due_at_ms = min(now_ms + outbox.pause_ms(task.attempt), until_ms)
                outbox.retry(cx, task, due_at_ms, problem)
                return
            outbox.finish(cx, task, now_ms, problem)
            _keep(cx, not_issued(code, Code.UNAVAILABLE))

        self._door.transact(verb)

    def code_unchanged(self, task: Task, problem: str, now_ms: int) -> None:
        """Nothing came of it yet, as far as anybody says: look again."""

        def verb(cx: Connection) -> None:
            due_at_ms = looks_again_at_ms(_need_code(cx, task), now_ms)
            outbox.retry(cx, task, due_at_ms, problem)

        self._door.transact(verb)

    def code_expired(self, task: Task, now_ms: int) -> None:
        """Nobody used it, and nobody can any more."""

        def verb(cx: Connection) -> None:
            outbox.finish(cx, task, now_ms)
            _keep(cx, ended(_need_code(cx, task), CodeEvent.EXPIRE))

        self._door.transact(verb)

    def code_asked(self, task: Task, text: str, now_ms: int) -> None:
        """A till read it, and the payer has to say yes: a scan of the intent's own code."""
        read = qr.decode(text)
        if not isinstance(read, qr.PaymentCode):
            self.code_unchanged(task, "a question without a code", now_ms)
            return

        def verb(cx: Connection) -> None:
            code = self._used(cx, task, now_ms)
            known = store.open_scan(cx, code.wallet, read.token)
            if known is not None:
                keep_scan(cx, presented(known, code.auth_code or ""))
                _put_away(cx, code.wallet, known.id)
                return
            scan_id = new_id(self._ids, "sc")
            scan = begin(scan_id, code.wallet, read, self._link_base, now_ms)
            add_scan(cx, presented(scan, code.auth_code or ""), now_ms)
            _put_away(cx, code.wallet, scan_id)

        self._door.transact(verb)

    def code_paid(self, task: Task, quote: Quote, receipt: Receipt, now_ms: int) -> None:
        """A till read it and took the money."""

        def verb(cx: Connection) -> None:
            code = self._used(cx, task, now_ms)
            scan = store.scan_by_authorisation(cx, receipt.authorisation)
            if scan is None:
                scan = charged(self._of_till(code, now_ms), quote, receipt)
                add_scan(cx, scan, now_ms)
                put_follow(cx, scan, now_ms)
            wallet, at_ms = need_wallet(cx, code.wallet), self._clock.now_ms()
            told = balance_told(wallet, receipt.balance_minor, receipt.held_minor, at_ms)
            keep_wallet(cx, told)
            _put_away(cx, code.wallet, scan.id)

        self._door.transact(verb)

    def code_failed(self, task: Task, word: str | None, now_ms: int) -> None:
        """A till read it and got nothing."""

        def verb(cx: Connection) -> None:
            code = self._used(cx, task, now_ms)
            scan = not_charged(self._of_till(code, now_ms), word)
            add_scan(cx, scan, now_ms)
            _put_away(cx, code.wallet, scan.id)

        self._door.transact(verb)

    def _used(self, cx: Connection, task: Task, now_ms: int) -> PayerCode:
        outbox.finish(cx, task, now_ms)
        code = ended(_need_code(cx, task), CodeEvent.USE)
        _keep(cx, code)
        return code

    def _of_till(self, code: PayerCode, now_ms: int) -> Scan:
        scan_id = new_id(self._ids, "sc")
        return presented(Scan(scan_id, code.wallet, "", now_ms), code.auth_code or "")


def _need_code(cx: Connection, task: Task) -> PayerCode:
    found = store.code(cx, task.body["code"])
    if found is None:
        raise Refused(Code.NOT_FOUND, "that payment code is forgotten", "code")
    return found


def _newest(cx: Connection, wallet_id: str) -> PayerCode | None:
    return next(iter(store.codes(cx, wallet_id)), None)


def _newest_of(cx: Connection, wallet_id: str) -> PayerCode | None:
    need_wallet(cx, wallet_id)
    return _newest(cx, wallet_id)


def _put(cx: Connection, kind: str, code: PayerCode, due_at_ms: int) -> None:
    outbox.put(cx, kind, {"code": code.id}, key=code_key(code.id), due_at_ms=due_at_ms)


def _keep(cx: Connection, code: PayerCode) -> None:
    store.save_code(cx, code)
    touch(cx, topic(code.wallet))


def _put_away(cx: Connection, wallet_id: str, scan_id: str) -> None:
    """From now on the page shows what came; whichever code is on it now."""
    newest, *_ = store.codes(cx, wallet_id)
    _keep(cx, replace(newest, scan=scan_id))


def _code_view(code: PayerCode) -> dict[str, Any]:
    return {
        "id": code.id,
        "state": code.state.value,
        "auth_code": code.auth_code,
        "valid_until_ms": code.valid_until_ms,
        "reason": code.reason.value if code.reason else None,
    }
