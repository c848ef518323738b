"""The service object: one part for each kind of caller, over one database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim import ledger
from vendor_sim.kernel.limits import REFUND_MS
from vendor_sim.payments.service.accounts import Accounts
from vendor_sim.payments.service.books import Books
from vendor_sim.payments.service.browsing import Browsing
from vendor_sim.payments.service.collecting import Collecting
from vendor_sim.payments.service.kit import Kit
from vendor_sim.payments.service.notices import Notices
from vendor_sim.payments.service.parties import MerchantSeed, Parties
from vendor_sim.payments.service.paying import Paying
from vendor_sim.payments.service.presenting import Presenting
from vendor_sim.payments.service.refunding import Refunding
from vendor_sim.payments.service.settling import Settling
from vendor_sim.payments.store import ROWS
from vendor_sim.storage.idempotency import ANSWER
from vendor_sim.storage.outbox import TASK

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.kernel.ids import Ids
    from vendor_sim.payments.domain import Party
    from vendor_sim.payments.service.dialects import Dialect
    from vendor_sim.payments.service.views import Json
    from vendor_sim.storage.database import Door

TABLES = (*ledger.TABLES, *ROWS, TASK, ANSWER)
"""All tables of the platform's database, the books included."""


class PaymentsService:
    """The payment platform.

    Attributes:
        parties: Who may call: merchants, wallet providers, their keys.
        collecting: Intents, for merchants.
        refunding: Refunds, for merchants.
        paying: Codes and authorisations, for wallet providers.
        presenting: Codes that payers show, for wallet providers and dialects.
        accounting: Accounts, transfers and statements, for both.
        notices: Notifications, and sending them again by hand.
        browsing: Everything, read only, for the console.
        link_base: Scheme, host and port that links in payment codes point to.
    """

    def __init__(
        self,
        door: Door,
        clock: Clock,
        ids: Ids,
        *,
        link_base: str,
        refund_ms: int = REFUND_MS,
        dialects: Mapping[str, Callable[[PaymentsService], Dialect]] | None = None,
    ) -> None:
        """Work on a database that has :data:`TABLES`.

        Args:
            door: The way into it.
            clock: The time.
            ids: The source of ids and tokens.
            link_base: Scheme, host and port that links in payment codes point to.
            refund_ms: How long a refund rests in transit.
            dialects: What makes each dialect besides ``/v1``, once the parts of this stand.
        """
        self.parties = Parties(door, clock)
        kit = Kit(door, clock, ids, Books(ledger.Ledger()), self.parties, link_base, refund_ms)
        self.notices = Notices(kit)
        settling = Settling(kit, self.notices)
        self.collecting = Collecting(kit, settling)
        self.refunding = Refunding(kit, settling)
        self.paying = Paying(kit, settling)
        self.presenting = Presenting(kit, self.paying)
        self.accounting = Accounts(kit)
        self.browsing = Browsing(kit)
        self.door = door
        self.link_base = link_base
        settling.dialects |= {name: make(self) for name, make in (dialects or {}).items()}

    def add_merchant(self, seed: MerchantSeed) -> Party:
        """Add a merchant, or change the one of that id.

        Raises:
            Refused: ``invalid`` or ``exists``, naming the field.
        """
        return self.parties.add_merchant(seed)

    def merchants(self) -> list[Json]:
        """Every merchant: id, name, hook_url, suspended."""
        return self.browsing.merchants()

    def accounts(self) -> list[Json]:
        """Every account, each an ``AccountView`` with ``owner``."""
        return self.browsing.accounts()

    def account_view(self, account_id: str) -> Json:
        """One account, whoever owns it.

        Raises:
            Refused: ``not_found``.
        """
        return self.browsing.account(account_id)

    def refund_for_order(
        self, merchant_id: str, order_ref: str, amount_minor: int, key: str
    ) -> str:
        """Give money back for a merchant's order; answers with the refund's id.

        Raises:
            Refused: ``not_found``, ``wrong_state``, ``over_refund``, ``insufficient_funds``.
        """
        return self.refunding.refund_for_order(merchant_id, order_ref, amount_minor, key)
