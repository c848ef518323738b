"""The wallet's pages: signing in, home, a new wallet."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from vendor_sim import web
from vendor_sim.kernel.limits import DEMO_TOP_UP_MINOR_MAX, ID_CHARS_MAX, PIN_ATTEMPTS_MAX
from vendor_sim.kernel.money import CURRENCIES, Money, currency_of, minor_of
from vendor_sim.kernel.problems import Code, Problem, Refused
from wallet.app import words
from wallet.app.sessions import own_path
from wallet.service import topic

if TYPE_CHECKING:
    from flask import Blueprint, Response
    from flask.typing import ResponseReturnValue

    from vendor_sim.kernel.clock import Clock
    from wallet.app.sessions import Sessions
    from wallet.service import WalletService

_NO_LETTER = re.compile(r"[^a-z0-9]+")
_TRIES_MAX = 20
_TYPED_MAX = 100
"""A longer field is nobody's name or amount; it is cut before it is looked at or shown again."""


class HomePages:
    """The routes around a wallet that are not about one scan."""

    def __init__(self, service: WalletService, sessions: Sessions, clock: Clock) -> None:
        self._service = service
        self._sessions = sessions
        self._clock = clock

    def add_to(self, blueprint: Blueprint) -> None:
        """Add the routes to the wallet's pages."""
        rule = blueprint.add_url_rule
        rule("/", "home", self.home)
        rule("/home.json", "state", self.state)
        rule("/events", "events", self.events)
        rule("/sign-in", "sign_in", self.sign_in, methods=["POST"])
        rule("/sign-out", "sign_out", self.sign_out, methods=["POST"])
        rule("/t/<ticket>", "ticket", self.ticket)
        rule("/new", "new", self.new)
        rule("/new", "make", self.make, methods=["POST"])

    def home(self) -> ResponseReturnValue:
        """``GET /wallet/``: home, or the sign-in page.

        Template variables of ``home.html``: ``wallet`` (id, name, balance_minor, held_minor,
        currency, state, pin_digits), ``history`` (scans, newest first), ``now_ms``, ``rate``.
        """
        wallet = self._sessions.wallet()
        if wallet is None:
            return self._sign_in_page(next_path=own_path(request.args.get("next")))
        history = [words.exactly(scan) for scan in self._service.history(wallet["id"])]
        time = web.world_time(self._clock)
        return render_template("wallet/home.html", wallet=wallet, history=history, **time)

    def state(self) -> Response:
        """``GET /wallet/home.json``: ``{"wallet", "scans", "now_ms", "rate"}``."""
        wallet = self._sessions.for_program()
        scans = self._service.history(wallet["id"])
        return web.send({"wallet": wallet, "scans": scans, **web.world_time(self._clock)})

    def events(self) -> Response:
        """``GET /wallet/events``: something about this wallet has changed."""
        return web.live(topic(self._sessions.for_program()["id"]))

    # -- signing in ---------------------------------------------------------------------------
    def sign_in(self) -> ResponseReturnValue:
        """``POST /wallet/sign-in`` (``wallet``, ``pin``, ``next``)."""
        wallet_id = request.form.get("wallet", "")
        next_path = own_path(request.form.get("next"))
        problem = self._service.sign_in(wallet_id, request.form.get("pin", ""))
        if problem is not None:
            page = self._sign_in_page(wallet_id, next_path, problem)
            return page, problem.status
        self._sessions.sign_in(wallet_id)
        return redirect(next_path or url_for("wallet.home"), 303)

    def sign_out(self) -> ResponseReturnValue:
        """``POST /wallet/sign-out``."""
        self._sessions.sign_out()
        return redirect(url_for("wallet.home"), 303)

    def ticket(self, ticket: str) -> ResponseReturnValue:
        """``GET /wallet/t/<ticket>``: a one-time sign-in, as the stage gives its phone."""
        self._sessions.sign_in(self._service.redeem_ticket(ticket))
        return redirect(url_for("wallet.home"), 303)

    def _sign_in_page(
        self,
        chosen: str | None = None,
        next_path: str | None = None,
        problem: Problem | None = None,
    ) -> str:
        """Template variables of ``sign_in.html``.

        ``wallets`` (id, name), ``chosen``, ``next``, ``problem`` (code), ``tries_left``,
        ``locked_until_ms``, ``now_ms``, ``rate``.
        """
        wallets = self._service.wallets()
        known = {wallet["id"] for wallet in wallets}
        return render_template(
            "wallet/sign_in.html",
            wallets=wallets,
            chosen=chosen if chosen in known else None,
            next=next_path,
            problem=problem,
            **pin_variables(self._service, chosen if chosen in known else None),
            **web.world_time(self._clock),
        )

    # -- a new wallet -------------------------------------------------------------------------
    def new(self) -> ResponseReturnValue:
        """``GET /wallet/new``."""
        return self._new_page({}, None)

    def make(self) -> ResponseReturnValue:
        """``POST /wallet/new`` (``name``, ``balance`` in major units, ``currency``, ``pin``)."""
        typed = {
            name: request.form.get(name, "").strip()[:_TYPED_MAX]
            for name in ("name", "balance", "currency")
        }
        try:
            wallet_id = self._make(typed, request.form.get("pin", ""))
        except Refused as error:
            return self._new_page(typed, error.problem), error.problem.status
        self._sessions.sign_in(wallet_id)
        return redirect(url_for("wallet.home"), 303)

    def _make(self, typed: dict[str, str], pin: str) -> str:
        balance_minor = _balance(typed["balance"], typed["currency"])
        base = _slug(typed["name"])
        for number in range(1, _TRIES_MAX):
            wallet_id = base if number == 1 else f"{base}-{number}"
            try:
                self._service.open_wallet(
                    wallet_id, typed["name"], typed["currency"], pin, balance_minor
                )
            except Refused as error:
                if error.problem.code is not Code.EXISTS:
                    raise _in_words(error.problem) from None
            else:
                return wallet_id
        raise Refused(Code.EXISTS, _("Many wallets have that name. Choose another."), "name")

    def _new_page(self, values: dict[str, str], problem: Problem | None) -> str:
        """Template variables of ``new.html``: ``currencies``, ``values``, ``problem``.

        ``values`` is what was typed, never the PIN; ``problem.where`` names the field.
        """
        return render_template(
            "wallet/new.html", currencies=list(CURRENCIES), values=values, problem=problem
        )


