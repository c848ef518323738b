"""I9: whoever asks once more gets the same answer, and nothing happens twice."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.invariants.recorded import day, exchanges, say, state
from vendor_sim.world.audit import audit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_sim.world.build import World

_TIMES = 2
_OVER = {"already_paid", "closed", "ORDERPAID", "ORDER_CLOSED"}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A day that is over."""
    made = day()
    yield made
    made.close()


def test_every_message_that_was_ever_sent_changes_nothing_when_it_comes_again(
    world: World,
) -> None:
    before = state(world)
    said = [one for one in exchanges(world) if one.method == "POST"]
    for one in said * _TIMES:
        told = say(world, one)
        shown = f"{one.source} to {one.target}: {one.method} {one.path}"
        assert told.status_code == one.status or _is_over(told.json()), f"{shown}: {told.text}"
        assert state(world) == before, shown
    assert {one.target for one in said} == {"ledger", "machine", "wallet"}
    assert world.driver.settle(10**9)
    assert state(world) == before, "nor later"
    assert audit(world) == []


def test_a_request_with_a_key_gets_the_answer_that_it_got(world: World) -> None:
    keyed = [one for one in exchanges(world) if "idempotency-key" in _names(one.request_headers)]
    for one in keyed:
        again = say(world, one)
        assert again.status_code == one.status
        assert _lasting(again.content) == _lasting(one.answer), one.path
    assert len({one.path for one in keyed}) > 1


def test_a_key_that_comes_with_another_body_is_refused_and_changes_nothing(world: World) -> None:
    before = state(world)
    keyed = [one for one in exchanges(world) if "idempotency-key" in _names(one.request_headers)]
    creates = [one for one in keyed if one.path == "/v1/intents"]
    for one in creates:
        body = {**json.loads(one.request), "amount_minor": 1}
        told = say(world, one, json.dumps(body).encode())
        assert told.json()["error"]["code"] == "idempotency_key_reused"
    assert creates
    assert state(world) == before


def _is_over(told: dict[str, Any]) -> bool:
    """Whether a question is answered as it must be once its payment is over."""
    return told.get("code") in _OVER or told.get("error", {}).get("code") in _OVER


def _names(headers: dict[str, str]) -> set[str]:
    return {name.lower() for name in headers}


def _lasting(answer: bytes) -> object:
    """What does not move on with the thing itself: which one it is, and what it is for."""
    told = json.loads(answer)
    return {name: told.get(name) for name in ("id", "amount_minor", "currency", "order_ref")}
