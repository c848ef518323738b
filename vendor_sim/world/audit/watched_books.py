"""The books as a watch follows them: transfer by transfer, account by account."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from vendor_sim.world.audit.books import COUNTERS, Chain, effect, ends_well, overdrawn
from vendor_sim.world.audit.records import told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_sim.world.audit.eye import Eye
    from vendor_sim.world.audit.records import Row

    Found = Iterator[tuple[str, str]]

_NEW = "SELECT * FROM transfer WHERE seq > ? ORDER BY seq"
_ENTRIES = "SELECT * FROM entry WHERE account_id IN (?, ?) AND seq = ?"
_ACCOUNT = "SELECT * FROM account WHERE id = ?"
_BALANCE = "SELECT * FROM balance WHERE account_id = ?"


class _Followed:
    """An account: the fold of its transfers, and the chain of its entries."""

    def __init__(self, account: Row) -> None:
        self.account = account
        self.chain = Chain(account)
        self.counters: Counter[str] = Counter()


class WatchedBooks:
    """Follows the log.

    Attributes:
        named: What the transfers of the last look are about: ids of intents, among others.
    """

    def __init__(self, eye: Eye) -> None:
        self.named: set[str] = set()
        self._eye = eye
        self._last = 0
        self._accounts: dict[str, _Followed] = {}
        self._holds: dict[str, Row] = {}
        self._ended: set[str] = set()

    def look(self) -> Found:
        """Follow what was logged since the last look."""
        new = self._eye.rows(_NEW, self._last)
        self.named = {row["reference"] for row in new}
        for transfer in new:
            self._last = transfer["seq"]
            yield from self._ends(transfer)
            yield from self._enters(transfer)
        for account_id in sorted({row[end] for row in new for end in ("debit", "credit")}):
            yield from self._stands(account_id)

    def _ends(self, transfer: Row) -> Found:
        if transfer["kind"] == "pending":
            self._holds[transfer["id"]] = transfer
        elif transfer["pending_id"] is not None:
            hold = self._holds.get(transfer["pending_id"])
            again = transfer["pending_id"] in self._ended
            self._ended.add(transfer["pending_id"])
            if hold is None or again or not ends_well(hold, transfer):
                shown = told(transfer, "id", "kind", "pending_id", "amount_minor", "at_ms")
                yield "holds_end_once", f"{shown}; the hold is {hold}"

    def _enters(self, transfer: Row) -> Found:
        held_minor = self._holds.get(transfer["pending_id"], {}).get("amount_minor", 0)
        pending, posted = effect(transfer, held_minor)
        ends = (transfer["debit"], transfer["credit"])
        entries = self._eye.rows(_ENTRIES, *ends, transfer["seq"])
        sides = sorted((row["side"], row["account_id"]) for row in entries)
        if sides != [("credit", transfer["credit"]), ("debit", transfer["debit"])]:
            yield "transfers_balance", f"transfer {transfer['id']} has entries {sides}"
        for side in ("debit", "credit"):
            account = self._followed(transfer[side])
            account.counters[f"{side}s_pending"] += pending
            account.counters[f"{side}s_posted"] += posted
            if account.account["currency"] != transfer["currency"]:
                shown = told(transfer, "id", "currency", side)
                yield "transfers_balance", f"{shown} is of {account.account['currency']}"
        for entry in entries:
            if not self._followed(entry["account_id"]).chain.goes_on(entry, transfer):
                shown = told(entry, "account_id", "version", "seq", "posted_before")
                yield "entries_are_chained", f"it breaks at {shown}"

    def _stands(self, account_id: str) -> Found:
        followed = self._followed(account_id)
        balance: Row = next(iter(self._eye.rows(_BALANCE, account_id)), {})
        wrong = [name for name in COUNTERS if balance.get(name) != followed.counters[name]]
        if wrong:
            yield "balances_are_the_log", f"{balance}; the log says {dict(followed.counters)}"
        elif not followed.chain.ends_in(balance):
            yield "entries_are_chained", f"{account_id} stands elsewhere than its entries led"
        if overdrawn(followed.account, followed.counters):
            yield "floors_hold", f"{account_id}, {dict(followed.counters)}"

    def _followed(self, account_id: str) -> _Followed:
        if account_id not in self._accounts:
            [account] = self._eye.rows(_ACCOUNT, account_id)
            self._accounts[account_id] = _Followed(account)
        return self._accounts[account_id]
