"""What a merchant and a wallet provider can ask of the ledger service over ``/v1``.

Each call returns the typed answer, raises :class:`Refused` with the platform's own problem, or
lets :data:`~vendor_sim.wire.http.NoAnswer` through, after which nobody knows what was done: the
same call with the same key may be made again until somebody does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ValidationError

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.wire import strict_json
from vendor_sim.wire.http import Http
from vendor_sim.wire.schemas import (
    AccountView,
    AuthorisationView,
    CodeView,
    IntentView,
    PresentedView,
    RefundPage,
    RefundView,
)

if TYPE_CHECKING:
    from vendor_sim.wire.http import Transport

M = TypeVar("M", bound=BaseModel)


class _Client:
    def __init__(self, base_url: str, key: str, transport: Transport) -> None:
        self._http = Http(base_url, transport, {"Authorization": f"Bearer {key}"})

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def _get(self, model: type[M], path: str) -> M:
        return self._ask(model, "GET", path, None, None)

    def _post(self, model: type[M], path: str, body: dict[str, Any], key: str | None = None) -> M:
        return self._ask(model, "POST", path, body, key)

    def _ask(
        self, model: type[M], method: str, path: str, body: dict[str, Any] | None, key: str | None
    ) -> M:
        raw = None if body is None else strict_json.compact(body)
        answer = self._http.send(method, path, raw, {"Idempotency-Key": key} if key else None)
        if not answer.ok:
            problem = answer.problem
            raise Refused(problem.code, problem.detail, problem.where)
        try:
            return model.model_validate(answer.body)
        except ValidationError:
            raise Refused(
                Code.UNAVAILABLE, f"{method} {path} was answered in a shape unknown here"
            ) from None


class PaymentsClient(_Client):
    """A merchant of the ledger service."""

    def open_intent(self, body: dict[str, Any], key: str) -> IntentView:
        """Ask to collect for an order (``CreateIntent``)."""
        return self._post(IntentView, "/v1/intents", body, key)

    def intent(self, intent_id: str) -> IntentView:
        """How an intent stands."""
        return self._get(IntentView, f"/v1/intents/{quote(intent_id, safe='')}")

    def close_intent(self, intent_id: str) -> IntentView:
        """Stop collecting; refused (``already_paid``) where somebody paid."""
        return self._act(intent_id, "close", {}, None)

    def capture(self, intent_id: str, key: str) -> IntentView:
        """Post the hold."""
        return self._act(intent_id, "capture", {}, key)

    def void(self, intent_id: str, key: str) -> IntentView:
        """Drop the hold."""
        return self._act(intent_id, "void", {}, key)

    def fulfil(self, intent_id: str, drop: str) -> IntentView:
        """Tell the payer what became of the goods."""
        return self._act(intent_id, "fulfilment", {"drop": drop}, None)

    def refund(self, intent_id: str, amount_minor: int, reason: str, key: str) -> RefundView:
        """Give part or all of a capture back."""
        body = {"amount_minor": amount_minor, "reason": reason}
        return self._post(RefundView, _refunds(intent_id), body, key)

    def refunds(self, intent_id: str) -> RefundPage:
        """What was given back of a capture, whoever asked for it."""
        return self._get(RefundPage, _refunds(intent_id))

    def refund_state(self, refund_id: str) -> RefundView:
        """How a refund stands."""
        return self._get(RefundView, f"/v1/refunds/{quote(refund_id, safe='')}")

    def _act(self, intent_id: str, verb: str, body: dict[str, Any], key: str | None) -> IntentView:
        return self._post(IntentView, f"/v1/intents/{quote(intent_id, safe='')}/{verb}", body, key)


def _refunds(intent_id: str) -> str:
    return f"/v1/intents/{quote(intent_id, safe='')}/refunds"


class ProviderClient(_Client):
    """A wallet provider: it reaches the payer accounts it opened, and no other."""

    def open_account(self, name: str, currency: str, key: str) -> AccountView:
        """Open a payer account."""
        return self._post(AccountView, "/v1/accounts", {"name": name, "currency": currency}, key)

    def top_up(self, account: str, amount_minor: int, key: str) -> AccountView:
        """Put demo money into an account."""
        path = f"/v1/accounts/{quote(account, safe='')}/top-ups"
        return self._post(AccountView, path, {"amount_minor": amount_minor}, key)

    def account(self, account: str) -> AccountView:
        """How an account stands."""
        return self._get(AccountView, f"/v1/accounts/{quote(account, safe='')}")

    def resolve(self, code: str, account: str) -> CodeView:
        """What a scanned code asks for."""
        return self._post(CodeView, "/v1/codes/resolve", {"code": code, "account": account})

    def authorise(self, body: dict[str, Any], key: str) -> AuthorisationView:
        """Say yes (``Authorise``). The key is the authorisation's id, made by the caller."""
        return self._post(AuthorisationView, "/v1/authorisations", body, key)

    def authorisation(self, authorisation_id: str) -> AuthorisationView:
        """What became of a yes."""
        path = f"/v1/authorisations/{quote(authorisation_id, safe='')}"
        return self._get(AuthorisationView, path)

    def decline(self, code: str, account: str) -> CodeView:
        """Say no."""
        return self._post(CodeView, "/v1/declines", {"code": code, "account": account})

    def present(self, account: str, key: str) -> PresentedView:
        """Ask for a code that the payer shows to a merchant's scanner."""
        return self._post(PresentedView, "/v1/payment-codes", {"account": account}, key)

    def presented(self, auth_code: str) -> PresentedView:
        """How far such a code has come."""
        return self._get(PresentedView, f"/v1/payment-codes/{quote(auth_code, safe='')}")
