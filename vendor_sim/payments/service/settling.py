"""What every change of an intent has in common: it is stored, told and watched, in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.payments.domain import NEWS, IntentState, NoticeType, Role
from vendor_sim.payments.service.kit import changed
from vendor_sim.payments.service.views import Json, intent_view
from vendor_sim.payments.store import intents
from vendor_sim.storage import outbox

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vendor_sim.payments.domain import Intent, Notice
    from vendor_sim.payments.service.kit import Kit
    from vendor_sim.payments.service.notices import Notices

EXPIRE = "expire"
"""The kind of task that ends an intent or its hold by time; its key is the intent's id."""


class Settling:
    """Stores what happened to an intent, with everything that follows from it."""

    def __init__(self, kit: Kit, notices: Notices) -> None:
        self._kit = kit
        self._notices = notices

    def view(self, intent: Intent) -> Json:
        """The intent as its merchant sees it."""
        return intent_view(intent, self.merchant_name(intent), self._kit.link_base)

    def merchant_name(self, intent: Intent) -> str:
        """Who is paid."""
        return self._kit.parties.get(Role.MERCHANT, intent.merchant_id).name

    def move(self, cx: Connection, was: Intent, intent: Intent, at_ms: int) -> Json:
        """Store a change of state, tell the merchant and the payer's provider, set the time limit.

        Returns:
            The intent as its merchant sees it now.
        """
        view = self.view(intent)
        told = self._notices.for_merchant(intent, NEWS[was.state, intent.state], view, at_ms)
        if was.state is IntentState.AUTHORISED:
            told += self._notices.for_provider(cx, intent, at_ms)
        self._store(cx, intent, told, at_ms)
        if intent.state is IntentState.AUTHORISED and intent.hold_until_ms is not None:
            outbox.move(cx, intent.id, intent.hold_until_ms)
        else:
            outbox.drop(cx, intent.id)
        return view

    def tell_merchant(self, cx: Connection, intent: Intent, news: NoticeType, at_ms: int) -> None:
        """Store a change that is the merchant's concern, and tell it."""
        told = self._notices.for_merchant(intent, news, self.view(intent), at_ms)
        self._store(cx, intent, told, at_ms)

    def tell_payer(self, cx: Connection, intent: Intent, at_ms: int) -> Json:
        """Store a change that is the payer's concern, and tell the payer's provider.

        Returns:
            The intent as its merchant sees it now.
        """
        self._store(cx, intent, self._notices.for_provider(cx, intent, at_ms), at_ms)
        return self.view(intent)

    def refunded(self, cx: Connection, intent: Intent, refund: Json, at_ms: int) -> None:
        """Store that a refund arrived, and tell both sides."""
        news = NoticeType.REFUND_SUCCEEDED
        told = self._notices.for_merchant(intent, news, refund, at_ms)
        told += self._notices.for_provider(cx, intent, at_ms)
        self._store(cx, intent, told, at_ms)

    def _store(self, cx: Connection, intent: Intent, told: list[Notice], at_ms: int) -> None:
        intents.save(cx, intent)
        self._notices.post(cx, told, at_ms)
        changed(cx, intent)
