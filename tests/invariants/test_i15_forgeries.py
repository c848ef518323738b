"""I15: a message that was not verified changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.invariants.recorded import day, exchanges, say, state
from vendor_sim.world.audit import audit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vendor_sim.wire.http import Response
    from vendor_sim.wire.transports import Exchange
    from vendor_sim.world.build import World

    Forge = Callable[[World, Exchange], Response]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A day that is over."""
    made = day()
    yield made
    made.close()


def _other_bytes(world: World, one: Exchange) -> Response:
    return say(world, one, one.request.replace(b"1", b"2").replace(b"}", b" }"))


def _nobodys_signature(world: World, one: Exchange) -> Response:
    return say(world, one, **dict.fromkeys(_seals(one), "x"))


def _anothers_signature(world: World, one: Exchange) -> Response:
    """That of another message of the same kind: genuine, but not of this one."""
    other = next(
        two
        for two in exchanges(world)
        if (two.path, two.method) != (one.path, one.method) or two.request != one.request
        if _seals(two) == _seals(one)
    )
    return say(world, one, **{name: other.request_headers[name] for name in _seals(one)})


def _seals(one: Exchange) -> list[str]:
    return [
        name
        for name in one.request_headers
        if name.lower() in {"webhook-signature", "wechatpay-signature"}
        or (name.lower() == "authorization" and one.path.startswith("/v3/"))
    ]


@pytest.mark.parametrize("forge", [_other_bytes, _nobodys_signature, _anothers_signature])
def test_no_forgery_of_any_signed_message_changes_anything(world: World, forge: Forge) -> None:
    before = state(world)
    signed = [one for one in exchanges(world) if one.method == "POST" and _seals(one)]
    for one in signed:
        told = forge(world, one)
        assert told.status_code in {400, 401}, f"{one.target} {one.path}: {told.status_code}"
    assert {one.target for one in signed} == {"ledger", "machine", "wallet"}
    assert world.driver.settle(10**9)
    assert state(world) == before
    assert audit(world) == []


def test_without_its_key_no_request_changes_anything(world: World) -> None:
    before = state(world)
    asked = [one for one in exchanges(world) if one.path.startswith("/v1/")]
    for one in asked:
        told = say(world, one, Authorization="Bearer sk_nobody")
        assert told.status_code == 401, one.path
    assert len({one.path for one in asked}) > 1
    assert state(world) == before
