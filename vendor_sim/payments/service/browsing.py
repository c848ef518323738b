"""What the operator's console and the world look at: everything, read only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.clock import rfc3339
from vendor_sim.ledger.audit import audit
from vendor_sim.payments.domain import Role
from vendor_sim.payments.service.books import owner_of
from vendor_sim.payments.service.kit import missing
from vendor_sim.payments.service.views import (
    Json,
    account_view,
    code_text,
    intent_view,
    refund_view,
    transfer_view,
)
from vendor_sim.payments.store import intents, notices, parties, refunds

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vendor_sim.ledger import Entry, Transfer
    from vendor_sim.payments.domain import Intent, Notice, Party
    from vendor_sim.payments.service.kit import Kit

LISTED_MAX = 200
"""Rows on one page of the console."""


class Browsing:
    """Lists and single things, as plain dictionaries; times are RFC 3339, amounts minor units."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._ledger = kit.books.ledger

    def merchants(self) -> list[Json]:
        """Every merchant: id, name, hook_url, suspended."""
        return [_party_view(party) for party in self._kit.parties.of_role(Role.MERCHANT)]

    def providers(self) -> list[Json]:
        """Every wallet provider, shown as merchants are."""
        return [_party_view(party) for party in self._kit.parties.of_role(Role.PROVIDER)]

    def intents(self, limit: int = LISTED_MAX) -> list[Json]:
        """The newest intents, each an ``IntentView`` with ``payer`` and ``authorisation``."""
        found = self._kit.door.read(lambda cx: intents.latest(cx, limit))
        return [self._intent(intent) for intent in found]

    def intent_life(self, intent_id: str) -> Json:
        """An intent and all that happened to it: codes, facts, transfers, refunds, notices.

        Raises:
            Refused: ``not_found``.
        """

        def query(cx: Connection) -> Json:
            intent = intents.by_id(cx, intent_id)
            if intent is None:
                raise missing("intent", intent_id)
            transfers = self._ledger.transfers(cx, reference=intent_id)
            return {
                "intent": self._intent(intent),
                "codes": [self._code(intent, row) for row in intents.codes(cx, intent_id)],
                "facts": [
                    {
                        "kind": fact.kind,
                        "account": fact.account,
                        "reason": fact.reason,
                        "at": rfc3339(fact.at_ms),
                    }
                    for fact in intents.facts(cx, intent_id)
                ],
                "transfers": [self._transfer(cx, one) for one in reversed(transfers)],
                "refunds": [
                    refund_view(one, intent.currency) for one in refunds.of_intent(cx, intent_id)
                ],
                "notices": [_notice(one) for one in notices.of_intent(cx, intent_id)],
            }

        return self._kit.door.read(query)

    def refunds(self, limit: int = LISTED_MAX) -> list[Json]:
        """The newest refunds, each a ``RefundView`` with ``merchant`` and ``order_ref``."""
        found = self._kit.door.read(lambda cx: refunds.latest(cx, limit))
        return [
            {
                **refund_view(one.refund, one.currency),
                "merchant": one.merchant_id,
                "order_ref": one.order_ref,
            }
            for one in found
        ]

    def notices(self, limit: int = LISTED_MAX) -> list[Json]:
        """The newest notices, without their attempts."""
        return [_notice(one) for one in self._kit.door.read(lambda cx: notices.latest(cx, limit))]

    def notice(self, notice_id: str) -> Json:
        """A notice with its body and every attempt to deliver it.

        Raises:
            Refused: ``not_found``.
        """

        def query(cx: Connection) -> Json:
            notice = notices.by_id(cx, notice_id)
            if notice is None:
                raise missing("notice", notice_id)
            tried = [
                {
                    "number": one.number,
                    "at": rfc3339(one.at_ms),
                    "status": one.status,
                    "problem": one.problem,
                    "headers": one.headers,
                }
                for one in notices.attempts(cx, notice_id)
            ]
            return {**_notice(notice), "body": notice.body, "tried": tried}

        return self._kit.door.read(query)

    def accounts(self) -> list[Json]:
        """Every account there is, each an ``AccountView`` with ``owner``."""

        def query(cx: Connection) -> list[Json]:
            names = {payer.account: payer.name for payer in parties.payers(cx)}
            return [
                self._account(standing, names.get(standing.account.id))
                for standing in self._ledger.standings(cx)
            ]

        return self._kit.door.read(query)

    def account(self, account_id: str) -> Json:
        """Any account, shown as in the list of all.

        Raises:
            Refused: ``not_found``.
        """

        def query(cx: Connection) -> Json:
            payer = parties.payer(cx, account_id)
            return self._account(
                self._ledger.standing(cx, account_id), payer.name if payer else None
            )

        return self._kit.door.read(query)

    def transfers(
        self,
        account_id: str | None = None,
        before_seq: int | None = None,
        limit: int = LISTED_MAX,
    ) -> list[Json]:
        """Transfers, newest first, each a ``TransferView`` with its two ``entries``."""

        def query(cx: Connection) -> list[Json]:
            found = self._ledger.transfers(
                cx, account=account_id, before_seq=before_seq, limit=limit
            )
            return [self._transfer(cx, one) for one in found]

        return self._kit.door.read(query)

    def transfer(self, transfer_id: str) -> Json:
        """One transfer with its two entries.

        Raises:
            Refused: ``not_found``.
        """
        return self._kit.door.read(
            lambda cx: self._transfer(cx, self._ledger.transfer(cx, transfer_id))
        )

    def audit(self) -> list[Json]:
        """Fold the whole log again: where the books disagree with it, ``rule`` and ``evidence``."""
        found = self._kit.door.read(audit)
        return [{"rule": one.rule.value, "evidence": one.evidence} for one in found]

    def _intent(self, intent: Intent) -> Json:
        merchant = self._kit.parties.get(Role.MERCHANT, intent.merchant_id)
        return {
            **intent_view(intent, merchant.name, self._kit.link_base),
            "payer": intent.payer,
            "authorisation": intent.authorisation_id,
            "refund_pending_minor": intent.refund_pending_minor,
        }

    def _code(self, intent: Intent, row: Any) -> Json:
        replaced_at_ms = row.replaced_at_ms
        return {
            "text": code_text(replace(intent, token=row.token), self._kit.link_base),
            "issued_at": rfc3339(row.issued_at_ms),
            "valid_until": rfc3339(row.valid_until_ms),
            "replaced_at": None if replaced_at_ms is None else rfc3339(replaced_at_ms),
            "ran_out": self._kit.clock.now_ms() >= row.valid_until_ms,
        }

    def _account(self, standing: Any, payer_name: str | None) -> Json:
        merchant_id = owner_of(standing.account.id)
        name, owner = payer_name, "payer"
        if merchant_id is not None:
            name, owner = self._kit.parties.get(Role.MERCHANT, merchant_id).name, "merchant"
        elif payer_name is None:
            name, owner = standing.account.id, "platform"
        return {**account_view(standing.account, standing.balance, str(name)), "owner": owner}

    def _transfer(self, cx: Connection, transfer: Transfer) -> Json:
        entries = self._ledger.entries_of(cx, transfer.id)
        return {**transfer_view(transfer), "entries": [_entry(one) for one in entries]}


def _party_view(party: Party) -> Json:
    return {
        "id": party.id,
        "name": party.name,
        "hook_url": party.hook_url,
        "suspended": party.suspended,
    }


def _notice(notice: Notice) -> Json:
    return {
        "id": notice.id,
        "type": notice.type,
        "to": notice.party_id,
        "role": notice.role,
        "intent": notice.intent_id,
        "state": notice.state,
        "attempts": notice.attempts,
        "occurred_at": rfc3339(notice.occurred_at_ms),
        "done_at": None if notice.done_at_ms is None else rfc3339(notice.done_at_ms),
        "problem": notice.problem,
        "dialect": notice.dialect,
        "url": notice.url,
    }


def _entry(entry: Entry) -> Json:
    return {
        "account": entry.account_id,
        "side": entry.side,
        "version": entry.version,
        "pending_delta_minor": entry.pending_delta,
        "posted_delta_minor": entry.posted_delta,
        "posted_before_minor": entry.posted_before,
        "posted_after_minor": entry.posted_after,
        "pending_before_minor": entry.pending_before,
        "pending_after_minor": entry.pending_after,
        "chain_hash": entry.chain_hash,
    }
