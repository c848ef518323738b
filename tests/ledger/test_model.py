"""Any sequence of transfers: the books agree with a model that is three dictionaries."""

from __future__ import annotations

from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.ledger.books import CODES, LEDGER, open_books
from vendor_sim.ledger import Kind, Side, Transfer, TransferCode
from vendor_sim.ledger.audit import audit

CURRENCY = st.sampled_from(["CNY", "JPY", "KWD"])
NAME = st.sampled_from(["bank", "pete", "shop"])
AMOUNT = st.integers(min_value=1, max_value=40)
FLOORED = ("pete", "shop")


class LedgerAgainstModel(RuleBasedStateMachine):
    """The model: posted by account, open holds by id, and what each id was told."""

    def __init__(self) -> None:
        super().__init__()
        self.books = open_books("sqlite://")
        self.now_ms = 0
        self.count = 0
        self.posted: Counter[str] = Counter()
        self.open: dict[str, Transfer] = {}
        self.told: dict[str, Transfer] = {}

    def teardown(self) -> None:
        assert self.books.db.read(audit) == []
        assert self.books.db.read(LEDGER.transfers) == sorted(
            self.books.seen.values(), key=lambda transfer: -(transfer.seq or 0)
        )
        self.books.db.close()

    @rule(pause_ms=st.integers(1, 20))
    def time_passes(self, pause_ms: int) -> None:
        self.now_ms += pause_ms

    @rule(debit=NAME, credit=NAME, currency=CURRENCY, amount=AMOUNT)
    def move(self, debit: str, credit: str, currency: str, amount: int) -> None:
        legs = (f"{debit}:{currency}", f"{credit}:{currency}")
        verdict = self.ask(Kind.SINGLE, *legs, amount)
        assert verdict == self.expected(debit, credit, legs[0], amount)
        if verdict == "ok":
            self.post(*legs, amount)

    @rule(debit=NAME, credit=NAME, currency=CURRENCY, amount=AMOUNT, life_ms=st.integers(1, 30))
    def hold(self, debit: str, credit: str, currency: str, amount: int, life_ms: int) -> None:
        legs = (f"{debit}:{currency}", f"{credit}:{currency}")
        verdict = self.ask(Kind.PENDING, *legs, amount, expires_at_ms=self.now_ms + life_ms)
        assert verdict == self.expected(debit, credit, legs[0], amount)
        if verdict == "ok":
            self.open[self.last] = self.told[self.last]

    @precondition(lambda self: any(t.kind is Kind.PENDING for t in self.told.values()))
    @rule(data=st.data(), kind=st.sampled_from([Kind.POST, Kind.VOID, Kind.EXPIRE]))
    def end(self, data: st.DataObject, kind: Kind) -> None:
        holds = [t for t in self.told.values() if t.kind is Kind.PENDING]
        hold = data.draw(st.sampled_from(holds))
        least = 1 if kind is Kind.POST else hold.amount_minor
        amount = data.draw(st.integers(least, hold.amount_minor))
        is_open = hold.id in self.open
        late = self.now_ms >= (hold.expires_at_ms or 0)
        verdict = self.ask(kind, hold.debit, hold.credit, amount, pending_id=hold.id)
        if not is_open or (kind is Kind.EXPIRE and not late):
            assert verdict == "wrong_state:pending_id"
        elif kind is Kind.POST and late:
            assert verdict == "expired:pending_id"
        else:
            assert verdict == "ok"
            del self.open[hold.id]
            if kind is Kind.POST:
                self.post(hold.debit, hold.credit, amount)

    @precondition(lambda self: self.told)
    @rule(data=st.data(), more=st.integers(0, 1))
    def replay(self, data: st.DataObject, more: int) -> None:
        transfer = data.draw(st.sampled_from(list(self.told.values())))
        again = Transfer(
            *(transfer.id, transfer.kind, transfer.code, transfer.debit, transfer.credit),
            *(transfer.amount_minor + more, transfer.currency, transfer.reference, self.now_ms),
            *(transfer.pending_id, transfer.expires_at_ms),
        )
        first = self.books.seen[transfer.id]
        assert self.books.submit(again) == ("exists:amount_minor" if more else "ok")
        assert self.books.seen[transfer.id] == first

    @invariant()
    def the_books_agree(self) -> None:
        held: Counter[str] = Counter()
        for transfer in self.open.values():
            held[transfer.debit] += transfer.amount_minor
        for standing in self.books.db.read(LEDGER.standings):
            account, balance = standing.account, standing.balance
            sign = 1 if account.side is Side.CREDIT else -1
            assert balance.posted(account.side) == sign * self.posted[account.id]
            if account.floor:
                assert balance.held(account.side) == held[account.id]
                assert balance.available(account.side) >= 0

    def expected(self, debit: str, credit: str, payer: str, amount: int) -> str:
        if debit == credit:
            return "invalid:credit"
        held = sum(t.amount_minor for t in self.open.values() if t.debit == payer)
        poor = debit in FLOORED and self.posted[payer] - held < amount
        return "insufficient_funds" if poor else "ok"

    def ask(
        self,
        kind: Kind,
        debit: str,
        credit: str,
        amount: int,
        *,
        pending_id: str | None = None,
        expires_at_ms: int | None = None,
    ) -> str:
        self.count += 1
        self.last = f"t{self.count}"
        transfer = Transfer(
            *(self.last, kind, CODES.get(kind, TransferCode.HOLD), debit, credit, amount),
            *(debit[-3:], "in_1", self.now_ms, pending_id, expires_at_ms),
        )
        verdict = self.books.submit(transfer)
        if verdict == "ok":
            self.told[self.last] = transfer
        return verdict

    def post(self, debit: str, credit: str, amount: int) -> None:
        self.posted[debit] -= amount
        self.posted[credit] += amount


LedgerAgainstModel.TestCase.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None
)
TestLedgerAgainstModel = LedgerAgainstModel.TestCase
