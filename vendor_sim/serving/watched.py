"""What the stage sees of a served world, and who may look."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any

from flask import Response, redirect, request, session

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.lab.app import Money
from vendor_sim.payments.domain import Role
from vendor_sim.world.control import is_near
from vendor_sim.world.plan import merchant_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.world.build import World

_SEEN = "watches"
_TOKEN = "token"  # noqa: S105 - the name of a query parameter
_MESSAGES_MAX = 400
"""The stage draws half of that many arrows."""


class Watched:
    """A world as ``vendor_sim.lab`` wants to see it."""

    def __init__(self, world: World) -> None:
        self._world = world

    def machines(self) -> list[dict[str, Any]]:
        """Every machine: id, name, takes."""
        fronts = self._world.machine.service.fronts()
        return [{"id": one.id, "name": one.name, "takes": one.takes} for one in fronts]

    def wallets(self) -> list[dict[str, Any]]:
        """Every wallet."""
        return self._world.wallet.service.wallets()

    def last_order(self, machine: str) -> dict[str, Any] | None:
        """The machine's newest order, and whether somebody has scanned its code."""
        found = self._world.machine.service.orders(machine, 1)
        if not found:
            return None
        intent = self._intent(machine, found[0]["id"])
        return {**found[0], "scanned": bool(intent and intent["scanned"])}

    def messages(self) -> list[dict[str, Any]]:
        """The newest entries of the journal, oldest first."""
        return self._world.journal.last(_MESSAGES_MAX)

    def message(self, n: int) -> dict[str, Any] | None:
        """One entry of the journal."""
        return self._world.journal.entry(n)

    def money(self, machine: str, wallet: str, order: str | None) -> Money:
        """The accounts of a purchase and what moved between them."""
        service = self._world.payments.service
        front = self._world.machine.service.front(machine)
        intent = self._intent(machine, order) if order else None
        life = service.browsing.intent_life(intent["id"]) if intent else None
        paid_from = life["intent"]["payer"] if life else None
        payer = paid_from or self._world.wallet.service.wallet(wallet)["account"]
        merchant = f"merchant:{merchant_of(machine)}:{front.currency}"
        nothing = {"id": merchant, "name": front.name, "balance_minor": 0}
        return Money(
            payer=self._account(payer) if payer else None,
            merchant=self._account(merchant) or nothing | {"currency": front.currency},
            transit=f"transit:refunds:{front.currency}",
            transfers=life["transfers"] if life else [],
        )

    def ticket(self, wallet: str) -> str:
        """Where a browser is signed in to a wallet, once."""
        return f"/wallet/t/{self._world.wallet.service.issue_ticket(wallet)}?stage=1"

    def pin(self, wallet: str) -> str | None:
        """The PIN of a wallet that came with the world."""
        return self._world.keys.pins.get(wallet)

    def _intent(self, machine: str, order: str) -> dict[str, Any] | None:
        service = self._world.payments.service
        party = service.parties.find(Role.MERCHANT, merchant_of(machine))
        found = service.collecting.of_order(party, order)
        return found[-1] if found else None

    def _account(self, account: str) -> dict[str, Any] | None:
        try:
            return self._world.payments.service.account_view(account)
        except Refused:
            return None


def guard(token: str) -> Callable[[], Response | None]:
    """Who may watch: anybody at this computer; from elsewhere with ``?token=``, once a session.

    The stage shows PINs and signs in to wallets, so that a phone that comes to ``/`` without the
    token is sent to the wallet instead.
    """

    def check() -> Response | None:
        if is_near() or session.get(_SEEN) or _is_for_all():
            return None
        given = request.args.get(_TOKEN, "")
        if hmac.compare_digest(given.encode(), token.encode()):
            session[_SEEN] = True
            return None
        if request.path == "/":
            return redirect("/wallet/", 303)  # type: ignore[return-value]
        raise Refused(
            Code.UNAUTHENTICATED, "from another host, open /?token=TOKEN as printed at the start"
        )

    return check


def _is_for_all() -> bool:
    return request.path == "/healthz" or (request.endpoint or "").endswith("static")
