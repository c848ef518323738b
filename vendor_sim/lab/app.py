"""The stage: the machine and the wallet side by side, the money, and every message between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from flask import Blueprint, Flask, Response, redirect, render_template, request

from vendor_sim import web
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.lab import controls as steering
from vendor_sim.lab import troubles
from vendor_sim.lab.accounts import sentence, t_account
from vendor_sim.lab.arrows import arrows
from vendor_sim.lab.opened import opened, opened_light
from vendor_sim.lab.threads import is_of_merchant, merchant_and_order
from vendor_sim.web.pages import csrf_token
from vendor_sim.web.words import gettext as _
from vendor_sim.wire.schemas import Body

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.lab.controls import Controls

NAV = {"stage": "/", "machine": "/machine/", "wallet": "/wallet/", "ledger": "/ledger/"}
"""Where the parts of a world served as one are."""
TOPIC = "stage"
"""Told of every commit and every message: the stage shows them all."""
_ARROWS_MAX = 200
_MERCHANT_ORDERS_MAX = 4
"""So many orders of merchants outside can be chosen: the newest."""
_MESSAGE = re.compile(r"([0-9]{1,9})(-light)?", re.ASCII)


class Watched(Protocol):
    """What the stage needs to know of a world."""

    def machines(self) -> list[dict[str, Any]]:
        """Machines: ``{"id", "name", "takes", "speaks"}``."""
        ...

    def wallets(self) -> list[dict[str, Any]]:
        """Wallets: ``{"id"}``."""
        ...

    def last_order(self, machine: str) -> dict[str, Any] | None:
        """The machine's newest order in the control plane's shape, with ``scanned``.

        And ``reads_codes``: whether the machine's scanner would take a payment code for it now.
        """
        ...

    def messages(self) -> list[dict[str, Any]]:
        """The journal's entries, oldest first; encrypted ones with what they ``revealed``."""
        ...

    def message(self, n: int) -> dict[str, Any] | None:
        """One of them, with its ``texts`` as they went over the wire."""
        ...

    def has_scanner(self, machine: str) -> bool:
        """Whether a machine can read payment codes at all."""
        ...

    def hold(self, machine: str, wallet: str) -> bool:
        """Hold a wallet's payment code before a machine's scanner; False while there is none yet.

        Raises:
            Refused: The machine does not take it.
        """
        ...

    def money(self, machine: str, wallet: str, order: str | None) -> Money:
        """The accounts of a purchase."""
        ...

    def ticket(self, wallet: str) -> str:
        """The address that signs a browser in to a wallet, once."""
        ...

    def pin(self, wallet: str) -> str | None:
        """A demo wallet's PIN, to be shown beside the phone."""
        ...


@dataclass(frozen=True, slots=True)
class Money:
    """The accounts of one purchase, as ``AccountView`` and ``TransferView`` documents.

    Attributes:
        payer: Whoever paid, or else the wallet on the stage; None while it is being opened.
        merchant: The machine's merchant.
        transit: Id of the account that refunds pass through.
        fees: Id of the account that merchants pay for their payments.
        transfers: What moved for this purchase, oldest first.
    """

    payer: dict[str, Any] | None
    merchant: dict[str, Any]
    transit: str
    fees: str
    transfers: list[dict[str, Any]]


class Hold(Body):
    """Whose phone is held before which machine's scanner."""

    machine: str
    wallet: str


def create_stage(
    world: Watched,
    controls: Controls,
    clock: Clock,
    session_secret: str,
    guard: Callable[[], Response | None],
) -> Flask:
    """The application behind ``/`` and ``/stage``.

    Args:
        world: What is watched.
        controls: What is steered.
        clock: The world's.
        session_secret: Signs the cookie.
        guard: Answers those who may not watch; None lets them pass.
    """
    app = web.create_app(__name__, prefix="/stage", clock=clock, session_secret=session_secret)
    app.before_request(guard)
    stage = _Stage(world, controls)
    app.add_url_rule("/", "stage", stage.page)
    app.add_url_rule("/stage/state.json", "state", stage.state)
    app.add_url_rule("/stage/events", "events", lambda: web.live(TOPIC))
    app.add_url_rule("/stage/messages/<n>.json", "message", stage.message)
    app.add_url_rule("/stage/phone/<wallet>", "phone", stage.phone)
    acts = Blueprint("acts", __name__)
    web.protect(acts)
    acts.add_url_rule("/stage/hold", "hold", stage.hold, methods=["POST"])
    steering.add_controls(acts, controls)
    app.register_blueprint(acts)
    return app


