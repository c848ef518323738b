"""Bugs of the books: holds that stay, money from nowhere, refunds that are too much."""

from __future__ import annotations

from dataclasses import replace

from tests.bugs.planting import Seed, Sweep, planted
from vendor_sim.kernel.limits import DAY_MS
from vendor_sim.ledger import service as ledger
from vendor_sim.ledger import store
from vendor_sim.ledger.domain import posting
from vendor_sim.payments.domain import IntentState, NoticeType, judge
from vendor_sim.payments.service import books, collecting, paying, refunding, settling
from vendor_sim.payments.service.books import Books
from vendor_sim.payments.service.collecting import Collecting
from vendor_sim.payments.service.paying import Paying

JAM_AT_ONCE = "refund race"
HEARD_LATE = "a yes in time that is heard too late"
CLOSE_LOST = "request_lost|machine>ledger POST /v3/pay/transactions/out-trade-no/*/close#0"
REFUND_LOST = "answer_lost|machine>ledger POST /v1/intents/*/refunds#0"


@planted("forgotten hold", "I7 I10", Sweep("jam, hold let go"))
def _(patch):
    patch.setattr(Books, "void", lambda *_: None)


@planted("hold not expired", "I7 I10", Sweep("unsure, nobody says a word"))
def _(patch):
    patch.setattr(Books, "expire", lambda *_: None)


@planted("captured without a posting", "I7 I10", Sweep("buy by hold"))
def _(patch):
    patch.setattr(Books, "capture", lambda *_: None)


@planted("no floor check", "I3", Seed(1, 12))
def _(patch):
    judge = ledger.judge

    def generous(transfer, debit, *others):
        return judge(transfer, replace(debit, account=replace(debit.account, floor=False)), *others)

    patch.setattr(ledger, "judge", generous)
    patch.setattr(store, "guard_of", lambda *_, **__: "none")


@planted("one fen is lost where the amount divides by seven", "I1 I2", Sweep("buy by WeChat Pay"))
def _(patch):
    apply = ledger.apply

    def short(transfer, debit, credit, pending):
        paid, got = apply(transfer, debit, credit, pending)
        if transfer.amount_minor % 50:
            return paid, got
        fewer = replace(got.balance, credits_posted=got.balance.credits_posted - 1)
        return paid, replace(got, balance=fewer)

    patch.setattr(ledger, "apply", short)


@planted("entry missing", "I1 I2", Sweep("buy by hold"))
def _(patch):
    def record(cx, transfer, known):
        (seq,) = cx.execute(store.LOG, store.transfer_row(transfer)).inserted_primary_key
        stored = replace(transfer, seq=seq)
        legs = ledger.apply(stored, known.debit, known.credit, known.pending)
        cx.execute(store.ENTER, [store.entry_row(legs[0].entry)])
        ledger._move(cx, legs)
        return stored

    patch.setattr(ledger, "_record", record)


@planted("hash not chained", "I2", Sweep("buy by hold"))
def _(patch):
    link = posting.link
    patch.setattr(posting, "link", lambda _before, transfer, entry: link("", transfer, entry))


@planted("wrong merchant credited", "I7 I13", Sweep("buy by WeChat Pay"))
def _(patch):
    account = books.merchant_account
    patch.setattr(books, "merchant_account", lambda _, currency: account("m_other", currency))


@planted("over-refund: nobody looks at what is left", "I8 I14", Sweep(JAM_AT_ONCE))
def _(patch):
    patch.setattr(refunding, "judge_refund", lambda *_: None)


@planted("refund to the wrong wallet", "I8", Sweep("jam, money back by WeChat Pay"))
def _(patch):
    finish = Books.finish_refund
    patch.setattr(
        *(Books, "finish_refund"),
        lambda self, cx, intent, refund, now_ms: finish(
            *(self, cx, intent, replace(refund, to_bank=True), now_ms)
        ),
    )


@planted("refund said to be done, and nobody has it", "I8", Sweep("jam, money back by WeChat Pay"))
def _(patch):
    patch.setattr(Books, "finish_refund", lambda *_: None)


@planted(
    *("refund twice: a new number on each try", "I8 I14"),
    Sweep(JAM_AT_ONCE, REFUND_LOST),
)
def _(patch):
    patch.setattr(refunding, "recall", lambda *_: None)
    patch.setattr(refunding, "remember", lambda *_: None)
    patch.setattr(refunding, "judge_refund", lambda *_: None)


@planted(
    *("close a paid order", "I7 I10 I11"),
    Sweep("cancel after paying", "request_lost|ledger>machine POST /machine/hooks/payments/*#0"),
)
def _(patch):
    def close_in(self, cx, intent):
        now_ms = self._kit.clock.now_ms()
        after = replace(intent, state=IntentState.CLOSED, version=intent.version + 1)
        self._settling.tell_merchant(cx, after, NoticeType.INTENT_CLOSED, now_ms)
        return after

    patch.setattr(Collecting, "close_in", close_in)


@planted("paid after its code's end", "I11", Sweep(HEARD_LATE, CLOSE_LOST))
def _(patch):
    """The wallet said yes in time, and its merchant has not closed yet: only the platform knows."""
    patch.setattr(judge, "_last_ms", lambda intent: intent.pay_until_ms + DAY_MS)


@planted("check and act in two transactions", "I7", Sweep("two wallets, one code"))
def _(patch):
    """What the payer read is what is judged, whatever happened since."""
    read = {}
    offered = Paying._offered

    def stale(self, cx, provider, token, account, key):
        found = offered(self, cx, provider, token, account, key)
        if not key:
            read[account] = found
        return read.get(account, found)

    patch.setattr(Paying, "_offered", stale)
    patch.setattr(paying, "judge_offer", lambda *_: None)
    patch.setattr(settling.intents, "save", _whatever_it_was(settling.intents.save))


def _whatever_it_was(save):
    """The version is not looked at either."""

    def saved(cx, intent):
        now = settling.intents.by_id(cx, intent.id)
        save(cx, replace(intent, version=now.version + 1))

    return saved


@planted("fee dropped", "I13", Sweep("buy by WeChat Pay"))
def _(patch):
    patch.setattr(Books, "_charge_fee", lambda *_: None)


@planted("nobody notes that the fee went back", "I13", Sweep("jam, money back by WeChat Pay"))
def _(patch):
    accepted = refunding.refund_accepted
    patch.setattr(
        *(refunding, "refund_accepted"),
        lambda intent, amount_minor, _fee: accepted(intent, amount_minor, 0),
    )


@planted(
    *("idempotency key ignored", "I14"),
    Sweep("buy by hold", "answer_lost|machine>ledger POST /v1/intents#0"),
)
def _(patch):
    patch.setattr(collecting, "recall", lambda *_: None)
