"""Accounts as providers and merchants see them: balance, transfers, statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.kernel.ids import new_id
from vendor_sim.kernel.limits import STATEMENT_ROWS_MAX
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.payments.domain import Payer, Role
from vendor_sim.payments.service.books import owner_of, payer_account
from vendor_sim.payments.service.collecting import check_currency
from vendor_sim.payments.service.kit import PLATFORM, missing
from vendor_sim.payments.service.views import (
    Json,
    account_view,
    statement_line,
    transfer_view,
)
from vendor_sim.payments.store import parties
from vendor_sim.storage.database import touch
from vendor_sim.storage.idempotency import fingerprint, recall, remember

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vendor_sim.ledger import Entry, Transfer
    from vendor_sim.payments.domain import Party
    from vendor_sim.payments.service.kit import Kit
    from vendor_sim.wire.schemas import OpenAccount


class Accounts:
    """Who may look: a provider at the accounts it opened, a merchant at its own, we at all."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._ledger = kit.books.ledger

    def open_account(self, provider: Party, asked: OpenAccount, key: str) -> Json:
        """Open a payer account: an ``AccountView``.

        Raises:
            Refused: ``invalid`` currency, ``idempotency_key_reused``.
        """
        check_currency(asked.currency)
        print_ = fingerprint("open_account", asked.model_dump_json())

        def verb(cx: Connection) -> Json:
            known = recall(cx, provider.caller, key, print_)
            if known is not None:
                return self._view(cx, provider, known)
            now_ms = self._kit.clock.now_ms()
            account = payer_account(new_id(self._kit.ids, "acc"), asked.currency)
            self._ledger.open_account(cx, account, now_ms)
            parties.add_payer(cx, Payer(account.id, provider.id, asked.name, asked.currency))
            remember(cx, provider.caller, key, print_, account.id, now_ms)
            touch(cx, PLATFORM)
            return self._view(cx, provider, account.id)

        return self._kit.door.transact(verb)

    def top_up(self, provider: Party, account_id: str, amount_minor: int, key: str) -> Json:
        """Put demo money into a payer account: an ``AccountView``.

        Raises:
            Refused: ``not_found``, ``invalid`` where it cannot hold so much,
                ``idempotency_key_reused``.
        """
        print_ = fingerprint("top_up", account_id, str(amount_minor))

        def verb(cx: Connection) -> Json:
            known = recall(cx, provider.caller, key, print_)
            self._name(cx, provider, account_id)
            if known is None:
                now_ms = self._kit.clock.now_ms()
                account = self._ledger.account(cx, account_id)
                transfer_id = new_id(self._kit.ids, "tr")
                self._kit.books.top_up(cx, account, amount_minor, transfer_id, now_ms)
                remember(cx, provider.caller, key, print_, account_id, now_ms)
                touch(cx, PLATFORM)
            return self._view(cx, provider, account_id)

        return self._kit.door.transact(verb)

    def account(self, caller: Party, account_id: str) -> Json:
        """How an account stands: an ``AccountView``.

        Raises:
            Refused: ``not_found``, also where it is somebody else's.
        """
        return self._kit.door.read(lambda cx: self._view(cx, caller, account_id))

    def transfers(self, caller: Party, account_id: str, before_seq: int | None, limit: int) -> Json:
        """What moved on an account, newest first: a ``TransferPage``.

        Raises:
            Refused: ``not_found``.
        """

        def query(cx: Connection) -> list[Transfer]:
            self._view(cx, caller, account_id)
            return self._ledger.transfers(
                cx, account=account_id, before_seq=before_seq, limit=limit
            )

        return {"transfers": [transfer_view(one) for one in self._kit.door.read(query)]}

    def statement(
        self, caller: Party, account_id: str, since_ms: int, until_ms: int | None
    ) -> Json:
        """What was posted from one instant to before another: a ``StatementView``.

        Args:
            caller: Who asks.
            account_id: Which account.
            since_ms: The first instant.
            until_ms: The instant after the last; None for everything up to and with now.

        Raises:
            Refused: ``not_found``; ``invalid`` where it has too many lines for one answer.
        """
        end_ms = self._kit.clock.now_ms() + 1 if until_ms is None else until_ms
        return self._kit.door.read(
            lambda cx: self._statement(cx, caller, account_id, since_ms, end_ms)
        )

    def _statement(
        self, cx: Connection, caller: Party, account_id: str, since_ms: int, until_ms: int
    ) -> Json:
        view = self._view(cx, caller, account_id)
        entries = self._ledger.entries(
            cx, account_id, since_ms, until_ms, STATEMENT_ROWS_MAX + 1, posted_only=True
        )
        if len(entries) > STATEMENT_ROWS_MAX:
            raise Refused(
                Code.INVALID, f"over {STATEMENT_ROWS_MAX} lines; ask for a shorter time", "from"
            )
        opening = self._ledger.posted_before(cx, account_id, since_ms)
        causes = self._causes(cx, account_id, entries)
        return {
            "account": account_id,
            "currency": view["currency"],
            "opening_minor": opening,
            "closing_minor": entries[-1].posted_after if entries else opening,
            "lines": [statement_line(one, causes[one.transfer_id]) for one in entries],
        }

    def _causes(self, cx: Connection, account_id: str, entries: list[Entry]) -> dict[str, Transfer]:
        """The transfers behind entries, a page at a time."""
        found: dict[str, Transfer] = {}
        before = entries[-1].seq + 1 if entries else 0
        while entries and entries[0].transfer_id not in found:
            page = self._ledger.transfers(cx, account=account_id, before_seq=before)
            found |= {one.id: one for one in page}
            before = min(one.seq or 0 for one in page)
        return found

    def _view(self, cx: Connection, caller: Party, account_id: str) -> Json:
        name = self._name(cx, caller, account_id)
        standing = self._ledger.standing(cx, account_id)
        return account_view(standing.account, standing.balance, name)

    def _name(self, cx: Connection, caller: Party, account_id: str) -> str:
        if caller.role is Role.MERCHANT:
            if owner_of(account_id) == caller.id:
                return caller.name
            raise missing("account", account_id)
        payer = parties.payer(cx, account_id)
        if payer is None or payer.provider_id != caller.id:
            raise missing("account", account_id)
        return payer.name
