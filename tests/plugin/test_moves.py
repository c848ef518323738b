"""Moves are noted where they are made, and one that is never made is told by its name."""

from __future__ import annotations

import pytest

from tests.plugin.moves import EVERY_MOVE, move, never_made, watched
from vendor_sim.kernel.lifecycle import IllegalMoveError
from vendor_sim.machine.domain import ORDER, OrderEvent, OrderState
from vendor_sim.pytest_plugin.in_process import simulated

CAME = (OrderState.OPENING, OrderEvent.CODE_CAME)


@pytest.mark.parametrize("missing", EVERY_MOVE)
def test_a_move_that_no_feature_makes_is_told(missing: str) -> None:
    assert never_made({*EVERY_MOVE} - {missing}) == [missing]


def test_nothing_is_made_where_nothing_is_told() -> None:
    with watched() as taken:
        pass
    assert never_made(taken) == [*EVERY_MOVE]


def test_no_two_moves_are_called_the_same() -> None:
    assert len({*EVERY_MOVE}) == len(EVERY_MOVE) > 40


def test_a_move_is_noted_where_it_is_granted_and_only_while_somebody_watches() -> None:
    with watched() as taken:
        assert ORDER.next(*CAME) is OrderState.AWAITING_PAYMENT
        with pytest.raises(IllegalMoveError):
            ORDER.next(OrderState.RELEASED, OrderEvent.CODE_CAME)
    ORDER.next(OrderState.OPENING, OrderEvent.CANCELLED)
    assert taken == {move(ORDER, *CAME)}


def test_the_services_ask_the_tables() -> None:
    slots = [{"slot": "B4", "product": "Cola", "price_minor": 350, "stock": 1}]
    with watched() as taken:
        stage = simulated()
        body = {"id": "lobby", "takes": "hold", "currency": "CNY", "slots": slots}
        stage.ask("POST", "/machines", body)
        order = stage.ask("POST", "/machines/lobby/press", {"slot": "B4"})["order"]
        assert stage.order(order, "awaiting_payment")["state"] == "awaiting_payment"
        stage.close()
    assert taken == {move(ORDER, *CAME)}