class _Stage:
    def __init__(self, world: Watched, controls: Controls) -> None:
        self._world = world
        self._controls = controls

    def page(self) -> str:
        machine, wallet = self._chosen()
        return render_template(
            "lab/stage.html",
            nav=NAV,
            here="stage",
            machines=self._world.machines(),
            wallets=self._world.wallets(),
            machine=machine,
            wallet=wallet,
            pin=self._world.pin(wallet),
            scanner=self._world.has_scanner(machine),
            troubles=troubles.groups(),
            texts=_texts(),
        )

    def state(self) -> Response:
        machine, wallet = self._chosen()
        order = self._world.last_order(machine)
        money = self._world.money(machine, wallet, order["id"] if order else None)
        drawn = arrows(self._world.messages())[-_ARROWS_MAX:]
        return web.send(
            {
                "order": order,
                "accounts": _accounts(money),
                "sentence": sentence(order),
                "arrows": drawn,
                "merchants": _merchants(drawn),
                "controls": steering.told(self._controls),
                "csrf": csrf_token(),
            }
        )

    def message(self, n: str) -> Response:
        match = _MESSAGE.fullmatch(n)
        entry = self._world.message(int(match[1])) if match else None
        if match is None or entry is None:
            raise Refused(Code.NOT_FOUND, "this message was not kept")
        return web.send(opened_light(entry) if match[2] else opened(entry))

    def hold(self) -> Response:
        """The phone is held before the scanner: ``{"held": false}`` asks to try again shortly."""
        body = web.read_body(Hold)
        _known("machine", body.machine, self._machines())
        _known("wallet", body.wallet, self._wallets())
        return web.send({"held": self._world.hold(body.machine, body.wallet)}, 202)

    def phone(self, wallet: str) -> ResponseReturnValue:
        return redirect(self._world.ticket(wallet))

    def _chosen(self) -> tuple[str, str]:
        return _chosen("machine", self._machines()), _chosen("wallet", self._wallets())

    def _machines(self) -> list[str]:
        return [each["id"] for each in self._world.machines()]

    def _wallets(self) -> list[str]:
        return [each["id"] for each in self._world.wallets()]


def _chosen(name: str, known: list[str]) -> str:
    return _known(name, request.args.get(name) or (known[0] if known else ""), known)


def _known(name: str, given: str, known: list[str]) -> str:
    if given not in known:
        raise Refused(Code.NOT_FOUND, f"no such {name}; there are {', '.join(known)}", name)
    return given


def _merchants(drawn: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The newest orders of merchants outside: what they are chosen by, and what they are called."""
    found = [one["purchase"] for one in drawn if is_of_merchant(one["purchase"])]
    newest = list(dict.fromkeys(reversed(found)))[:_MERCHANT_ORDERS_MAX]
    return [{"purchase": one, "name": _merchant_name(one)} for one in newest]


def _merchant_name(purchase: str) -> str:
    mchid, number = merchant_and_order(purchase)
    return " · ".join(filter(None, (mchid or _("unknown merchant"), number)))


def _accounts(money: Money) -> list[dict[str, Any]]:
    shown = []
    if money.payer is not None:
        title = _("Wallet · %(who)s", who=money.payer["name"])
        shown.append(t_account(title, money.payer["id"], money.transfers, money.payer))
    title = _("Merchant · %(who)s", who=money.merchant["name"])
    shown.append(t_account(title, money.merchant["id"], money.transfers, money.merchant))
    passing = [
        t_account(_("Refunds in transit"), money.transit, money.transfers, None),
        t_account(_("Platform · fees"), money.fees, money.transfers, None),
    ]
    return [*shown, *(one for one in passing if one["lines"])]


def _texts() -> dict[str, str]:
    return {
        "balance": _("balance"),
        "credit": _("credit"),
        "debit": _("debit"),
        "freeze": _("Freeze"),
        "frozen": _("frozen"),
        "from_to": _("from {source} to {target}"),
        "go_on": _("Go on"),
        "gone": _("This message was not kept."),
        "held_up": _("The scanner did not take it. Try again."),
        "ledger": _("ledger service"),
        "happened": _("happened {times} times"),
        "machine": _("machine"),
        "merchant": _("merchant"),
        "merchant_thread": _("merchant {name} · every arrow opens"),
        "of_merchant": _("Merchant {name}"),
        "openable": _("every arrow opens"),
        "others": _("and {count} more in the plan"),
        "own": _("This machine"),
        "plan_taken": _("The plan is in force."),
        "plan_wrong": _("That is no fault plan: {why}"),
        "purchase": _("purchase #{id} · every arrow opens"),
        "record": _("Record"),
        "record_end": _("End recording"),
        "refused": _("That was refused: {why}"),
        "times": _("{times} times"),
        "void": _("let go"),
        "wallet": _("wallet"),
    }
