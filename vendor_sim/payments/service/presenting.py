"""Code pay: a payer shows a code, and a merchant scans it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vendor_sim.kernel.ids import new_digits, new_id
from vendor_sim.kernel.limits import PRESENTED_MS
from vendor_sim.kernel.problems import Problem, refuse
from vendor_sim.payments.domain import (
    Offer,
    Presented,
    PresentedState,
    Yes,
    judge_presented,
    state_of,
)
from vendor_sim.payments.service.kit import changed, missing
from vendor_sim.payments.service.paying import check_account
from vendor_sim.payments.service.views import code_text, presented_view
from vendor_sim.payments.store import intents, parties
from vendor_sim.payments.store import presented as codes
from vendor_sim.storage.idempotency import fingerprint, recall, remember

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vendor_sim.payments.domain import Intent, Party
    from vendor_sim.payments.service.kit import Kit
    from vendor_sim.payments.service.paying import Paying
    from vendor_sim.payments.service.views import Json

_FIRST, _KINDS, _REST = 10, 6, 16
"""The first two digits are 10 to 15, sixteen more follow."""


class Presenting:
    """Codes that wallets show, and what merchants do with them."""

    def __init__(self, kit: Kit, paying: Paying) -> None:
        self._kit = kit
        self._paying = paying

    def issue(self, provider: Party, account: str, key: str) -> Json:
        """Make a code for a payer to show: a ``PresentedView``.

        Raises:
            Refused: ``not_found`` account, ``idempotency_key_reused``.
        """
        print_ = fingerprint("present", account)

        def verb(cx: Connection) -> Json:
            known = recall(cx, provider.caller, key, print_)
            found = codes.by_code(cx, known) if known else None
            if found is None:
                check_account(cx, provider, account)
                found = self._new(provider, account)
                codes.add(cx, found)
                remember(cx, provider.caller, key, print_, found.auth_code, found.issued_at_ms)
            return self._view(cx, found)

        return self._kit.door.transact(verb)

    def state(self, provider: Party, auth_code: str) -> Json:
        """How far a code has come: a ``PresentedView``.

        Raises:
            Refused: ``not_found``, also where another provider asked for it.
        """

        def query(cx: Connection) -> Json:
            found = codes.by_code(cx, auth_code)
            if found is None or found.provider_id != provider.id:
                raise missing("payment code", auth_code)
            return self._view(cx, found)

        return self._kit.door.read(query)

    def find(self, cx: Connection, auth_code: str) -> Presented | None:
        """The code of these digits; None where nobody shows it."""
        return codes.by_code(cx, auth_code)

    def is_used(self, auth_code: str) -> bool:
        """Whether a merchant charged or asked with these digits already."""
        found = self._kit.door.read(lambda cx: codes.by_code(cx, auth_code))
        return found is not None and found.intent_id is not None

    def charge(self, cx: Connection, intent: Intent, presented: Presented) -> Intent | Problem:
        """Take the money now, with the payer's standing consent; the code is used up.

        Returns:
            The intent as it is now; the problem where it cannot be paid so, noted as a failed
            attempt, which is to be committed.

        Raises:
            Refused: ``wrong_state`` for a code used before, ``expired``, ``unavailable``.
        """
        refuse(judge_presented(presented, self._kit.clock.now_ms()))
        yes = Yes(new_id(self._kit.ids, "au"), presented.account, presented.provider_id)
        payer = parties.payer(cx, presented.account)
        offer = Offer(intent.amount_minor, intent.currency, payer.currency if payer else "")
        consent = yes.authorisation_id
        # Before the money, for the notices of it name the code.
        codes.use(cx, replace(presented, intent_id=intent.id, authorisation_id=consent))
        outcome = self._paying.pay(cx, intent, offer, yes)
        if isinstance(outcome, Problem):
            codes.withdraw(cx, presented.auth_code)
        return outcome

    def ask(self, cx: Connection, intent: Intent, presented: Presented) -> Intent:
        """Ask the payer to say yes or no, with the intent's own code; the shown code is used up.

        Raises:
            Refused: ``wrong_state`` for a code used before, ``expired``, ``unavailable``.
        """
        refuse(judge_presented(presented, self._kit.clock.now_ms()))
        codes.use(cx, replace(presented, intent_id=intent.id))
        changed(cx, intent)
        return intent

    def free_payments_since(self, cx: Connection, account: str, since_ms: int) -> int:
        """How many codes of an account, shown since an instant, took money without asking."""
        return codes.charged_since(cx, account, since_ms)

    def _new(self, provider: Party, account: str) -> Presented:
        now_ms = self._kit.clock.now_ms()
        kind = _FIRST + self._kit.ids.raw("auth_kind", 1)[0] % _KINDS
        rest = new_digits(self._kit.ids, "auth_code", _REST)
        return Presented(f"{kind}{rest}", account, provider.id, now_ms, now_ms + PRESENTED_MS)

    def _view(self, cx: Connection, presented: Presented) -> Json:
        intent = intents.by_id(cx, presented.intent_id) if presented.intent_id else None
        stands = state_of(presented, intent, self._kit.clock.now_ms())
        code = authorisation = None
        if intent is not None and stands[0] is PresentedState.ASKING:
            code = code_text(intent, self._kit.link_base)
        if intent is not None and intent.payer is not None:
            authorisation = self._paying.view(cx, intent)
        return presented_view(presented, stands, code, authorisation)
