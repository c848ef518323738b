"""What every change of an intent has in common: it is stored, told and watched, in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.payments.domain import NEWS, IntentState, NoticeType, RefundState, Role
from vendor_sim.payments.service.dialects import V1
from vendor_sim.payments.service.kit import changed
from vendor_sim.payments.service.views import Json, intent_view, refund_view
from vendor_sim.payments.store import intents, presented
from vendor_sim.storage import outbox

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vendor_sim.payments.domain import Intent, Notice, Refund
    from vendor_sim.payments.service.dialects import Dialect
    from vendor_sim.payments.service.kit import Kit
    from vendor_sim.payments.service.notices import Notices

EXPIRE = "expire"
"""The kind of task that ends an intent or its hold by time; its key is the intent's id."""
LAPSE = "lapse"
"""The same for an intent that lies open for days: no world waits for that before it is at rest."""


class Settling:
    """Stores what happened to an intent, with everything that follows from it.

    Attributes:
        dialects: Who is called for intents that were not asked for in ``/v1``. Where a dialect is
            not spoken any more, its merchants are told nothing.
    """

    def __init__(self, kit: Kit, notices: Notices) -> None:
        self._kit = kit
        self._notices = notices
        self.dialects: dict[str, Dialect] = {}

    def view(self, intent: Intent) -> Json:
        """The intent as its merchant sees it."""
        return intent_view(intent, self.merchant_name(intent), self._kit.link_base)

    def merchant_name(self, intent: Intent) -> str:
        """Who is paid."""
        return self._kit.parties.get(Role.MERCHANT, intent.merchant_id).name

    def move(self, cx: Connection, was: Intent, intent: Intent, at_ms: int) -> Json:
        """Store a change of state, tell the merchant and the payer's provider, set the time limit.

        A provider that sent a yes has its answer; one whose payer's code was read must be told.

        Returns:
            The intent as its merchant sees it now.
        """
        view = self.view(intent)
        intents.save(cx, intent)
        told = self._for_merchant(cx, intent, NEWS[was.state, intent.state], view, at_ms)
        if was.state is IntentState.AUTHORISED or presented.consent(cx, intent) is not None:
            told += self._notices.for_provider(cx, intent, at_ms)
        self._post(cx, intent, told, at_ms)
        if intent.state is IntentState.AUTHORISED and intent.hold_until_ms is not None:
            outbox.move(cx, intent.id, intent.hold_until_ms)
        else:
            outbox.drop(cx, intent.id)
        return view

    def tell_merchant(self, cx: Connection, intent: Intent, news: NoticeType, at_ms: int) -> None:
        """Store a change that is the merchant's concern, and tell it."""
        intents.save(cx, intent)
        told = self._for_merchant(cx, intent, news, self.view(intent), at_ms)
        self._post(cx, intent, told, at_ms)

    def tell_payer(self, cx: Connection, intent: Intent, at_ms: int) -> Json:
        """Store a change that is the payer's concern, and tell the payer's provider.

        Returns:
            The intent as its merchant sees it now.
        """
        intents.save(cx, intent)
        self._post(cx, intent, self._notices.for_provider(cx, intent, at_ms), at_ms)
        return self.view(intent)

    def refund_ended(self, cx: Connection, intent: Intent, refund: Refund, at_ms: int) -> None:
        """Store what a refund's end made of its intent, and tell whom it concerns."""
        intents.save(cx, intent)
        told: list[Notice] = []
        dialect = self.dialects.get(intent.dialect)
        if dialect is not None:
            self._notices.tell(cx, intent, dialect.on_refund(cx, intent, refund, at_ms), at_ms)
        elif intent.dialect == V1 and refund.state is RefundState.SUCCEEDED:
            data = refund_view(refund, intent.currency)
            told = self._notices.for_merchant(intent, NoticeType.REFUND_SUCCEEDED, data, at_ms)
        if refund.state is not RefundState.ABNORMAL:
            told += self._notices.for_provider(cx, intent, at_ms)
        self._post(cx, intent, told, at_ms)

    def _for_merchant(
        self, cx: Connection, intent: Intent, news: NoticeType, view: Json, at_ms: int
    ) -> list[Notice]:
        """The notices to a merchant of ``/v1``; what another dialect tells is stored at once."""
        if intent.dialect == V1:
            return self._notices.for_merchant(intent, news, view, at_ms)
        dialect = self.dialects.get(intent.dialect)
        if dialect is not None:
            self._notices.tell(cx, intent, dialect.on_intent(cx, intent, news, at_ms), at_ms)
        return []

    def _post(self, cx: Connection, intent: Intent, told: list[Notice], at_ms: int) -> None:
        self._notices.post(cx, told, at_ms)
        changed(cx, intent)
