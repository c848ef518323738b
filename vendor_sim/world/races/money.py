"""What becomes of the money and the goods in a race: notices, time, the motor, the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from vendor_sim.kernel.limits import MINUTE_MS, NOTICE_LANES, SECOND_MS
from vendor_sim.world import acts

if TYPE_CHECKING:
    from vendor_sim.world.races.cast import Cast

_LANES = tuple(f"notify.{number}" for number in range(NOTICE_LANES))
_BY_TIME = ("expire", "lapse")
_PATIENCE_MS = MINUTE_MS
_TIMES = "SELECT pay_until_ms, hold_until_ms, ended_at_ms FROM orders WHERE id = :id"
_TURN = """
    SELECT c.done_at_ms FROM motor_command c JOIN orders o ON o.command_id = c.id WHERE o.id = :id
"""


def notify(cast: Cast) -> None:
    """The courier delivers what has waited longest."""
    cast.work("ledger", _LANES, {})


def unheard(cast: Cast, event: str) -> None:
    """The same, and the courier never hears that it arrived: it will come again."""
    cast.ask(event, "ledger", _LANES, {})
    cast.forget(event)


# -- time -------------------------------------------------------------------------------------
def near_the_end(cast: Cast) -> None:
    """Wait until the code has a second left."""
    acts.order(cast.world, cast.order, "awaiting_payment", _PATIENCE_MS)
    until_ms = _column(cast, _TIMES, 0)
    if until_ms is not None:
        left_ms = until_ms - SECOND_MS - cast.world.clock.now_ms()
        cast.world.driver.until(lambda: None, max(left_ms, 0))


def end_of_code(cast: Cast) -> None:
    """It is the instant at which the code dies."""
    _be_at(cast, _column(cast, _TIMES, 0))


def end_of_hold(cast: Cast) -> None:
    """It is the instant at which the hold ends, or at which the desk's time is over."""
    _be_at(cast, _column(cast, _TIMES, 1))
    task = cast.open_task("machine", ("settle_unsure_by_time",), {"order": cast.order})
    _be_at(cast, None if task is None else task.due_at_ms)


def by_time(cast: Cast) -> None:
    """The platform ends what has had its time."""
    task = cast.open_task("ledger", _BY_TIME, {})
    if task is not None and task.due_at_ms <= cast.world.clock.now_ms():
        cast.work("ledger", _BY_TIME, task.body)


def look(cast: Cast) -> None:
    """The machine looks at the platform and at its own clock."""
    cast.work("machine", ("check_intent",), {"order": cast.order})


# -- the motor and the desk -------------------------------------------------------------------
def turning(cast: Cast) -> None:
    """Wait until the motor turns; where nobody pays before the race, it may turn in it."""
    if acts.order(cast.world, cast.order)["state"] == "paid":
        acts.order(cast.world, cast.order, "releasing", _PATIENCE_MS)


def drop_seen(cast: Cast) -> None:
    """The motor has stopped; the machine asks its sensor."""
    _be_at(cast, _column(cast, _TURN, 0))
    cast.work("machine", ("watch_drop",), {"order": cast.order})


def unsure(cast: Cast) -> None:
    """Wait until nobody knows whether the drink fell."""
    acts.order(cast.world, cast.order, "unsure", _PATIENCE_MS)


def desk(cast: Cast, *, released: bool) -> None:
    """The desk has its say; too late is too late."""
    service = cast.world.machine.service
    cast.refusable(lambda: service.settle_unsure(cast.order, released=released))


def give_back(cast: Cast) -> None:
    """The operator gives the whole amount back; the platform may refuse."""
    amount_minor = acts.order(cast.world, cast.order)["amount_minor"]
    cast.refusable(lambda: acts.refund(cast.world, cast.order, amount_minor))


def _be_at(cast: Cast, at_ms: int | None) -> None:
    if at_ms is not None:
        cast.until_ms(at_ms)


def _column(cast: Cast, query: str, column: int) -> int | None:
    row = cast.world.doors.machine.read(
        lambda cx: cx.execute(text(query), {"id": cast.order}).first()
    )
    return None if row is None else row[column]
