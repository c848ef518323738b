"""What a wallet provider does for a payer: look at a code, say no, or say yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import HOLD_MS
from vendor_sim.kernel.problems import Code, Problem, Refused, refuse
from vendor_sim.payments.domain import (
    FAILURES,
    AttemptState,
    NoticeType,
    Offer,
    Role,
    Yes,
    attempted,
    authorised,
    judge_offer,
    judge_scan,
    scanned,
)
from vendor_sim.payments.service.kit import changed, missing
from vendor_sim.payments.service.views import authorisation_view, code_view
from vendor_sim.payments.store import intents, parties, presented
from vendor_sim.payments.store.intents import Fact
from vendor_sim.wire import qr

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vendor_sim.payments.domain import Intent, Party
    from vendor_sim.payments.service.kit import Kit
    from vendor_sim.payments.service.settling import Settling
    from vendor_sim.payments.service.views import Json
    from vendor_sim.payments.store.intents import Offered
    from vendor_sim.wire.schemas import Authorise


class Paying:
    """Codes and authorisations, from a provider's side."""

    def __init__(self, kit: Kit, settling: Settling) -> None:
        self._kit = kit
        self._settling = settling

    def resolve(self, provider: Party, code: str, account: str) -> Json:
        """What a scanned code asks for: a ``CodeView``. The scan is noted.

        Raises:
            Refused: ``not_found`` account, ``foreign_code``, ``unknown_code``, ``already_paid``,
                ``closed``, ``expired``, ``merchant_refused``.
        """

        def verb(cx: Connection) -> Json:
            intent = self._payable(cx, provider, code, account)
            now_ms = self._kit.clock.now_ms()
            fact = Fact(intent.id, f"scanned:{account}", "scanned", account, None, now_ms)
            if intents.note(cx, fact):
                if intent.scanned_at_ms is None:
                    intents.save(cx, scanned(intent, now_ms))
                changed(cx, intent)
            return code_view(intent, self._settling.merchant_name(intent))

        return self._kit.door.transact(verb)

    def decline(self, provider: Party, code: str, account: str) -> Json:
        """The payer says no: a ``CodeView``. The merchant is told, once; others may still pay.

        Raises:
            Refused: As for ``resolve``.
        """

        def verb(cx: Connection) -> Json:
            intent = self._payable(cx, provider, code, account)
            now_ms = self._kit.clock.now_ms()
            fact = Fact(intent.id, f"declined:{account}", "declined", account, None, now_ms)
            if intents.note(cx, fact):
                after = attempted(intent, AttemptState.DECLINED, None, account, now_ms)
                self._settling.tell_merchant(cx, after, NoticeType.PAYMENT_DECLINED, now_ms)
            return code_view(intent, self._settling.merchant_name(intent))

        return self._kit.door.transact(verb)

    def authorise(self, provider: Party, asked: Authorise, key: str) -> Json:
        """The payer says yes: the money is held or taken, all of it or nothing.

        Args:
            provider: Who asks; it must have opened the account.
            asked: What the payer agreed to, amount and currency included.
            key: Becomes the authorisation's id; a replay is answered with how it stands now, and
                one that failed stays failed.

        Returns:
            An ``AuthorisationView``.

        Raises:
            Refused: As for ``resolve``; ``idempotency_key_reused``, ``currency_mismatch``,
                ``amount_changed``, ``insufficient_funds``. Those of ``FAILURES`` are told to the
                merchant as a failed attempt.
        """
        token = token_of(asked.code)

        def verb(cx: Connection) -> Json | Problem:
            found = self._offered(cx, provider, token, asked.account, key)
            if found.used_by is not None:
                _check_replay(found, asked)
                return self.view(cx, found.intent)
            if found.refused_for is not None:
                raise _refused_before(found.refused_for)
            offer = Offer(asked.amount_minor, asked.currency, str(found.account_currency))
            yes = Yes(key, asked.account, provider.id)
            outcome = self.pay(cx, found.intent, offer, yes)
            return outcome if isinstance(outcome, Problem) else self.view(cx, outcome)

        outcome = self._kit.door.transact(verb)
        if isinstance(outcome, Problem):
            raise Refused(outcome.code, outcome.detail, outcome.where)
        return outcome

    def authorisation(self, provider: Party, authorisation_id: str) -> Json:
        """What became of a yes: an ``AuthorisationView``.

        Raises:
            Refused: ``not_found``, also where another provider said it.
        """

        def query(cx: Connection) -> Json:
            intent = intents.by_authorisation(cx, authorisation_id)
            if intent is None or intent.provider_id != provider.id:
                raise missing("authorisation", authorisation_id)
            return self.view(cx, intent)

        return self._kit.door.read(query)

    def view(self, cx: Connection, intent: Intent) -> Json:
        """An ``AuthorisationView``, with the account as it stands now."""
        standing = self._kit.books.payer(cx, str(intent.payer), intent.currency)
        shown, name = presented.consent(cx, intent), self._settling.merchant_name(intent)
        return authorisation_view(intent, name, shown, *standing)

    def _payable(self, cx: Connection, provider: Party, code: str, account: str) -> Intent:
        intent = self._offered(cx, provider, token_of(code), account, "").intent
        refuse(judge_scan(intent, self._suspended(intent), self._kit.clock.now_ms()))
        return intent

    def _offered(
        self, cx: Connection, provider: Party, token: str, account: str, authorisation_id: str
    ) -> Offered:
        found = intents.offered(cx, token, account, authorisation_id)
        if found is None:
            check_account(cx, provider, account)
            if intents.by_authorisation(cx, authorisation_id) is not None:
                raise _reused()
            raise _unknown()
        if found.provider_id != provider.id:
            raise missing("account", account)
        if found.intent.reserved_for not in {None, account}:
            raise _unknown()
        return found

    def pay(self, cx: Connection, intent: Intent, offer: Offer, yes: Yes) -> Intent | Problem:
        """Hold or take the money now, or note the failed attempt and say why it failed."""
        now_ms = self._kit.clock.now_ms()
        merchant = self._kit.parties.get(Role.MERCHANT, intent.merchant_id)
        problem = judge_offer(intent, offer, merchant.suspended, now_ms)
        outcome = problem or self._take(cx, intent, yes, merchant.fee_ppm)
        if isinstance(outcome, Problem) and outcome.code in FAILURES:
            self._note_failure(cx, intent, yes, outcome, now_ms)
        return outcome

    def _take(self, cx: Connection, was: Intent, yes: Yes, fee_ppm: int) -> Intent | Problem:
        now_ms = self._kit.clock.now_ms()
        intent = authorised(was, yes, now_ms, now_ms + HOLD_MS, fee_ppm)
        try:
            self._kit.books.pay(cx, intent, now_ms)
        except Refused as refused:
            return refused.problem
        self._settling.move(cx, was, intent, now_ms)
        return intent

    def _note_failure(
        self, cx: Connection, intent: Intent, yes: Yes, problem: Problem, now_ms: int
    ) -> None:
        key = intents.failed_key(yes.authorisation_id)
        reason = problem.code.value
        if intents.note(cx, Fact(intent.id, key, "failed", yes.payer, reason, now_ms)):
            after = attempted(intent, AttemptState.FAILED, reason, yes.payer, now_ms)
            self._settling.tell_merchant(cx, after, NoticeType.PAYMENT_FAILED, now_ms)

    def _suspended(self, intent: Intent) -> bool:
        return self._kit.parties.get(Role.MERCHANT, intent.merchant_id).suspended


