"""The operator's page: stock, prices, orders with what they wait for, and the desk."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, redirect, render_template, url_for

from vendor_sim import web
from vendor_sim.kernel.limits import SCANS_SHOWN_MAX
from vendor_sim.kernel.money import currency_of, minor_of
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.machine.app import shapes
from vendor_sim.machine.domain import desk_until_ms
from vendor_sim.machine.service import EVERY_MACHINE, order_view
from vendor_sim.web.words import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.machine.service import MachineService, OrderLine

_COUNT = re.compile(r"[0-9]{1,9}", re.ASCII)


def blueprint(service: MachineService, clock: Clock, password: str) -> Blueprint:
    """The routes behind the operator's password."""
    operator = _Operator(service, clock)
    pages = Blueprint("operator", __name__, url_prefix="/machine/operator")
    web.protect(pages)
    web.password_login(pages, password=password, home="operator.home", page=_login_page)
    pages.get("/")(operator.home)
    pages.get("/state.json")(operator.state)
    pages.get("/events")(operator.events)
    pages.post("/stock")(operator.stock)
    pages.post("/desk")(operator.desk)
    return pages


def _login_page(problem: str | None) -> str:
    """Sign in: ``machine/login.html``. Variables: ``problem``, None or ``wrong``; ``here``."""
    return render_template("machine/login.html", problem=problem, here="machine")


class _Operator:
    def __init__(self, service: MachineService, clock: Clock) -> None:
        self._service = service
        self._clock = clock

    def home(self) -> str:
        """The operator's page: ``machine/operator.html``.

        Variables: ``machines``, a list of ``{id, name, takes, currency, reachable, url, slots}``,
        slots as in a front's ``state.json`` (``last_drop`` flags a jam); ``orders``, newest first,
        each with the fields of an order and ``amount``, ``takes``, ``waits_for`` (kind of the next
        task, ``nothing`` when done), ``waiting`` (that in words), ``next_at_ms``, ``problem``,
        ``needs_desk``, ``desk``, ``desk_until_ms``, ``loss``; ``desk``, those of them that need
        it; ``now_ms``; ``here``.
        Forms: ``stock`` (``machine``, ``slot``, ``stock``, ``price`` in major units) and ``desk``
        (``order``, ``released`` ``yes`` or ``no``).
        """
        return render_template("machine/operator.html", here="machine", **self._view())

    def state(self) -> Response:
        """The same variables as JSON, for a page that stays open."""
        return web.send(self._view())

    def events(self) -> Response:
        """Server-sent events: one for each change of any machine."""
        return web.live(EVERY_MACHINE)

    def _view(self) -> dict[str, Any]:
        view = self._service.operator_view(SCANS_SHOWN_MAX)
        orders = [_order(line) for line in view.orders]
        return {
            "machines": [shapes.machine_card(front) for front in view.machines],
            "orders": orders,
            "desk": [order for order in orders if order["needs_desk"]],
            "now_ms": self._clock.now_ms(),
        }

    def stock(self) -> ResponseReturnValue:
        """Load and price a slot, then show the page again."""
        form = web.read_form("machine", "slot", "stock", "price")

        def load() -> str:
            currency = self._service.front(form["machine"]).currency
            price_minor = _price(form["price"], currency)
            stock = _count(form["stock"])
            self._service.set_stock(form["machine"], form["slot"], stock, price_minor)
            return _("%(slot)s holds %(stock)s now.", slot=form["slot"], stock=stock)

        return _back(load)

    def desk(self) -> ResponseReturnValue:
        """Say whether goods fell that nobody saw, then show the page again."""
        form = web.read_form("order", "released")
        if form["released"] not in {"yes", "no"}:
            raise Refused(Code.INVALID, "released is yes or no", "released")

        def settle() -> str:
            released = form["released"] == "yes"
            self._service.settle_unsure(form["order"], released=released)
            return _("The drink fell.") if released else _("The money goes back.")

        return _back(settle)


def _back(act: Callable[[], str]) -> ResponseReturnValue:
    try:
        flash(act(), "done")
    except Refused as refusal:
        flash(str(refusal), "problem")
    return redirect(url_for("operator.home"), 303)


def _count(text: str) -> int:
    if not _COUNT.fullmatch(text):
        raise Refused(Code.INVALID, f"{text[:16]!r} is no count of items", "stock")
    return int(text)


def _price(text: str, currency: str) -> int:
    try:
        return minor_of(text, currency_of(currency))
    except ValueError as error:
        raise Refused(Code.INVALID, str(error), "price") from None


def _order(line: OrderLine) -> dict[str, Any]:
    order = line.order
    return {
        **order_view(order),
        "amount": shapes.amount_text(order.amount_minor, order.currency),
        "takes": order.takes.value,
        "waits_for": line.waits_for,
        "waiting": _waiting(line.waits_for),
        "next_at_ms": line.next_at_ms,
        "problem": line.problem,
        "needs_desk": line.needs_desk,
        "desk": order.desk.value if order.desk else None,
        "desk_until_ms": desk_until_ms(order),
        "loss": line.loss,
    }


def _waiting(waits_for: str) -> str:
    words = {
        "ask_payment": _("the platform to open a payment"),
        "check_intent": _("the customer to pay"),
        "charge": _("the platform to charge the code the customer shows"),
        "close_intent": _("the platform to close the payment"),
        "release": _("the motor to start"),
        "watch_drop": _("the drink to fall"),
        "capture": _("the platform to take what is held"),
        "void": _("the platform to let go of what is held"),
        "refund": _("the platform to accept the refund"),
        "refund_again": _("the time to ask for the refund again, since the platform closed it"),
        "check_refund": _("the refund to reach the customer"),
        "check_stuck_refund": _("the shop to say where else the refund is to go"),
        "settle_unsure_by_time": _("the desk to say whether the drink fell"),
        "nothing": _("nothing"),
    }
    return words[waits_for]
