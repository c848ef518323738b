"""The wallet's turn: what is due is sent to the platform, and the outcome is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.storage import outbox
from vendor_sim.wire.http import NoAnswer
from wallet.domain import REASONS, unclear
from wallet.service.told import bill_of, instant_of, quote_of, receipt_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.storage.database import Door
    from vendor_sim.storage.outbox import Task
    from vendor_sim.wire.clients import ProviderClient
    from vendor_sim.wire.schemas import AuthorisationView, PresentedView
    from wallet.domain import Scan, Wallet
    from wallet.service import WalletService

_SILENCE = "no answer"
_OPENING = "the wallet is still being opened"

_LEFT_OPEN = "expire_scan"
_RESTING = (_LEFT_OPEN, "follow_goods", "follow_refund", "watch_code")
"""No world waits for these to come to rest: nothing moves while a confirm sheet stays open or a
payment code is held up, many a merchant never tells what became of the goods, and a refund that
cannot reach its payer lies until somebody sees to it. One that can is the platform's to bring."""


class Outbound:
    """Sends what the handlers asked for, one task after the other, outside any transaction."""

    def __init__(self, door: Door, service: WalletService, client: ProviderClient) -> None:
        self._door = door
        self._service = service
        self._client = client
        self._acts: dict[str, Callable[[Task, int], None]] = {
            "open_account": self._open_account,
            "top_up": self._top_up,
            "refresh": self._refresh,
            "resolve": self._resolve,
            _LEFT_OPEN: self._expire_scan,
            "authorise": self._authorise,
            "follow": self._follow,
            "follow_goods": self._follow,
            "follow_refund": self._follow,
            "decline": self._decline,
            "ask_code": self._ask_code,
            "watch_code": self._watch_code,
        }

    def tick(self, now_ms: int) -> int:
        """Do what is due, a bounded lot of it; how many tasks that were."""
        tasks = self._door.read(lambda cx: outbox.due(cx, now_ms))
        for task in tasks:
            self.attend(task, now_ms)
        return len(tasks)

    def attend(self, task: Task, now_ms: int) -> None:
        """Do one task, due or not: for whoever decides alone what happens when."""
        self._acts[task.kind](task, now_ms)

    def next_due_ms(self, *, resting: bool = False) -> int | None:
        """When the next task is due; resting leaves out what may go on without anything moving."""
        besides = _RESTING if resting else ()
        return self._door.read(lambda cx: outbox.next_due_ms(cx, besides=besides))

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    # -- the account --------------------------------------------------------------------------
    def _open_account(self, task: Task, now_ms: int) -> None:
        wallet = self._service.wallet_of(task)
        try:
            account = self._client.open_account(wallet.name, wallet.currency, wallet.account_key)
        except (NoAnswer, Refused) as error:
            self._service.later(task, _told(error), now_ms)
        else:
            self._service.account_opened(task, account.id, now_ms)

    def _top_up(self, task: Task, now_ms: int) -> None:
        wallet = self._service.wallet_of(task)
        key = f"{wallet.account_key}:top-up"
        try:
            account = self._client.top_up(wallet.account or "", wallet.opening_minor, key)
        except (NoAnswer, Refused) as error:
            self._service.later(task, _told(error), now_ms)
        else:
            told = account.balance_minor, account.held_minor
            self._service.balance_arrived(task, *told, now_ms)

    def _refresh(self, task: Task, now_ms: int) -> None:
        wallet = self._service.wallet_of(task)
        try:
            account = self._client.account(wallet.account or "")
        except (NoAnswer, Refused) as error:
            self._service.later(task, _told(error), now_ms)
        else:
            told = account.balance_minor, account.held_minor
            self._service.balance_arrived(task, *told, now_ms)

    # -- before the yes -----------------------------------------------------------------------
    def _resolve(self, task: Task, now_ms: int) -> None:
        scan, wallet = self._service.work(task)
        if wallet.account is None:
            self._service.not_answered(task, _OPENING, now_ms)
            return
        try:
            quote = quote_of(self._client.resolve(scan.code, wallet.account))
        except NoAnswer:
            self._service.not_answered(task, _SILENCE, now_ms)
        except Refused as error:
            self._turned_down(task, error.problem.code, now_ms)
        else:
            self._service.code_resolved(task, quote, now_ms)

    def _expire_scan(self, task: Task, now_ms: int) -> None:
        self._service.scan_refused(task, Code.EXPIRED, now_ms)

    def _decline(self, task: Task, now_ms: int) -> None:
        scan, wallet = self._service.work(task)
        try:
            self._client.decline(scan.code, wallet.account or "")
        except NoAnswer:
            self._decline_later(task, scan, _SILENCE, now_ms)
        except Refused as error:
            if error.problem.transient:
                self._decline_later(task, scan, error.problem.code, now_ms)
            else:
                self._service.done(task, error.problem.code, now_ms)
        else:
            self._service.done(task, None, now_ms)

    def _decline_later(self, task: Task, scan: Scan, problem: str, now_ms: int) -> None:
        """A no is a courtesy: once the code cannot be paid, nobody needs it."""
        if now_ms >= (scan.pay_until_ms or 0):
            self._service.done(task, problem, now_ms)
        else:
            self._service.later(task, problem, now_ms)

    # -- a payment code -----------------------------------------------------------------------
    def _ask_code(self, task: Task, now_ms: int) -> None:
        code, wallet = self._service.code_work(task)
        if wallet.account is None:
            self._service.code_not_answered(task, _OPENING, now_ms)
            return
        try:
            view = self._client.present(wallet.account, code.id)
            valid_until_ms = instant_of(view.valid_until)
        except NoAnswer:
            self._service.code_not_answered(task, _SILENCE, now_ms)
        except Refused as error:
            if unclear(error.problem.code):
                self._service.code_not_answered(task, error.problem.code, now_ms)
            else:
                self._service.code_refused(task, error.problem.code, now_ms)
        else:
            self._service.code_issued(task, view.auth_code, valid_until_ms, now_ms)

    def _watch_code(self, task: Task, now_ms: int) -> None:
        code, _ = self._service.code_work(task)
        try:
            self._came_of_it(task, self._client.presented(code.auth_code or ""), now_ms)
        except NoAnswer:
            self._service.code_unchanged(task, _SILENCE, now_ms)
        except Refused as error:
            if error.problem.code is Code.NOT_FOUND:
                self._service.code_expired(task, now_ms)
            else:
                self._service.code_unchanged(task, error.problem.code, now_ms)

    def _came_of_it(self, task: Task, view: PresentedView, now_ms: int) -> None:
        if view.state == "asking" and view.code is not None:
            self._service.code_asked(task, view.code, now_ms)
        elif view.state == "paid" and view.authorisation is not None:
            self._charged(task, view.authorisation, now_ms)
        elif view.state == "failed":
            self._service.code_failed(task, view.reason, now_ms)
        elif view.state == "expired":
            self._service.code_expired(task, now_ms)
        else:
            self._service.code_unchanged(task, "no news", now_ms)

    def _charged(self, task: Task, took: AuthorisationView, now_ms: int) -> None:
        """A till took money and the payer named no amount: one is believed that is told twice."""
        try:
            again = self._client.authorisation(took.id)
        except (NoAnswer, Refused) as error:
            self._service.code_unchanged(task, _told(error), now_ms)
            return
        if bill_of(again) == bill_of(took):
            self._service.code_paid(task, bill_of(again), receipt_of(again), now_ms)
        else:
            self._service.code_unchanged(task, "told two amounts", now_ms)

    # -- after the yes ------------------------------------------------------------------------
    def _authorise(self, task: Task, now_ms: int) -> None:
        scan, wallet = self._service.work(task)
        try:
            view = self._client.authorise(_yes(scan, wallet), scan.authorisation or "")
        except NoAnswer:
            self._service.not_answered(task, _SILENCE, now_ms)
        except Refused as error:
            self._refused_yes(task, scan, error.problem.code, now_ms)
        else:
            self._service.money_moved(task, scan, receipt_of(view), now_ms)

    def _refused_yes(self, task: Task, scan: Scan, code: Code, now_ms: int) -> None:
        """A first no is a no. After a lost answer it may be an echo of our own yes: ask.

        So it may where it says nothing of the payment: the answer to the yes may have come, and
        the power gone before it was stored.
        """
        if unclear(code) or (code in REASONS and not task.attempt):
            self._turned_down(task, code, now_ms)
            return
        try:
            view = self._client.authorisation(scan.authorisation or "")
        except NoAnswer:
            self._service.not_answered(task, _SILENCE, now_ms)
        except Refused as error:
            heard_of = error.problem.code is not Code.NOT_FOUND
            self._turned_down(task, Code.UNAVAILABLE if heard_of else code, now_ms)
        else:
            self._service.money_moved(task, scan, receipt_of(view), now_ms)

    def _turned_down(self, task: Task, code: Code, now_ms: int) -> None:
        if unclear(code):
            self._service.not_answered(task, code, now_ms)
        else:
            self._service.scan_refused(task, code, now_ms)

    def _follow(self, task: Task, now_ms: int) -> None:
        scan, _ = self._service.work(task)
        try:
            view = self._client.authorisation(scan.authorisation or "")
        except NoAnswer:
            self._service.later(task, _SILENCE, now_ms)
        except Refused as error:
            if error.problem.code is Code.NOT_FOUND:
                self._service.unknown_there(task, now_ms)
            else:
                self._service.later(task, error.problem.code, now_ms)
        else:
            self._service.money_moved(task, scan, receipt_of(view), now_ms)


def _told(error: Exception) -> str:
    return error.problem.code if isinstance(error, Refused) else _SILENCE


def _yes(scan: Scan, wallet: Wallet) -> dict[str, object]:
    return {
        "code": scan.code,
        "account": wallet.account,
        "amount_minor": scan.amount_minor,
        "currency": scan.currency,
    }
