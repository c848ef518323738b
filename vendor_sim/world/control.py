"""``/_world``: the control plane for tests, demos and the stage.

It belongs to the world and to no service: it puts a wish in and waits on the driver, so that any
number of waiting calls hold neither a service's thread nor its writer.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from vendor_sim import web
from vendor_sim.kernel.limits import WAIT_MAX_MS
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.world import acts, seeds
from vendor_sim.world import control_clock as clock
from vendor_sim.world import control_looks as looks
from vendor_sim.world import control_merchants as merchants
from vendor_sim.world import control_record as record
from vendor_sim.world import control_schemas as schemas
from vendor_sim.world import control_trouble as trouble
from vendor_sim.world.audit import audit
from vendor_sim.world.control_guard import guard, is_near
from vendor_sim.world.control_portion import EVERY, WHOLE, Portion
from vendor_sim.world.plan import MachinePlan, SlotPlan, WalletPlan

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask, Response

    from vendor_sim.world.audit import Breach
    from vendor_sim.world.build import World

__all__ = ["WHOLE", "Portion", "create_control", "is_near"]

_WAIT_MS = 5_000
_MONEY = ("balance_minor", "held_minor")


def create_control(world: World | Portion, token: str, part: str = WHOLE) -> Flask:
    """The application under ``/_world``.

    Args:
        world: What it controls.
        token: Lets callers from other hosts in, as ``Authorization: Bearer``.
        part: ``ledger``, ``machine`` or ``wallet`` leaves only the calls that this one service can
            answer.
    """
    app = web.create_app(__name__, prefix="/_world", clock=world.clock, session_secret=token)
    app.before_request(lambda: guard(token))
    for needs, method, path, view in _calls():
        if part in {WHOLE, needs} or needs == EVERY:
            bound: Callable[..., Response] = functools.partial(view, world)
            app.add_url_rule(f"/_world{path}", f"{method} {path}", bound, methods=[method])
    return app


def _calls() -> tuple[tuple[str, str, str, Callable[..., Response]], ...]:
    """Every call: which part of a world it needs, method, path, and what answers it."""
    return (
        ("machine", "GET", "/machines", machines),
        (WHOLE, "POST", "/machines", add_machine),
        ("machine", "POST", "/machines/<machine>/stock", set_stock),
        ("machine", "POST", "/machines/<machine>/press", press),
        ("machine", "POST", "/machines/<machine>/cancel", cancel),
        ("machine", "POST", "/machines/<machine>/dispenser", plan_drop),
        ("machine", "POST", "/machines/<machine>/scan", scan),
        ("machine", "GET", "/orders/<order>", order),
        ("machine", "POST", "/orders/<order>/settle-unsure", settle_unsure),
        (WHOLE, "GET", "/wallets", wallets),
        (WHOLE, "POST", "/wallets", add_wallet),
        (WHOLE, "GET", "/wallets/<wallet>", wallet_),
        ("wallet", "POST", "/wallets/<wallet>/pay", pay),
        ("wallet", "POST", "/wallets/<wallet>/decline", decline),
        ("wallet", "GET", "/wallets/<wallet>/payment-code", payment_code),
        ("wallet", "POST", "/wallets/<wallet>/confirm", confirm),
        ("ledger", "GET", "/merchants", merchants.listed),
        ("ledger", "POST", "/merchants", merchants.add),
        ("ledger", "GET", "/merchants/<mchid>/credentials", merchants.credentials),
        ("ledger", "POST", "/merchants/<mchid>/behaviour", merchants.behave),
        (WHOLE, "POST", "/refunds", refund),
        (WHOLE, "GET", "/audit", audit_),
        (EVERY, "GET", "/clock", clock.shown),
        (EVERY, "POST", "/clock", clock.steered),
        (WHOLE, "GET", "/faults", trouble.shown),
        (WHOLE, "POST", "/faults", trouble.planned),
        (WHOLE, "POST", "/faults/rules", trouble.added),
        (WHOLE, "DELETE", "/faults", trouble.cleared),
        (WHOLE, "GET", "/services", trouble.services),
        (WHOLE, "POST", "/services/<service>", trouble.switched),
        (WHOLE, "GET", "/record", record.shown),
        (WHOLE, "POST", "/record", record.switched),
        (WHOLE, "POST", "/reset", reset),
        (WHOLE, "GET", "/journal", journal),
        *looks.CALLS,
    )


# -- machines ---------------------------------------------------------------------------------
def machines(world: World) -> Response:
    """Every machine with its slots."""
    _no_query()
    return web.send(world.machine.service.machines())


def add_machine(world: World) -> Response:
    """One machine more, and its merchant."""
    body = web.read_body(schemas.NewMachine)
    slots = tuple(
        SlotPlan(slot.slot, slot.product, slot.price_minor, slot.stock) for slot in body.slots
    )
    plan = MachinePlan(body.id, body.id, body.takes, body.currency, slots, body.speaks)
    return web.send(seeds.add_machine(world, plan), 201)


def set_stock(world: World, machine: str) -> Response:
    """Load a slot, and price it."""
    body = web.read_body(schemas.Stock)
    slot = world.machine.service.set_stock(machine, body.slot, body.stock, body.price_minor)
    return web.send(slot)


def press(world: World, machine: str) -> Response:
    """A customer presses a slot."""
    opened = world.machine.service.press(machine, web.read_body(schemas.Press).slot)
    world.driver.wake()
    return web.send({"order": opened}, 202)


def cancel(world: World, machine: str) -> Response:
    """A customer presses cancel."""
    web.read_body(schemas.Nothing)
    cancelled = world.machine.service.cancel(machine)
    world.driver.wake()
    return web.send({"order": cancelled}, 202)


def plan_drop(world: World, machine: str) -> Response:
    """Decide how the next release ends."""
    body = web.read_body(schemas.Dispenser)
    world.machine.service.plan_drop(machine, schemas.drop_of(body.next))
    return web.send({"next": body.next})


def scan(world: World, machine: str) -> Response:
    """A customer holds a payment code in front of the scanner."""
    body = web.read_body(schemas.Scan)
    charged = world.machine.service.present(machine, body.auth_code)
    world.driver.wake()
    return web.send({"order": charged}, 202)


# -- orders -----------------------------------------------------------------------------------
def order(world: World, order: str) -> Response:
    """An order, now or once it has come somewhere."""
    asked = web.read_query("wait_for", "timeout_ms")
    wait_for = asked["wait_for"]
    if wait_for is not None and wait_for not in {*acts.STATES, acts.DONE}:
        known = ", ".join((*acts.STATES, acts.DONE))
        raise Refused(Code.INVALID, f"wait_for is one of {known}", "wait_for")
    timeout_ms = schemas.number(asked["timeout_ms"], "timeout_ms", _WAIT_MS, WAIT_MAX_MS)
    return web.send(acts.order(world, order, wait_for, timeout_ms))


def settle_unsure(world: World, order: str) -> Response:
    """The desk says whether the goods fell."""
    body = web.read_body(schemas.SettleUnsure)
    settled = world.machine.service.settle_unsure(order, released=body.released)
    world.driver.wake()
    return web.send(settled)


def refund(world: World) -> Response:
    """The merchant gives money back."""
    body = web.read_body(schemas.Refund)
    return web.send({"refund": acts.refund(world, body.order, body.amount_minor)}, 202)


# -- wallets ----------------------------------------------------------------------------------
def wallets(world: World) -> Response:
    """Every wallet."""
    _no_query()
    return web.send([_wallet_view(world, found) for found in world.wallet.service.wallets()])


def wallet_(world: World, wallet: str) -> Response:
    """One wallet."""
    _no_query()
    return web.send(_wallet_view(world, world.wallet.service.wallet(wallet)))


def add_wallet(world: World) -> Response:
    """One wallet more."""
    body = web.read_body(schemas.NewWallet)
    plan = WalletPlan(body.id, body.name or body.id, body.currency, body.balance_minor, body.pin)
    return web.send(_wallet_view(world, seeds.add_wallet(world, plan)), 201)


def pay(world: World, wallet: str) -> Response:
    """Somebody scans, confirms, and looks what came of it."""
    body = web.read_body(schemas.Pay)
    return web.send(acts.pay(world, wallet, body.code, body.pin))


def decline(world: World, wallet: str) -> Response:
    """Somebody says no: to a code, or to the payment that waits for that word."""
    return web.send(acts.decline(world, wallet, web.read_body(schemas.Decline).code))


def payment_code(world: World, wallet: str) -> Response:
    """Eighteen digits that a machine can charge, once."""
    _no_query()
    return web.send(acts.payment_code(world, wallet))


def confirm(world: World, wallet: str) -> Response:
    """Somebody says yes to a payment that waits for that word."""
    return web.send(acts.confirm(world, wallet, web.read_body(schemas.Confirm).pin))


# -- the whole world --------------------------------------------------------------------------
def audit_(world: World) -> Response:
    """Whether every rule holds."""
    settle = web.read_query("settle")["settle"]
    if settle not in {None, "0", "1"}:
        raise Refused(Code.INVALID, "settle is 0 or 1", "settle")
    rested = settle == "1" and world.driver.settle(world.tuning.patience_ms)
    told: dict[str, Any] = {"breaches": [_breach(one) for one in audit(world)]}
    if settle == "1" and not rested:
        told["timed_out"] = True
    return web.send(told)


def _breach(breach: Breach) -> dict[str, str]:
    return {name: getattr(breach, name) for name in ("rule", "number", "sentence", "evidence")}


def reset(world: World) -> Response:
    """Everything as at the start."""
    web.read_body(schemas.Nothing)
    world.reset()
    world.recorder.begin_again(world)
    return web.send({})


def journal(world: World) -> Response:
    """The exchanges between the services, after the one numbered ``since``."""
    since = schemas.number(web.read_query("since")["since"], "since", 0, 2**53)
    return web.send(world.journal.since(since))


def _wallet_view(world: World, found: dict[str, Any]) -> dict[str, Any]:
    """As the books have it: what the wallet itself shows follows a moment later."""
    money = found
    if found["account"] is not None:
        money = world.payments.service.account_view(found["account"])
    return {"id": found["id"], **{n: money[n] for n in _MONEY}, "currency": found["currency"]}


def _no_query() -> None:
    web.read_query()
