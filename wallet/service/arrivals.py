"""What arrives from the platform: answers, silence, and notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import WALLET_FOLLOWS_MAX_MS, WALLET_FOLLOWS_MS
from vendor_sim.kernel.problems import Code
from vendor_sim.storage import outbox
from wallet.domain import (
    Quote,
    Receipt,
    Scan,
    ScanState,
    Wait,
    Wallet,
    balance_told,
    contradicts,
    follows,
    gave_up,
    gives_up_at_ms,
    refused,
    resolved,
    settled,
    unheard_of,
    waits_for,
)
from wallet.service.kit import (
    keep_scan,
    keep_wallet,
    need_scan,
    need_wallet,
    put_for_scan,
    scan_key,
)
from wallet.service.scans import Scans, put_decline

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vendor_sim.storage.outbox import Task


FOLLOWING = {
    Wait.ANSWER: "follow",
    Wait.REFUND: "follow_refund",
    Wait.GOODS: "follow_goods",
}
"""The tasks that ask what became of a yes, by what they wait for."""


class Arrivals(Scans):
    """The verbs that take in what the platform said, or that it said nothing.

    Those with a task finish or retry it in the same transaction. News about a scan that has moved
    on since the question was sent changes nothing but the task.
    """

    def work(self, task: Task) -> tuple[Scan, Wallet]:
        """What a task about a scan is about.

        Raises:
            Refused: ``not_found``.
        """

        def query(cx: Connection) -> tuple[Scan, Wallet]:
            scan = need_scan(cx, task.body["scan"])
            return scan, need_wallet(cx, scan.wallet)

        return self._door.read(query)

    def wallet_of(self, task: Task) -> Wallet:
        """The wallet a task is about.

        Raises:
            Refused: ``not_found``.
        """
        return self._door.read(lambda cx: need_wallet(cx, task.body["wallet"]))

    # -- before the yes -----------------------------------------------------------------------
    def code_resolved(self, task: Task, quote: Quote, now_ms: int) -> None:
        """The platform said what the code asks for."""

        def verb(cx: Connection) -> None:
            outbox.finish(cx, task, now_ms)
            scan = need_scan(cx, task.body["scan"])
            if scan.state is not ScanState.READING:
                return
            after = resolved(scan, quote, need_wallet(cx, scan.wallet).currency, now_ms)
            keep_scan(cx, after)
            if after.state is ScanState.ASKING:
                put_for_scan(cx, "expire_scan", after, quote.pay_until_ms)
            elif after.reason is Code.CURRENCY_MISMATCH:
                put_decline(cx, after, now_ms)

        self._door.transact(verb)

    def scan_refused(self, task: Task, code: Code, now_ms: int) -> None:
        """It cannot be paid: the platform said so, or time did."""

        def verb(cx: Connection) -> None:
            outbox.finish(cx, task, now_ms, code.value)
            scan = need_scan(cx, task.body["scan"])
            if scan.state in {ScanState.READING, ScanState.ASKING, ScanState.APPROVED}:
                outbox.drop(cx, scan_key(scan.id))
                keep_scan(cx, refused(scan, code))

        self._door.transact(verb)

    # -- after the yes ------------------------------------------------------------------------
    def money_moved(self, task: Task, asked: Scan, receipt: Receipt, now_ms: int) -> None:
        """The platform answered what became of a yes.

        Args:
            task: What made the wallet ask.
            asked: The scan when it asked: a notice may have come before the answer.
            receipt: The answer.
            now_ms: When it came.
        """

        def verb(cx: Connection) -> None:
            scan = need_scan(cx, task.body["scan"])
            wallet = need_wallet(cx, scan.wallet)
            # Dated when it is stored: whatever notice is older than that is in doubt.
            stored_at_ms = self._clock.now_ms()
            told = balance_told(wallet, receipt.balance_minor, receipt.held_minor, stored_at_ms)
            keep_wallet(cx, told)
            after = settled(scan, receipt, asked=scan == asked)
            if after == scan and follows(scan, now_ms) and task.kind == FOLLOWING[waits_for(scan)]:
                pause = outbox.pause_ms(task.attempt, WALLET_FOLLOWS_MS, WALLET_FOLLOWS_MAX_MS)
                outbox.retry(cx, task, now_ms + pause, "no news")
                return
            outbox.finish(cx, task, now_ms)
            _keep(cx, scan, after, now_ms)
            if after == scan and task.kind == FOLLOWING[Wait.ANSWER]:
                outbox.drop(cx, scan_key(scan.id))
                put_follow(cx, scan, now_ms)

        self._door.transact(verb)

    def unknown_there(self, task: Task, now_ms: int) -> None:
        """The platform has not heard of the yes: wait, or believe it at last."""

        def verb(cx: Connection) -> None:
            scan = need_scan(cx, task.body["scan"])
            after = unheard_of(scan, now_ms)
            if after.state is ScanState.REFUSED:
                outbox.finish(cx, task, now_ms, Code.NOT_FOUND.value)
                outbox.drop(cx, scan_key(scan.id))
                keep_scan(cx, after)
            else:
                _retry(cx, task, now_ms, Code.NOT_FOUND.value)

        self._door.transact(verb)

    def not_answered(self, task: Task, problem: str, now_ms: int) -> None:
        """Nobody answered: again later, until a person has waited long enough."""

        def verb(cx: Connection) -> None:
            scan = need_scan(cx, task.body["scan"])
            until_ms = gives_up_at_ms(scan)
            if now_ms < until_ms:
                due_at_ms = min(now_ms + outbox.pause_ms(task.attempt), until_ms)
                outbox.retry(cx, task, due_at_ms, problem)
                return
            outbox.finish(cx, task, now_ms, problem)
            if scan.state is ScanState.READING:
                keep_scan(cx, refused(scan, Code.UNAVAILABLE))
            elif scan.state is ScanState.APPROVED:
                keep_scan(cx, gave_up(scan))
                put_for_scan(cx, "follow", scan, now_ms + outbox.pause_ms(0))

        self._door.transact(verb)

    def later(self, task: Task, problem: str, now_ms: int) -> None:
        """A question that can wait was not answered: again later."""
        self._door.transact(lambda cx: _retry(cx, task, now_ms, problem))

    def done(self, task: Task, problem: str | None, now_ms: int) -> None:
        """A task that needs nothing more."""
        self._door.transact(lambda cx: outbox.finish(cx, task, now_ms, problem))


def take_in(cx: Connection, scan: Scan, receipt: Receipt, now_ms: int) -> None:
    """Keep what the platform tells of a yes, and follow it further; ask where it may be old."""
    if contradicts(scan, receipt):
        outbox.drop(cx, scan_key(scan.id))
        put_for_scan(cx, FOLLOWING[Wait.ANSWER], scan, now_ms)
    else:
        _keep(cx, scan, settled(scan, receipt), now_ms)


def _keep(cx: Connection, scan: Scan, after: Scan, now_ms: int) -> None:
    if after == scan:
        return
    keep_scan(cx, after)
    outbox.drop(cx, scan_key(scan.id))
    put_follow(cx, after, now_ms)


def put_follow(cx: Connection, scan: Scan, now_ms: int) -> None:
    """Ask again later, if there is something still to be learnt."""
    if follows(scan, now_ms):
        put_for_scan(cx, FOLLOWING[waits_for(scan)], scan, now_ms + WALLET_FOLLOWS_MS)


def put_refresh(cx: Connection, wallet: Wallet, now_ms: int) -> None:
    """Ask for the balance, once."""
    key = f"refresh:{wallet.id}"
    outbox.drop(cx, key)
    outbox.put(cx, "refresh", {"wallet": wallet.id}, key=key, due_at_ms=now_ms)


def _retry(cx: Connection, task: Task, now_ms: int, problem: str) -> None:
    pause = outbox.pause_ms(task.attempt, most_ms=WALLET_FOLLOWS_MAX_MS)
    outbox.retry(cx, task, now_ms + pause, problem)
