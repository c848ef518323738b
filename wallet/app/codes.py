"""Paying with a code of one's own: the wallet shows it, a till scans it, the page says the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, url_for

from vendor_sim import web
from wallet.app import drawing, words
from wallet.service import topic

if TYPE_CHECKING:
    from flask import Blueprint, Response
    from flask.typing import ResponseReturnValue

    from vendor_sim.kernel.clock import Clock
    from wallet.app.sessions import Sessions
    from wallet.service import WalletService

_ASKING = frozenset({"reading", "asking"})


class CodePages:
    """The routes around a wallet's payment code."""

    def __init__(self, service: WalletService, sessions: Sessions, clock: Clock) -> None:
        self._service = service
        self._sessions = sessions
        self._clock = clock

    def add_to(self, blueprint: Blueprint) -> None:
        """Add the routes to the wallet's pages."""
        rule = blueprint.add_url_rule
        rule("/code", "code", self.page)
        rule("/code", "new_code", self.ask, methods=["POST"])
        rule("/code.json", "code_state", self.state)
        rule("/code/events", "code_events", self.events)

    def page(self) -> ResponseReturnValue:
        """``GET /wallet/code``: the code, or what came of it; a question has a page of its own.

        Template variables of ``code.html``: ``wallet``, ``shown``, ``code`` (both as the service
        tells them), ``scan`` (what came), ``bars``, ``matrix``, ``groups`` (while ready),
        ``now_ms``, ``rate``.
        """
        wallet = self._sessions.for_page()
        found = self._service.code_page(wallet["id"])
        scan = found["scan"]
        if found["shown"] == "outcome" and scan["exact_state"] in _ASKING:
            return redirect(url_for("wallet.payment", scan_id=scan["id"]), 303)
        return render_template(
            "wallet/code.html",
            wallet=wallet,
            shown=found["shown"],
            code=found["code"],
            scan=words.exactly(scan) if scan else None,
            **web.world_time(self._clock),
            **_drawn(found),
        )

    def ask(self) -> ResponseReturnValue:
        """``POST /wallet/code``: show a code, a fresh one where there is none to show."""
        self._service.payment_code(self._sessions.for_page()["id"])
        return redirect(url_for("wallet.code"), 303)

    def state(self) -> Response:
        """``GET /wallet/code.json``: ``{"shown", "code", "scan", "wallet", "now_ms", "rate"}``."""
        wallet = self._sessions.for_program()
        found = self._service.code_page(wallet["id"])
        return web.send({**found, "wallet": wallet, **web.world_time(self._clock)})

    def events(self) -> Response:
        """``GET /wallet/code/events``: something about this wallet has changed."""
        return web.live(topic(self._sessions.for_program()["id"]))


def _drawn(found: dict[str, Any]) -> dict[str, Any]:
    if found["shown"] != "ready":
        return {}
    digits = found["code"]["auth_code"]
    return {
        "bars": drawing.bars(digits),
        "matrix": drawing.matrix(digits),
        "groups": drawing.grouped(digits),
    }
