"""What a scenario promises beside the audit, seen from outside: by the services' own views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.world.audit import Breach

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vendor_sim.machine.service.views import OrderLine
    from vendor_sim.world.build import World
    from vendor_sim.world.sweep.scenarios import Scenario

_ORDERS_MAX = 50


_FORGED = frozenset({"wrong_signature", "stale_timestamp"})
_TAKEN = range(200, 300)


def unmet(
    world: World, scenario: Scenario, endings: Sequence[str], promised: Sequence[str]
) -> Iterator[Breach]:
    """What a world that came to rest does not keep of what its scenario promises."""
    now_ms = world.clock.now_ms()
    for ending in endings:
        if ending not in scenario.may_end:
            yield Breach(
                *("ends_as_it_may", "I6", "The order ends in one of the ways it may.", ending),
                now_ms,
            )
    for ending in promised:
        if ending not in endings:
            yield Breach(
                *("what_was_told_stays", "I12", "Whoever was told that it is done finds it."),
                *(f"somebody was told {ending!r}, and it ended {', '.join(endings)}", now_ms),
            )
    for _, one in world.journal.exchanges(0):
        if one.fault in _FORGED and one.status in _TAKEN:
            yield Breach(
                *("no_forgery_is_taken", "I15", "Nobody takes a message that was not verified."),
                *(f"{one.method} {one.path}: {one.fault}, and {one.status}", now_ms),
            )
    gone, kept = _gone(world, scenario), _kept(world)
    if gone != kept:
        yield Breach(
            *("money_adds_up", "I13", "What left the wallets is what machines sold for."),
            *(f"{gone} left the wallets and {kept} were kept for goods", now_ms),
        )


def _gone(world: World, scenario: Scenario) -> int:
    had = sum(wallet.balance_minor for wallet in scenario.plan.wallets)
    have: int = sum(wallet["balance_minor"] for wallet in world.wallet.service.wallets())
    return had - have


def _kept(world: World) -> int:
    orders = world.machine.service.operator_view(_ORDERS_MAX).orders
    return sum(_kept_of(line) for line in orders)


def _kept_of(line: OrderLine) -> int:
    """Of one order: its price less what was given back, where the money was taken."""
    taken = line.order.amount_minor if line.money in {"taken", "returning", "returned"} else 0
    back = taken if line.money == "returned" else line.order.refunded_minor
    return taken - back
