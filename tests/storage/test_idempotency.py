"""Same key and input, same answer; same key and other input, refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.storage.database import Database
from vendor_sim.storage.idempotency import ANSWER, fingerprint, recall, remember

if TYPE_CHECKING:
    from collections.abc import Iterator

PRINT = fingerprint("POST", "/v1/intents", "{}")


@pytest.fixture
def answers() -> Iterator[Database]:
    db = Database("sqlite://", (ANSWER,))
    db.transact(lambda cx: remember(cx, "m_lobby", "k1", PRINT, "in_1", 5))
    yield db
    db.close()


def test_a_new_key_has_no_answer(answers: Database) -> None:
    assert answers.read(lambda cx: recall(cx, "m_lobby", "k2", PRINT)) is None


def test_a_key_used_again_for_the_same_gets_the_same(answers: Database) -> None:
    assert answers.read(lambda cx: recall(cx, "m_lobby", "k1", PRINT)) == "in_1"


def test_a_key_used_for_something_else_is_refused(answers: Database) -> None:
    other = fingerprint("POST", "/v1/intents", '{"amount_minor":1}')
    with pytest.raises(Refused, match="use a new key") as refused:
        answers.read(lambda cx: recall(cx, "m_lobby", "k1", other))
    assert refused.value.problem.code is Code.KEY_REUSED
    assert refused.value.problem.where == "Idempotency-Key"


def test_two_callers_may_use_the_same_key(answers: Database) -> None:
    """And neither learns that the other has."""
    assert answers.read(lambda cx: recall(cx, "m_platform_9", "k1", PRINT)) is None
    answers.transact(lambda cx: remember(cx, "m_platform_9", "k1", PRINT, "in_2", 6))
    assert answers.read(lambda cx: recall(cx, "m_platform_9", "k1", PRINT)) == "in_2"


def test_parts_of_a_fingerprint_do_not_run_together() -> None:
    assert fingerprint("a", "bc") != fingerprint("ab", "c")
