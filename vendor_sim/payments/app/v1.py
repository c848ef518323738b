"""The API ``/v1``: reads a request by its route, calls one verb of the service, answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response

from vendor_sim import web
from vendor_sim.kernel.clock import parse_rfc3339
from vendor_sim.kernel.limits import STATEMENT_ROWS_MAX
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.payments.app.route import ID_FORM, Key, Route
from vendor_sim.payments.app.routes import ROUTES, TRANSFERS_LISTED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vendor_sim.payments.service import Party, PaymentsService

Json = dict[str, Any]

_PATH_ID = re.compile(r"[A-Za-z0-9_.:-]{1,128}", re.ASCII)
_ORDER_REF = re.compile(str(ID_FORM["pattern"]), re.ASCII)
_DIGITS = re.compile(r"[0-9]{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Ask:
    """A request that is well formed, from somebody who may make it.

    Attributes:
        caller: Whose API key it came with.
        key: Its idempotency key; empty where the route takes none.
        body: The validated body; None where the route takes none.
        query: Its query parameters, absent ones None.
    """

    caller: Party
    key: str
    body: Any
    query: Mapping[str, str | None]


class V1:
    """One handler for each route, by the route's name."""

    def __init__(self, service: PaymentsService) -> None:
        self._service = service

    def blueprint(self) -> Blueprint:
        """The routes, ready to be registered."""
        blueprint = Blueprint("v1", __name__)
        for route in ROUTES:
            rule = route.path.replace("{", "<").replace("}", ">")
            view = self._view(route, getattr(self, route.name))
            blueprint.add_url_rule(rule, route.name, view, methods=[route.method])
        return blueprint

    def _view(self, route: Route, handler: Callable[..., Json]) -> Callable[..., Response]:
        names = [param.name for param in route.query]
        pattern = re.compile(route.key.pattern, re.ASCII) if route.key else None

        def view(**ids: str) -> Response:
            caller = self._caller(route)
            key = _key(route.key, pattern) if route.key and pattern else ""
            query = web.read_query(*names)
            body = web.read_body(route.body) if route.body else None
            _check_ids(ids)
            return web.send(handler(Ask(caller, key, body, query), **ids), route.status)

        return view

    def _caller(self, route: Route) -> Party:
        caller = self._service.parties.authenticate(web.bearer())
        if caller.role not in route.who:
            raise Refused(
                Code.FORBIDDEN, f"a {caller.role} may not do this; a {' or '.join(route.who)} may"
            )
        return caller

    def open_intent(self, ask: Ask) -> Json:
        """Ask the platform to collect."""
        return self._service.collecting.open_intent(ask.caller, ask.body, ask.key)

    def list_intents(self, ask: Ask) -> Json:
        """The intents for one order."""
        order_ref = ask.query["order_ref"] or ""
        if not _ORDER_REF.fullmatch(order_ref):
            raise Refused(Code.INVALID, "name the order by its letters and digits", "order_ref")
        return {"intents": self._service.collecting.of_order(ask.caller, order_ref)}

    def read_intent(self, ask: Ask, intent: str) -> Json:
        """How an intent stands."""
        return self._service.collecting.intent(ask.caller, intent)

    def close_intent(self, ask: Ask, intent: str) -> Json:
        """Stop collecting."""
        return self._service.collecting.close(ask.caller, intent)

    def capture(self, ask: Ask, intent: str) -> Json:
        """Post the hold."""
        return self._service.collecting.capture(ask.caller, intent, ask.key)

    def void(self, ask: Ask, intent: str) -> Json:
        """Drop the hold."""
        return self._service.collecting.void(ask.caller, intent, ask.key)

    def fulfil(self, ask: Ask, intent: str) -> Json:
        """Tell what became of the goods."""
        return self._service.collecting.fulfil(ask.caller, intent, ask.body.drop)

    def refund(self, ask: Ask, intent: str) -> Json:
        """Give part or all of a capture back."""
        return self._service.refunding.refund(ask.caller, intent, ask.body, ask.key)

    def list_refunds(self, ask: Ask, intent: str) -> Json:
        """What was given back of a capture."""
        return self._service.refunding.of_capture(ask.caller, intent)

    def read_refund(self, ask: Ask, refund: str) -> Json:
        """How a refund stands."""
        return self._service.refunding.state(ask.caller, refund)

    def resolve_code(self, ask: Ask) -> Json:
        """What a scanned code asks for."""
        return self._service.paying.resolve(ask.caller, ask.body.code, ask.body.account)

    def decline(self, ask: Ask) -> Json:
        """The payer says no."""
        return self._service.paying.decline(ask.caller, ask.body.code, ask.body.account)

    def authorise(self, ask: Ask) -> Json:
        """The payer says yes."""
        return self._service.paying.authorise(ask.caller, ask.body, ask.key)

    def read_authorisation(self, ask: Ask, authorisation: str) -> Json:
        """What became of a yes."""
        return self._service.paying.authorisation(ask.caller, authorisation)

    def present_code(self, ask: Ask) -> Json:
        """Make a code for a payer to show."""
        return self._service.presenting.issue(ask.caller, ask.body.account, ask.key)

    def read_presented(self, ask: Ask, code: str) -> Json:
        """How far such a code has come."""
        return self._service.presenting.state(ask.caller, code)

    def open_account(self, ask: Ask) -> Json:
        """Open a payer account."""
        return self._service.accounting.open_account(ask.caller, ask.body, ask.key)

    def read_account(self, ask: Ask, account: str) -> Json:
        """How an account stands."""
        return self._service.accounting.account(ask.caller, account)

    def top_up(self, ask: Ask, account: str) -> Json:
        """Put demo money into a payer account."""
        amount_minor = ask.body.amount_minor
        return self._service.accounting.top_up(ask.caller, account, amount_minor, ask.key)

    def list_transfers(self, ask: Ask, account: str) -> Json:
        """What moved on an account."""
        before = _number(ask, "before")
        limit = _number(ask, "limit")
        if limit is None:
            limit = TRANSFERS_LISTED
        if not 1 <= limit <= STATEMENT_ROWS_MAX:
            raise Refused(Code.INVALID, f"limit is 1 to {STATEMENT_ROWS_MAX}", "limit")
        return self._service.accounting.transfers(ask.caller, account, before, limit)

    def read_statement(self, ask: Ask, account: str) -> Json:
        """What was posted between two instants."""
        since_ms, until_ms = _instant(ask, "from"), _instant(ask, "to")
        return self._service.accounting.statement(ask.caller, account, since_ms or 0, until_ms)


def _key(form: Key, pattern: re.Pattern[str]) -> str:
    key = web.idempotency_key()
    if key is None or not pattern.fullmatch(key):
        raise Refused(
            Code.INVALID,
            f"send an Idempotency-Key like {form.pattern}; {form.about}",
            "Idempotency-Key",
        )
    return key


def _check_ids(ids: Mapping[str, str]) -> None:
    for name, value in ids.items():
        if not _PATH_ID.fullmatch(value):
            raise Refused(Code.NOT_FOUND, f"no {name} is called that", name)


def _number(ask: Ask, name: str) -> int | None:
    text = ask.query[name]
    if text is None:
        return None
    if not _DIGITS.fullmatch(text):
        raise Refused(Code.INVALID, f"{name} is a whole number", name)
    return int(text)


def _instant(ask: Ask, name: str) -> int | None:
    text = ask.query[name]
    if text is None:
        return None
    try:
        return parse_rfc3339(text)
    except ValueError as error:
        raise Refused(Code.INVALID, str(error), name) from None
