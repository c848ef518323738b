"""The stage: the machine and the wallet side by side, the money, and every message between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from flask import Flask, Response, redirect, render_template, request

from vendor_sim import web
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.lab.accounts import sentence, t_account
from vendor_sim.lab.arrows import arrow, is_first_look, light
from vendor_sim.lab.opened import opened, opened_light
from vendor_sim.lab.threads import Threads
from vendor_sim.web.words import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from vendor_sim.kernel.clock import Clock

NAV = {"stage": "/", "machine": "/machine/", "wallet": "/wallet/", "ledger": "/ledger/"}
"""Where the parts of a world served as one are."""
TOPIC = "stage"
"""Told of every commit and every message: the stage shows them all."""
_ARROWS_MAX = 200
_MESSAGE = re.compile(r"([0-9]{1,9})(-light)?", re.ASCII)


class Watched(Protocol):
    """What the stage needs to know of a world."""

    def machines(self) -> list[dict[str, Any]]:
        """Machines: ``{"id", "name", "takes"}``."""
        ...

    def wallets(self) -> list[dict[str, Any]]:
        """Wallets: ``{"id"}``."""
        ...

    def last_order(self, machine: str) -> dict[str, Any] | None:
        """The machine's newest order in the control plane's shape, with ``scanned``."""
        ...

    def messages(self) -> list[dict[str, Any]]:
        """The journal's entries, oldest first."""
        ...

    def message(self, n: int) -> dict[str, Any] | None:
        """One of them."""
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
        transfers: What moved for this purchase, oldest first.
    """

    payer: dict[str, Any] | None
    merchant: dict[str, Any]
    transit: str
    transfers: list[dict[str, Any]]


def create_stage(
    world: Watched, clock: Clock, session_secret: str, guard: Callable[[], Response | None]
) -> Flask:
    """The application behind ``/`` and ``/stage``.

    Args:
        world: What is watched.
        clock: The world's.
        session_secret: Signs the cookie.
        guard: Answers those who may not watch; None lets them pass.
    """
    app = web.create_app(__name__, prefix="/stage", clock=clock, session_secret=session_secret)
    app.before_request(guard)
    stage = _Stage(world)
    app.add_url_rule("/", "stage", stage.page)
    app.add_url_rule("/stage/state.json", "state", stage.state)
    app.add_url_rule("/stage/events", "events", lambda: web.live(TOPIC))
    app.add_url_rule("/stage/messages/<n>.json", "message", stage.message)
    app.add_url_rule("/stage/phone/<wallet>", "phone", stage.phone)
    return app


class _Stage:
    def __init__(self, world: Watched) -> None:
        self._world = world

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
            texts=_texts(),
        )

    def state(self) -> Response:
        machine, wallet = self._chosen()
        order = self._world.last_order(machine)
        money = self._world.money(machine, wallet, order["id"] if order else None)
        return web.send(
            {
                "order": order,
                "accounts": _accounts(money),
                "sentence": sentence(order),
                "arrows": self._arrows(),
            }
        )

    def message(self, n: str) -> Response:
        match = _MESSAGE.fullmatch(n)
        entry = self._world.message(int(match[1])) if match else None
        if match is None or entry is None:
            raise Refused(Code.NOT_FOUND, "this message was not kept")
        return web.send(opened_light(entry) if match[2] else opened(entry))

    def phone(self, wallet: str) -> ResponseReturnValue:
        return redirect(self._world.ticket(wallet))

    def _chosen(self) -> tuple[str, str]:
        machines = [each["id"] for each in self._world.machines()]
        wallets = [each["id"] for each in self._world.wallets()]
        return _one_of("machine", machines), _one_of("wallet", wallets)

    def _arrows(self) -> list[dict[str, Any]]:
        threads, drawn, seen = Threads(), [], set()
        for entry in self._world.messages():
            purchase = threads.purchase(entry)
            if is_first_look(entry) and purchase not in seen:
                seen.add(purchase)
                drawn.append(light(entry, purchase))
            drawn.append(arrow(entry, purchase))
        return sorted(drawn, key=lambda one: one["at"])[-_ARROWS_MAX:]


def _one_of(name: str, known: list[str]) -> str:
    given = request.args.get(name) or (known[0] if known else "")
    if given not in known:
        raise Refused(Code.NOT_FOUND, f"no such {name}; there are {', '.join(known)}", name)
    return given


def _accounts(money: Money) -> list[dict[str, Any]]:
    shown = []
    if money.payer is not None:
        title = _("Wallet · %(who)s", who=money.payer["name"])
        shown.append(t_account(title, money.payer["id"], money.transfers, money.payer))
    title = _("Merchant · %(who)s", who=money.merchant["name"])
    shown.append(t_account(title, money.merchant["id"], money.transfers, money.merchant))
    transit = t_account(_("Refunds in transit"), money.transit, money.transfers, None)
    return [*shown, transit] if transit["lines"] else shown


def _texts() -> dict[str, str]:
    return {
        "balance": _("balance"),
        "credit": _("credit"),
        "debit": _("debit"),
        "from_to": _("from {source} to {target}"),
        "gone": _("This message was not kept."),
        "ledger": _("ledger service"),
        "machine": _("machine"),
        "openable": _("every arrow opens"),
        "purchase": _("purchase #{id} · every arrow opens"),
        "void": _("let go"),
        "wallet": _("wallet"),
    }
