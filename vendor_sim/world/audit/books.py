"""Rules about the books: every account, every transfer, every entry."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.limits import MINUTE_MS
from vendor_sim.world.audit.records import by, each, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vendor_sim.world.audit.records import Records, Row

COUNTERS = ("debits_pending", "debits_posted", "credits_pending", "credits_posted")
_TRANSFERS = "SELECT * FROM transfer ORDER BY seq"
_ENTRIES = "SELECT * FROM entry ORDER BY account_id, version"
_GRACE_MS = MINUTE_MS
_ORIGIN = ("id", "currency", "side", "floor", "opened_at_ms")
_LINK = ("version", "posted_before", "pending_before", "chain_hash")


def money_conserved(records: Records) -> Iterator[str]:
    """In every currency, what was debited is what was credited, posted and pending."""
    return each(
        records.in_ledger(
            """
            SELECT a.currency, SUM(b.debits_posted) AS debits_posted,
                   SUM(b.credits_posted) AS credits_posted,
                   SUM(b.debits_pending) AS debits_pending,
                   SUM(b.credits_pending) AS credits_pending
            FROM balance b JOIN account a ON a.id = b.account_id GROUP BY a.currency
            HAVING SUM(b.debits_posted) <> SUM(b.credits_posted)
                OR SUM(b.debits_pending) <> SUM(b.credits_pending)
            """
        )
    )


def transfers_balance(records: Records) -> Iterator[str]:
    """Every transfer has one entry on either of its accounts, and both are of its currency."""
    currencies = {row["id"]: row["currency"] for row in records.in_ledger("SELECT * FROM account")}
    entries = by(records.in_ledger("SELECT seq, account_id, side FROM entry"), "seq")
    for transfer in records.in_ledger(_TRANSFERS):
        sides = {(row["side"], row["account_id"]) for row in entries.pop((transfer["seq"],), [])}
        if sides != {("debit", transfer["debit"]), ("credit", transfer["credit"])}:
            yield f"transfer {transfer['id']} has entries {sorted(sides)}"
        for end in ("debit", "credit"):
            if currencies.get(transfer[end]) != transfer["currency"]:
                yield f"transfer {transfer['id']} of {transfer['currency']} on {transfer[end]}"
    for (seq,) in entries:
        yield f"entries of no transfer, seq={seq}"


def balances_are_the_log(records: Records) -> Iterator[str]:
    """Every balance is what the log of transfers adds up to."""
    folded = _fold(records)
    for balance in records.in_ledger("SELECT * FROM balance ORDER BY account_id"):
        right = folded.pop(balance["account_id"], Counter())
        wrong = [name for name in COUNTERS if balance[name] != right[name]]
        if wrong:
            yield f"{told(balance, 'account_id', *wrong)}; the log says {dict(right)}"
    for account in sorted(folded):
        yield f"{account} has transfers and no balance"


def floors_hold(records: Records) -> Iterator[str]:
    """No account that may not be overdrawn is, with what is held counting as gone."""
    return each(
        records.in_ledger(
            """
            SELECT a.id, b.debits_posted, b.debits_pending, b.credits_posted, b.credits_pending
            FROM account a JOIN balance b ON b.account_id = a.id
            WHERE a.floor = 1 AND (
                (a.side = 'credit' AND b.debits_posted + b.debits_pending > b.credits_posted)
             OR (a.side = 'debit' AND b.credits_posted + b.credits_pending > b.debits_posted))
            """
        )
    )


def entries_are_chained(records: Records) -> Iterator[str]:
    """Each account's entries are numbered, follow from each other, and carry the right seal."""
    transfers = {row["seq"]: row for row in records.in_ledger(_TRANSFERS)}
    entries = by(records.in_ledger(_ENTRIES), "account_id")
    balances = {row["account_id"]: row for row in records.in_ledger("SELECT * FROM balance")}
    for account in records.in_ledger("SELECT * FROM account ORDER BY id"):
        chain = Chain(account)
        for entry in entries.get((account["id"],), []):
            if not chain.goes_on(entry, transfers.get(entry["seq"], {})):
                yield f"{account['id']} breaks at {told(entry, 'version', 'seq', 'posted_before')}"
                break
        else:
            if not chain.ends_in(balances.get(account["id"], {})):
                yield f"{account['id']} stands elsewhere than where its entries led, {chain.posted}"