def pin_variables(service: WalletService, wallet_id: str | None) -> dict[str, Any]:
    """``tries_left`` after a wrong PIN (else None) and ``locked_until_ms``, for templates."""
    if wallet_id is None:
        return {"tries_left": None, "locked_until_ms": None}
    state = service.pin_state(wallet_id)
    wrong = state["wrong_pins"] or 0
    return {
        "tries_left": PIN_ATTEMPTS_MAX - wrong if wrong else None,
        "locked_until_ms": state["locked_until_ms"],
    }


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return _NO_LETTER.sub("-", plain).strip("-")[: ID_CHARS_MAX - 4] or "wallet"


def _balance(text: str, code: str) -> int:
    if code not in CURRENCIES:
        raise Refused(Code.INVALID, _("Choose one of these currencies."), "currency")
    currency = currency_of(code)
    most = Money(DEMO_TOP_UP_MINOR_MAX, currency)
    try:
        minor = minor_of(text, currency)
    except (ValueError, ArithmeticError):
        raise Refused(
            Code.INVALID, _("That is no amount. Write it like %(most)s.", most=most), "balance"
        ) from None
    if minor > DEMO_TOP_UP_MINOR_MAX:
        raise Refused(Code.INVALID, _("%(most)s of demo money is the most.", most=most), "balance")
    return minor


def _in_words(problem: Problem) -> Refused:
    texts = {
        "name": _("A name has 1 to 40 characters."),
        "pin": _("A PIN has 4 to 12 digits."),
    }
    return Refused(problem.code, texts.get(problem.where or "", problem.detail), problem.where)
