"""How one order of a race ended, in the words of those who were there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vendor_sim.world.races.cast import Cast


@dataclass(frozen=True, slots=True)
class Ending:
    """How one order of a race ended.

    Attributes:
        state: Of the order at the machine.
        drop: What the sensor saw, None where no motor turned.
        money: Where the order's money is.
        answers: What each wallet that read the code says of it: ``paid``, ``returned``,
            ``declined``, or why it was refused.
        paid: How much less each wallet has than before, in minor units.
        drops: How many drinks fell.
        breaches: What must never be and was: rules of the audit, and errors of a service.
    """

    state: str
    drop: str | None
    money: str
    answers: tuple[tuple[str, str], ...]
    paid: tuple[tuple[str, int], ...]
    drops: int
    breaches: tuple[str, ...]

    def answer_to(self, wallet: str) -> str | None:
        """What a wallet says of the code; None where it never read it."""
        return dict(self.answers).get(wallet)

    @property
    def paid_without_a_drink(self) -> bool:
        """Whether money is gone and nothing fell."""
        return not self.drops and any(minor > 0 for _, minor in self.paid)

    @property
    def drink_without_pay(self) -> bool:
        """Whether something fell and nobody is poorer."""
        return bool(self.drops) and not any(minor > 0 for _, minor in self.paid)


@dataclass(frozen=True, slots=True)
class Start:
    """What endings are compared with."""

    balances: tuple[tuple[str, int], ...]
    fallen: int

    @classmethod
    def of(cls, cast: Cast) -> Start:
        """How things are now."""
        return cls(_balances(cast), _fallen(cast))

    def ending(self, cast: Cast, breaches: tuple[str, ...]) -> Ending:
        """How things have become since."""
        order: dict[str, Any] = cast.world.machine.service.order(cast.order)
        before = dict(self.balances)
        return Ending(
            state=order["state"],
            drop=order["drop"],
            money=order["money"],
            answers=tuple((who, _answer(cast, who)) for who in sorted(cast.scans)),
            paid=tuple((who, before[who] - now) for who, now in _balances(cast)),
            drops=_fallen(cast) - self.fallen,
            breaches=breaches,
        )


def _answer(cast: Cast, wallet: str) -> str:
    scan = cast.world.wallet.service.scan(cast.scans[wallet])
    return str(scan["reason"] or scan["state"])


def _balances(cast: Cast) -> tuple[tuple[str, int], ...]:
    world = cast.world
    accounts = ((one["id"], one["account"]) for one in world.wallet.service.wallets())
    views = ((who, world.payments.service.account_view(account)) for who, account in accounts)
    return tuple((who, view["balance_minor"]) for who, view in views)


def _fallen(cast: Cast) -> int:
    order = cast.world.machine.service.order(cast.order)
    return cast.world.machine.dispenser.drops(cast.machine, order["slot"])
