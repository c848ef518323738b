"""The same lines as on the databases, on books that are three dictionaries: the domain alone."""

from __future__ import annotations

from dataclasses import astuple, dataclass, field, replace

import pytest

from tests.ledger.books import ACCOUNTS, told
from tests.ledger.test_table import TABLES, check_balance
from vendor_sim.ledger.domain import (
    REPLAYED,
    Balance,
    Kind,
    Leg,
    Standing,
    Transfer,
    apply,
    genesis,
    judge,
    link,
)


def opened() -> dict[str, Standing]:
    """Every account as it is opened."""
    return {one.id: Standing(one, Balance(chain_hash=genesis(one, 0))) for one in ACCOUNTS}


@dataclass
class Bare:
    """Books without a database: accounts, transfers, and what ended each hold."""

    standings: dict[str, Standing] = field(default_factory=opened)
    seen: dict[str, Transfer] = field(default_factory=dict)
    ended: dict[str | None, Kind] = field(default_factory=dict)

    def submit(self, transfer: Transfer) -> str:
        """Ask for a transfer; the verdict is ``ok`` or the code of the refusal."""
        if transfer.id in self.seen:
            return self._replay(transfer)
        for where in ("debit", "credit"):
            if getattr(transfer, where) not in self.standings:
                return f"not_found:{where}"
        debit, credit = self.standings[transfer.debit], self.standings[transfer.credit]
        pending = self.seen.get(transfer.pending_id or "")
        ended_by = self.ended.get(transfer.pending_id) if pending else None
        problem = judge(transfer, debit, credit, pending, ended_by)
        if problem is not None:
            return f"{problem.code}:{problem.where}" if problem.where else problem.code
        transfer = replace(transfer, seq=len(self.seen) + 1)
        self._record(transfer, apply(transfer, debit, credit, pending))
        return "ok"

    def balance(self, account_id: str) -> Balance:
        """How an account stands."""
        return self.standings[account_id].balance

    def _replay(self, transfer: Transfer) -> str:
        known = self.seen[transfer.id]
        differs = [one for one in REPLAYED if getattr(known, one) != getattr(transfer, one)]
        return f"exists:{differs[0]}" if differs else "ok"

    def _record(self, transfer: Transfer, legs: tuple[Leg, Leg]) -> None:
        self.seen[transfer.id] = transfer
        if transfer.pending_id is not None:
            self.ended[transfer.pending_id] = transfer.kind
        for leg in legs:
            before = self.standings[leg.entry.account_id]
            check_entry(transfer, before, leg)
            self.standings[leg.entry.account_id] = replace(before, balance=leg.balance)


def check_entry(transfer: Transfer, before: Standing, leg: Leg) -> None:
    """An entry says what was before, what is after, and the difference; and is chained."""
    entry, side = leg.entry, before.account.side
    told_of = (entry.transfer_id, entry.seq, entry.at_ms)
    assert told_of == (transfer.id, transfer.seq, transfer.at_ms)
    assert entry.version == leg.balance.version == before.balance.version + 1
    assert entry.posted_before == before.balance.posted(side)
    assert (
        entry.posted_after == leg.balance.posted(side) == entry.posted_before + entry.posted_delta
    )
    assert entry.pending_before == before.balance.pending(side)
    assert entry.pending_after == leg.balance.pending(side)
    assert entry.pending_after == entry.pending_before + entry.pending_delta
    account_id, version, grew, *rest = astuple(entry)[2:-1]
    said = (account_id, version, grew.value, *rest)
    assert entry.chain_hash == leg.balance.chain_hash
    assert entry.chain_hash == link(before.balance.chain_hash, transfer, said)


@pytest.mark.parametrize("name", TABLES)
def test_each_line_gets_its_verdict_from_the_domain_alone(name: str) -> None:
    """And debits are credits in each currency, whatever was asked."""
    books = Bare()
    for line in filter(None, map(str.strip, TABLES[name].splitlines())):
        if line.startswith("="):
            check_balance(books, line)
        else:
            asked, verdict = line.split("->")
            assert books.submit(told(asked)) == verdict.strip(), line
    for currency in {account.currency for account in ACCOUNTS}:
        kept = [one.balance for one in books.standings.values() if one.account.currency == currency]
        assert sum(one.debits_posted for one in kept) == sum(one.credits_posted for one in kept)
        assert sum(one.debits_pending for one in kept) == sum(one.credits_pending for one in kept)
