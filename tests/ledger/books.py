"""Books to test on, and a small language: one line is one transfer and its verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vendor_sim.kernel.problems import Refused
from vendor_sim.ledger import TABLES, Account, Kind, Ledger, Side, Transfer, TransferCode
from vendor_sim.storage.database import Database

if TYPE_CHECKING:
    from vendor_sim.ledger import Balance

LEDGER = Ledger()
ACCOUNTS = (
    *(Account(f"bank:{c}", c, Side.DEBIT, floor=False) for c in ("CNY", "JPY", "KWD")),
    *(Account(f"pete:{c}", c, Side.CREDIT, floor=True) for c in ("CNY", "JPY", "KWD")),
    *(Account(f"shop:{c}", c, Side.CREDIT, floor=True) for c in ("CNY", "JPY", "KWD")),
    Account("till", "CNY", Side.DEBIT, floor=True),
)
CODES = {
    Kind.SINGLE: TransferCode.TOP_UP,
    Kind.PENDING: TransferCode.HOLD,
    Kind.POST: TransferCode.SALE,
}


@dataclass
class Books:
    """Books on a database, every verb in a transaction of its own."""

    db: Database
    seen: dict[str, Transfer] = field(default_factory=dict)

    def submit(self, transfer: Transfer) -> str:
        """Ask for a transfer; the verdict is ``ok`` or the code of the refusal."""
        try:
            self.seen[transfer.id] = self.db.transact(lambda cx: LEDGER.submit(cx, transfer))
        except Refused as refused:
            where = refused.problem.where
            return f"{refused.problem.code}:{where}" if where else str(refused.problem.code)
        return "ok"

    def do(self, *lines: str) -> None:
        """Carry out lines that all must succeed."""
        for line in lines:
            assert self.submit(told(line)) == "ok", line

    def balance(self, account_id: str) -> Balance:
        """How an account stands."""
        return self.db.read(lambda cx: LEDGER.balance(cx, account_id))


def open_books(url: str) -> Books:
    """New books with all of :data:`ACCOUNTS`."""
    db = Database(url, TABLES)
    for account in ACCOUNTS:
        db.transact(lambda cx, account=account: LEDGER.open_account(cx, account, 0))
    return Books(db)


def told(line: str) -> Transfer:
    """Read a transfer: ``ID KIND DEBIT>CREDIT AMOUNT [CURRENCY] [@AT] [until AT] [of HOLD]``.

    Accounts without a currency are of the line's; the currency is CNY and the time 0 if not said.
    """
    words = line.split()
    transfer_id, kind, legs, amount, *rest = words
    currency = rest.pop(0) if rest and rest[0].isupper() else "CNY"
    at_ms = int(rest.pop(0)[1:]) if rest and rest[0].startswith("@") else 0
    more = dict(zip(rest[::2], rest[1::2], strict=True))
    debit, credit = (_account(name, currency) for name in legs.split(">"))
    return Transfer(
        *(transfer_id, Kind(kind), CODES.get(Kind(kind), TransferCode.HOLD), debit, credit),
        *(int(amount), currency, more.get("about", "in_1"), at_ms, more.get("of")),
        int(more["until"]) if "until" in more else None,
    )


def _account(name: str, currency: str) -> str:
    return f"{name}:{currency}" if name in {"bank", "pete", "shop"} else name
