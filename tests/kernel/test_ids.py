"""Ids come from an argument too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vendor_sim.kernel.ids import Ids, RandomIds, SeededIds, new_digits, new_id, new_token

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("ids", [RandomIds(), SeededIds(1)])
def test_an_id_tells_its_type_and_cannot_be_misread(ids: Ids) -> None:
    """No 0/o, no 1/l/i: a person can read it out over the telephone."""
    made = new_id(ids, "in")
    prefix, rest = made.split("_")
    assert (prefix, len(rest)) == ("in", 16)
    assert set(rest) <= set("23456789abcdefghjkmnpqrstuvwxyz")


@pytest.mark.parametrize("ids", [RandomIds(), SeededIds(1)])
def test_ids_and_tokens_do_not_repeat(ids: Ids) -> None:
    assert len({new_id(ids, "in") for _ in range(500)}) == 500
    assert len({new_token(ids, "code") for _ in range(500)}) == 500
    assert len(new_token(ids, "code")) == 24


@pytest.mark.parametrize("ids", [RandomIds(), SeededIds(1)])
def test_digits_are_decimal_and_as_many_as_asked_for(ids: Ids) -> None:
    made = [new_digits(ids, "auth_code", 16) for _ in range(500)]
    assert len(set(made)) == 500
    assert all(len(one) == 16 and one.isascii() and one.isdigit() for one in made)
    assert {one[0] for one in made} == set("0123456789")
    assert len(new_digits(ids, "x", 1)) == 1


def test_the_same_seed_gives_the_same_ids() -> None:
    first, again, other = SeededIds(7), SeededIds("7"), SeededIds(8)
    ids = [new_id(first, "in") for _ in range(3)]
    assert [new_id(again, "in") for _ in range(3)] == ids
    assert new_id(other, "in") not in ids


@pytest.mark.parametrize(
    "draw",
    [
        lambda ids: new_id(ids, "in"),
        lambda ids: new_token(ids, "code"),
        lambda ids: new_digits(ids, "auth_code", 16),
    ],
)
def test_one_kind_of_id_does_not_shift_another(draw: Callable[[Ids], str]) -> None:
    """A scenario with one more scan has the same intents."""
    plain, busy = SeededIds(7), SeededIds(7)
    new_id(busy, "sc")
    new_token(busy, "session")
    new_digits(busy, "pin", 4)
    assert draw(busy) == draw(plain)


def test_a_world_that_is_put_back_draws_the_same_ids_again() -> None:
    ids = SeededIds(7)
    new_id(ids, "in")
    new_token(ids, "code")
    new_id(ids, "in")
    drawn = ids.counts()
    assert drawn == {"in": 2, "code": 1}
    first = [new_id(ids, "in"), new_token(ids, "code")]
    assert drawn == {"in": 2, "code": 1}, "what was counted does not go on counting"
    ids.count_from(drawn)
    assert [new_id(ids, "in"), new_token(ids, "code")] == first
    assert drawn == {"in": 2, "code": 1}, "nor does what it was put back to"
