"""What the stage sees of a served world, and who may look."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Response, redirect, request, session

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.lab.app import Money
from vendor_sim.machine.domain import Charge, OrderState, charge_of
from vendor_sim.payments.domain import Role
from vendor_sim.payments.wechat.notices import reveal
from vendor_sim.world.control import is_near
from vendor_sim.world.sales import sale_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.machine.domain import Order
    from vendor_sim.world.build import World

T = TypeVar("T")
_SEEN = "watches"
_TOKEN = "token"  # noqa: S105 - the name of a query parameter
_NO_ACCOUNT = {"id": "", "name": "", "currency": "CNY", "balance_minor": 0}
_MESSAGES_MAX = 400
"""The stage draws half of that many arrows."""


class Watched:
    """A world as ``vendor_sim.lab`` wants to see it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._revealed_of: dict[str, dict[str, Any]] = {}
        self._said: dict[tuple[str, ...], Any] = {}

    def machines(self) -> list[dict[str, Any]]:
        """Every machine: id, name, takes, speaks."""

        def now() -> list[dict[str, Any]]:
            fronts = self._world.machine.service.fronts()
            return [
                {"id": one.id, "name": one.name, "takes": one.takes, "speaks": one.speaks}
                for one in fronts
            ]

        return self._last(("machines",), now, [])

    def wallets(self) -> list[dict[str, Any]]:
        """Every wallet."""
        return self._last(("wallets",), self._world.wallet.service.wallets, [])

    def last_order(self, machine: str) -> dict[str, Any] | None:
        """The machine's newest order, whether somebody scanned its code, and may hold one up."""
        return self._last(("order", machine), lambda: self._last_order(machine), None)

    def _last_order(self, machine: str) -> dict[str, Any] | None:
        service = self._world.machine.service
        found = service.orders(machine, 1)
        if not found:
            return None
        intent = self._intent(found[0]["id"])
        front = service.front(machine)
        order = front.order
        asked = order is not None and order.id == found[0]["id"] and order.scanned
        return {
            **found[0],
            "scanned": bool(asked or (intent and intent["scanned"])),
            "reads_codes": service.has_scanner(front) and _waits(order),
        }

    def messages(self) -> list[dict[str, Any]]:
        """The newest entries of the journal, oldest first."""
        return [self._revealed(entry) for entry in self._world.journal.last(_MESSAGES_MAX)]

    def message(self, n: int) -> dict[str, Any] | None:
        """One entry of the journal, with its bodies as they were sent."""
        entry = self._world.journal.entry(n)
        if entry is None:
            return None
        return {**self._revealed(entry), "texts": self._world.journal.texts(n)}

    def has_scanner(self, machine: str) -> bool:
        """Whether a machine can read payment codes at all."""

        def now() -> bool:
            service = self._world.machine.service
            return service.has_scanner(service.front(machine))

        return self._last(("scanner", machine), now, otherwise=False)

    def hold(self, machine: str, wallet: str) -> bool:
        """Hold the wallet's payment code before the scanner; False while it has none to show.

        Raises:
            Refused: As the machine does: no scanner, nothing to pay for, a code is on its way.
        """
        shown = self._world.wallet.service.payment_code_view(wallet)
        if shown is None:
            self._world.wallet.service.payment_code(wallet)
            return False
        self._world.machine.service.present(machine, shown["auth_code"])
        return True

    def money(self, machine: str, wallet: str, order: str | None) -> Money:
        """The accounts of a purchase and what moved between them."""
        nothing = Money(None, _NO_ACCOUNT, "", "", [])
        return self._last(
            ("money", machine, wallet), lambda: self._money(machine, wallet, order), nothing
        )

    def _money(self, machine: str, wallet: str, order: str | None) -> Money:
        service = self._world.payments.service
        front = self._world.machine.service.front(machine)
        intent = self._intent(order) if order else None
        life = service.browsing.intent_life(intent["id"]) if intent else None
        paid_from = life["intent"]["payer"] if life else None
        payer = paid_from or self._world.wallet.service.wallet(wallet)["account"]
        merchant = f"merchant:{self._world.merchant_of(machine)}:{front.currency}"
        nothing = {"id": merchant, "name": front.name, "balance_minor": 0}
        return Money(
            payer=self._account(payer) if payer else None,
            merchant=self._account(merchant) or nothing | {"currency": front.currency},
            transit=f"transit:refunds:{front.currency}",
            fees=f"fees:{front.currency}",
            transfers=life["transfers"] if life else [],
        )

    def ticket(self, wallet: str) -> str:
        """Where a browser is signed in to a wallet, once."""
        return f"/wallet/t/{self._world.wallet.service.issue_ticket(wallet)}?stage=1"

    def pin(self, wallet: str) -> str | None:
        """The PIN of a wallet that came with the world."""
        return self._world.keys.pins.get(wallet)

    def _last(self, about: tuple[str, ...], ask: Callable[[], T], otherwise: T) -> T:
        """What a service says, or said before it lost its power: the stage goes on without it."""
        try:
            said = self._said[about] = ask()
        except Refused as refused:
            if refused.problem.code is not Code.UNAVAILABLE:
                raise
            said = self._said.get(about, otherwise)
        return said

    def _intent(self, order: str) -> dict[str, Any] | None:
        service = self._world.payments.service
        sale = sale_of(self._world.doors.machine, order)
        party = service.parties.find(Role.MERCHANT, sale.merchant_id)
        found = service.collecting.of_order(party, sale.order_ref)
        return found[-1] if found else None

    def _revealed(self, entry: dict[str, Any]) -> dict[str, Any]:
        """An entry with what the platform encrypted in it, read with the merchant's key."""
        if entry["source"] != "ledger":
            return entry
        told = entry["request"]["body"]
        return entry if not isinstance(told, dict) else {**entry, "revealed": self._reveal(told)}

    def _reveal(self, told: dict[str, Any]) -> dict[str, Any] | None:
        """What a notification says; looked for once, it is the same in every attempt."""
        if "resource" not in told:
            return None
        notice_id = str(told.get("id"))
        if notice_id not in self._revealed_of:
            if len(self._revealed_of) >= _MESSAGES_MAX:
                self._revealed_of.clear()
            try:
                self._revealed_of[notice_id] = self._decrypted(notice_id)
            except (ValueError, Refused):
                return None
        return self._revealed_of[notice_id]

    def _decrypted(self, notice_id: str) -> dict[str, Any]:
        notice = self._world.payments.service.browsing.notice(notice_id)
        merchant = self._world.payments.wechat.merchants.find(notice["to"])
        return reveal(merchant, notice["body"])

    def _account(self, account: str) -> dict[str, Any] | None:
        try:
            return self._world.payments.service.account_view(account)
        except Refused:
            return None


def _waits(order: Order | None) -> bool:
    """Whether an order waits to be paid for, and no code is being charged for it."""
    if order is None or order.state is not OrderState.AWAITING_PAYMENT:
        return False
    return charge_of(order) not in {Charge.SENDING, Charge.ASKED}


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
