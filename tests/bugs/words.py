"""Bugs of what services tell each other: notices, signatures, answers, the wallet's story."""

from __future__ import annotations

from dataclasses import replace

from tests.bugs.planting import Sweep, planted
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.payments.domain import NoticeEvent
from vendor_sim.payments.service import notices as told
from vendor_sim.payments.service import presenting
from vendor_sim.payments.service.notices import Notices
from vendor_sim.payments.service.settling import Settling
from vendor_sim.storage import outbox
from vendor_sim.wire import signing
from vendor_sim.world.powered import PoweredDoor
from wallet import outbound as wallet
from wallet.service import arrivals, wallets

HOOK = "ledger>machine POST /machine/hooks/payments/*#0"


@planted(
    *("told before it is stored", "I4 I7 I10 I13 I16"),
    Sweep("buy by hold", "disk_full|ledger@before_commit#2"),
)
def _(patch):
    """What a transaction tells goes out even where nothing of it stays."""
    post, transact = Notices.post, PoweredDoor.transact
    going = []

    def noted(self, cx, news, at_ms):
        going.append((self, news, at_ms))
        post(self, cx, news, at_ms)

    def leaking(self, verb):
        going.clear()
        try:
            return transact(self, verb)
        except Refused:
            for notices, news, at_ms in going:
                self._inner.transact(lambda cx: post(notices, cx, news, at_ms))  # noqa: B023
            raise

    patch.setattr(Notices, "post", noted)
    patch.setattr(PoweredDoor, "transact", leaking)


@planted(
    *("answered before the commit", "I6 I13"),
    Sweep("buy by hold", "disk_full|ledger@before_commit#5"),
)
def _(patch):
    transact = PoweredDoor.transact

    def hopeful(self, verb):
        came = []

        def kept(cx):
            came.append(verb(cx))
            return came[-1]

        try:
            return transact(self, kept)
        except Refused:
            if not came:
                raise
            return came[-1]

    patch.setattr(PoweredDoor, "transact", hopeful)


@planted("the merchant is not told", "I16", Sweep("buy by hold"))
def _(patch):
    patch.setattr(Settling, "_for_merchant", lambda *_: [])


@planted(
    *("a notice is sent once", "I16"),
    Sweep("buy by hold", f"request_lost|{HOOK}"),
)
def _(patch):
    """Who does not hear it the first time never does."""

    def once(cx, task, _due_at_ms, problem):
        outbox.finish(cx, task, 0, problem)

    patch.setattr(told, "outbox", _Instead(outbox, retry=once))


@planted("a dead notice has no reason", "I16", Sweep("buy by hold", None, "notices"))
def _(patch):
    record = told._record

    def silent(cx, task, delivery, now_ms):
        record(cx, task, delivery, now_ms)
        notice = told._known(cx, delivery.going.notice.id)
        told.notices.save(cx, replace(notice, problem=None))

    patch.setattr(told, "_record", silent)


@planted("notices are tried for ever", "I16 I6", Sweep("buy by hold", None, "notices"))
def _(patch):
    patch.setattr(
        *(told, "_event"),
        lambda task, outcome, _most: (
            NoticeEvent.FAIL if outcome.problem and task.attempt < 11 else NoticeEvent.DELIVER
        ),
    )


@planted("signature not checked", "I15", Sweep("buy by hold", f"wrong_signature|{HOOK}"))
def _(patch):
    patch.setattr(signing, "_any_matches", lambda *_: True)


@planted("age not checked", "I15", Sweep("buy by hold", f"stale_timestamp|{HOOK}"))
def _(patch):
    """Nor is the signature bound to it."""
    patch.setattr(signing, "NOTICE_TOLERANCE_MS", 10**12)
    signature = signing._signature
    patch.setattr(
        signing, "_signature", lambda key, name, _stamp, body: signature(key, name, "0", body)
    )


@planted("wallet believes a balance of its own", "I13", Sweep("jam, hold let go"))
def _(patch):
    balance = arrivals.balance_told
    for told_by in (arrivals, wallets):
        patch.setattr(
            *(told_by, "balance_told"),
            lambda one, minor, held, at_ms: balance(one, minor + 1, held, at_ms),
        )


@planted("wallet history lies", "I13", Sweep("jam, money back by WeChat Pay"))
def _(patch):
    """Money that came back is not shown."""
    receipt = wallet.receipt_of

    def forgetful(view):
        return replace(receipt(view), refunded_minor=0, refund_pending_minor=0)

    patch.setattr(wallet, "receipt_of", forgetful)
    patch.setattr(arrivals, "settled", _blind(arrivals.settled))


def _blind(settled):
    def kept(scan, receipt, **how):
        return settled(scan, replace(receipt, refunded_minor=0, refund_pending_minor=0), **how)

    return kept


@planted(
    *("a yes without an answer is a no", "I13"),
    Sweep("buy by hold", "answer_lost|wallet>ledger POST /v1/authorisations#0"),
)
def _(patch):
    def lost(self, task, problem, now_ms):
        self.scan_refused(task, Code.UNAVAILABLE, now_ms)

    patch.setattr(arrivals.Arrivals, "not_answered", lost)


@planted("a payment code is not used up", "I7 I13", Sweep("payment code"))
def _(patch):
    patch.setattr(presenting.codes, "use", lambda *_: None)


class _Instead:
    """A module, but for what is said to be otherwise."""

    def __init__(self, module, **other):
        self.__dict__.update(vars(module) | other)
