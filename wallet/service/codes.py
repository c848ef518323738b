"""Payment codes: the platform gives one, the wallet shows it to tills."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.clock import rfc3339
from vendor_sim.kernel.ids import new_id
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.storage import outbox
from vendor_sim.storage.database import touch
from wallet import store
from wallet.domain import (
    PayerCode,
    Wallet,
    asks_until_ms,
    issued,
    live,
    looks_again_at_ms,
    not_issued,
    screen,
)
from wallet.service.arrivals import Arrivals
from wallet.service.kit import code_key, need_wallet, scan_view, topic

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
            keep_code(cx, code)
            _put(cx, "watch_code", code, looks_again_at_ms(code, now_ms))

        self._door.transact(verb)

    def code_refused(self, task: Task, reason: Code, now_ms: int) -> None:
        """The platform gives none."""

        def verb(cx: Connection) -> None:
            outbox.finish(cx, task, now_ms, reason.value)
            keep_code(cx, not_issued(_need_code(cx, task), reason))

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
            keep_code(cx, not_issued(code, Code.UNAVAILABLE))

        self._door.transact(verb)


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


def keep_code(cx: Connection, code: PayerCode) -> None:
    """Keep a changed payment code, and tell its pages."""
    store.save_code(cx, code)
    touch(cx, topic(code.wallet))


def _code_view(code: PayerCode) -> dict[str, Any]:
    return {
        "id": code.id,
        "state": code.state.value,
        "auth_code": code.auth_code,
        "valid_until_ms": code.valid_until_ms,
        "reason": code.reason.value if code.reason else None,
    }