def token_of(code: str) -> str:
    """The token in a scanned or typed text.

    Raises:
        Refused: ``foreign_code``, saying what it looks like.
    """
    found = qr.decode(code)
    if isinstance(found, qr.PaymentCode):
        return found.token
    raise Refused(Code.FOREIGN_CODE, f"this is no payment code of ours but: {found}", "code")


def check_account(cx: Connection, provider: Party, account: str) -> None:
    """Refuse an account that this provider did not open.

    Raises:
        Refused: ``not_found``.
    """
    payer = parties.payer(cx, account)
    if payer is None or payer.provider_id != provider.id:
        raise missing("account", account)


def _check_replay(found: Offered, asked: Authorise) -> None:
    intent = found.intent
    same = (intent.payer, intent.amount_minor, intent.currency) == (
        *(asked.account, asked.amount_minor, asked.currency),
    )
    if found.used_by != intent.id or not same:
        raise _reused()


def _refused_before(reason: str) -> Refused:
    """A late copy of a refused request must not take money that the payer was told is safe."""
    return Refused(Code(reason), "this authorisation was refused before; a new yes needs a new id")


def _unknown() -> Refused:
    return Refused(Code.UNKNOWN_CODE, "nobody asks for a payment with this code", "code")


def _reused() -> Refused:
    return Refused(
        Code.KEY_REUSED,
        "this key is the id of an authorisation with other input; use a new key",
        "Idempotency-Key",
    )
