"""One live page for each scan: shall I pay, the PIN, and the way of the money to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from flask import redirect, render_template, request, url_for
from pydantic import Field

from vendor_sim import web
from vendor_sim.kernel.limits import PIN_DIGITS_MAX
from vendor_sim.kernel.problems import Code, Problem, Refused
from vendor_sim.wire.schemas import Body
from wallet.app import words
from wallet.app.pages import pin_variables
from wallet.service import topic

if TYPE_CHECKING:
    from flask import Blueprint, Response
    from flask.typing import ResponseReturnValue

    from vendor_sim.kernel.clock import Clock
    from wallet.app.sessions import Sessions
    from wallet.service import WalletService

_OF_THE_PIN = frozenset({Code.WRONG_PIN, Code.PIN_LOCKED})


class Approval(Body):
    """A yes."""

    pin: Annotated[str, Field(min_length=1, max_length=PIN_DIGITS_MAX)]


class PaymentPages:
    """The routes about one scan. Another wallet's scan is not found."""

    def __init__(self, service: WalletService, sessions: Sessions, clock: Clock) -> None:
        self._service = service
        self._sessions = sessions
        self._clock = clock

    def add_to(self, blueprint: Blueprint) -> None:
        """Add the routes to the wallet's pages."""
        rule = blueprint.add_url_rule
        rule("/s/<scan_id>", "payment", self.page)
        rule("/s/<scan_id>.json", "payment_state", self.state)
        rule("/s/<scan_id>/events", "payment_events", self.events)
        rule("/s/<scan_id>/approve", "approve", self.approve, methods=["POST"])
        rule("/s/<scan_id>/decline", "decline", self.decline, methods=["POST"])

    def page(self, scan_id: str) -> ResponseReturnValue:
        """``GET /wallet/s/<scan>``.

        Template variables of ``payment.html``: ``wallet``, ``scan`` (its ``state`` tells *held*
        from *captured*), ``problem``, ``tries_left``, ``locked_until_ms``, ``now_ms``, ``rate``.
        """
        wallet = self._sessions.for_page()
        return self._page(wallet, self._service.scan(scan_id, wallet["id"]), None)

    def state(self, scan_id: str) -> Response:
        """``GET /wallet/s/<scan>.json``."""
        wallet = self._sessions.for_program()
        return web.send(self._state(wallet, self._service.scan(scan_id, wallet["id"])))

    def events(self, scan_id: str) -> Response:
        """``GET /wallet/s/<scan>/events``: something about this wallet has changed."""
        wallet = self._sessions.for_program()
        self._service.scan(scan_id, wallet["id"])
        return web.live(topic(wallet["id"]))

    def approve(self, scan_id: str) -> ResponseReturnValue:
        """``POST /wallet/s/<scan>/approve``: ``{"pin"}`` or a form with ``pin``.

        JSON answers the state as ``.json`` does, or the problem; a form goes back to the page.
        """
        if request.is_json:
            return self._approve_json(scan_id, web.read_body(Approval).pin)
        wallet = self._sessions.for_page()
        problem = self._service.approve(scan_id, request.form.get("pin", ""), wallet["id"])
        if problem is None or problem.code not in _OF_THE_PIN:
            return redirect(url_for("wallet.payment", scan_id=scan_id), 303)
        return self._page(wallet, self._service.scan(scan_id, wallet["id"]), problem)

    def decline(self, scan_id: str) -> ResponseReturnValue:
        """``POST /wallet/s/<scan>/decline``: JSON ``{}`` or a form."""
        if request.is_json:
            wallet = self._sessions.for_program()
            self._service.decline(scan_id, wallet["id"])
            return web.send(self._state(wallet, self._service.scan(scan_id, wallet["id"])))
        wallet = self._sessions.for_page()
        try:
            self._service.decline(scan_id, wallet["id"])
        except Refused as error:
            if error.problem.code is not Code.WRONG_STATE:
                raise  # else it has moved on: its page says how
        return redirect(url_for("wallet.payment", scan_id=scan_id), 303)

    def _approve_json(self, scan_id: str, pin: str) -> Response:
        wallet = self._sessions.for_program()
        problem = self._service.approve(scan_id, pin, wallet["id"])
        if problem is not None:
            pin_state = self._service.pin_state(wallet["id"])
            locked_ms = (pin_state["locked_until_ms"] or 0) - self._clock.now_ms()
            raise words.pin_problem(problem, pin_state["wrong_pins"] or 0, locked_ms)
        return web.send(self._state(wallet, self._service.scan(scan_id, wallet["id"])))

    def _page(
        self, wallet: dict[str, Any], scan: dict[str, Any], problem: Problem | None
    ) -> ResponseReturnValue:
        page = render_template(
            "wallet/payment.html",
            wallet=wallet,
            scan=words.exactly(scan),
            problem=problem,
            **web.world_time(self._clock),
            **pin_variables(self._service, wallet["id"]),
        )
        return page, problem.status if problem else 200

    def _state(self, wallet: dict[str, Any], scan: dict[str, Any]) -> dict[str, Any]:
        return {
            "scan": scan,
            "told": words.told(scan),
            "wallet": wallet,
            "pin": pin_variables(self._service, wallet["id"]),
            **web.world_time(self._clock),
        }