def holds_end_once(records: Records) -> Iterator[str]:
    """A hold ends once: posted before its time is over, dropped, or let go."""
    ends = by(
        records.in_ledger("SELECT * FROM transfer WHERE pending_id IS NOT NULL"), "pending_id"
    )
    for hold in records.in_ledger("SELECT * FROM transfer WHERE kind = 'pending' ORDER BY seq"):
        ended = ends.pop((hold["id"],), [])
        if len(ended) > 1:
            yield f"hold {hold['id']} ended {len(ended)} times"
        if not all(ends_well(hold, end) for end in ended):
            yield (
                f"hold {hold['id']} of {told(hold, 'amount_minor', 'expires_at_ms')} was posted "
                + ("; ".join(told(end, "amount_minor", "at_ms") for end in ended))
            )
    for (pending_id,) in ends:
        yield f"the end of a hold that never was, {pending_id}"


def holds_let_go(records: Records) -> Iterator[str]:
    """A hold that nobody ended lets go when its time is over."""
    return each(
        records.in_ledger(
            """
            SELECT h.id, h.amount_minor, h.reference, h.expires_at_ms FROM transfer h
            LEFT JOIN transfer e ON e.pending_id = h.id
            WHERE h.kind = 'pending' AND e.id IS NULL AND h.expires_at_ms < :due ORDER BY h.seq
            """,
            due=records.now_ms - _GRACE_MS,
        )
    )


class Chain:
    """An account's entries, followed from the first."""

    def __init__(self, account: Row) -> None:
        self.account = account
        self.seal = _seal(*(account[name] for name in _ORIGIN))
        self.version = self.posted = self.pending = 0

    def goes_on(self, entry: Row, transfer: Row) -> bool:
        """Whether an entry is the next one; then the chain is longer by it."""
        self.seal = _seal(self.seal, *_sealed(transfer, entry))
        self.version += 1
        expected = (self.version, self.posted, self.pending, self.seal)
        self.posted, self.pending = entry["posted_after"], entry["pending_after"]
        return expected == tuple(entry[name] for name in _LINK)

    def ends_in(self, balance: Row) -> bool:
        """Whether the balance is where the chain ends."""
        net = balance.get("credits_posted", 0) - balance.get("debits_posted", 0)
        posted = net if self.account["side"] == "credit" else -net
        found = (balance.get("version"), balance.get("chain_hash"), posted)
        return found == (self.version, self.seal, self.posted)


def effect(transfer: Row, held_minor: int) -> tuple[int, int]:
    """What a transfer adds on either side, pending and posted; given what it ends was of."""
    amount_minor: int = transfer["amount_minor"]
    pending = amount_minor if transfer["kind"] == "pending" else -held_minor
    return pending, amount_minor if transfer["kind"] in {"single", "post"} else 0


def overdrawn(account: Row, balance: Mapping[str, Any]) -> bool:
    """Whether an account with a floor is below it, with what is held counting as gone."""
    out, back = ("debits", "credits") if account["side"] == "credit" else ("credits", "debits")
    gone = balance[f"{out}_posted"] + balance[f"{out}_pending"]
    return bool(account["floor"] == 1 and gone > balance[f"{back}_posted"])


def ends_well(hold: Row, end: Row) -> bool:
    """Whether a transfer that ends a hold came in time and took no more than was held."""
    late = end["kind"] == "post" and end["at_ms"] >= hold["expires_at_ms"]
    return not late and end["amount_minor"] <= hold["amount_minor"]


def _fold(records: Records) -> dict[str, Counter[str]]:
    counters: dict[str, Counter[str]] = defaultdict(Counter)
    log = records.in_ledger(_TRANSFERS)
    holds = {row["id"]: row["amount_minor"] for row in log if row["kind"] == "pending"}
    for row in log:
        pending, posted = effect(row, holds.get(row["pending_id"], 0))
        for side in ("debit", "credit"):
            counters[row[side]][f"{side}s_pending"] += pending
            counters[row[side]][f"{side}s_posted"] += posted
    return counters


def _sealed(transfer: dict[str, Any], entry: dict[str, Any]) -> tuple[Any, ...]:
    """What the seal of an entry covers, in order, besides the seal before it."""
    of_transfer = (
        *("seq", "id", "kind", "code", "debit", "credit", "amount_minor", "currency"),
        *("reference", "at_ms", "pending_id", "expires_at_ms"),
    )
    of_entry = (
        *("account_id", "version", "side", "pending_delta", "posted_delta", "posted_before"),
        *("posted_after", "pending_before", "pending_after", "at_ms"),
    )
    return (*(transfer.get(name) for name in of_transfer), *(entry[name] for name in of_entry))


def _seal(*facts: Any) -> str:
    return hashlib.sha256(ascii(facts).encode()).hexdigest()
