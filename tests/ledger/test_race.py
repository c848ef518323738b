"""Threads at once: nothing is spent twice, nothing is lost, nothing hangs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

from tests.ledger.books import Books, told
from vendor_sim.kernel.problems import Code
from vendor_sim.ledger import Side
from vendor_sim.ledger.audit import audit

if TYPE_CHECKING:
    from collections.abc import Sequence

THREADS = 4


def at_once(books: Books, lines: Sequence[str]) -> list[str]:
    """Ask for each line in a thread of its own, all starting together; ask again if told to."""
    start = Barrier(len(lines))

    def ask(line: str) -> str:
        start.wait()
        verdict = books.submit(told(line))
        while verdict == Code.UNAVAILABLE:  # what a caller does: the same request again
            verdict = books.submit(told(line))
        return verdict

    with ThreadPoolExecutor(len(lines)) as pool:
        return list(pool.map(ask, lines))


def test_the_same_money_is_not_spent_twice(shared: Books) -> None:
    """Four threads each spend the same 100: one may, whatever the round."""
    for n in range(5):
        shared.do(f"top{n} single bank>pete 100")
        verdicts = at_once(shared, [f"s{n}-{i} single pete>shop 100" for i in range(THREADS)])
        assert sorted(verdicts) == ["insufficient_funds"] * (THREADS - 1) + ["ok"]
    assert shared.balance("pete:CNY").posted(Side.CREDIT) == 0
    assert shared.balance("shop:CNY").posted(Side.CREDIT) == 500
    assert shared.db.read(audit) == []


def test_the_same_money_is_not_held_twice(shared: Books) -> None:
    """A hold and a payment race for the same 100: one gets it."""
    shared.do("top single bank>pete 100")
    verdicts = at_once(
        shared, ["h1 pending pete>shop 100 until 9", "s1 single pete>shop 100"] * (THREADS // 2)
    )
    assert set(verdicts) == {"ok", "insufficient_funds"}
    balance = shared.balance("pete:CNY")
    assert balance.available(Side.CREDIT) == 0
    assert shared.db.read(audit) == []


def test_a_hold_is_ended_once(shared: Books) -> None:
    """Post and void race: one wins, the others are told that it has ended."""
    shared.do("top single bank>pete 100", "h1 pending pete>shop 100 until 9")
    lines = [f"e{i} {'post' if i % 2 else 'void'} pete>shop 100 of h1" for i in range(THREADS)]
    verdicts = at_once(shared, lines)
    assert sorted(verdicts) == ["ok"] + ["wrong_state:pending_id"] * (THREADS - 1)
    assert shared.db.read(audit) == []


def test_one_id_sent_by_many_is_one_transfer(shared: Books) -> None:
    """Replays that race with their original all get it as the answer."""
    for n in range(10):
        verdicts = at_once(shared, [f"t{n} single bank>pete 100"] * THREADS)
        assert verdicts == ["ok"] * THREADS
    assert shared.balance("pete:CNY").posted(Side.CREDIT) == 1000


def test_no_acknowledged_transfer_is_lost(shared: Books) -> None:
    """Threads pay into and out of the same accounts, in both directions: the sum is exact."""
    shared.do("top single bank>pete 1000", "top2 single bank>shop 1000")
    for n in range(8):
        legs = ("pete>shop", "shop>pete", "pete>shop", "bank>pete")
        lines = [f"t{n}-{i} single {leg} {i + 1}" for i, leg in enumerate(legs)]
        assert at_once(shared, lines) == ["ok"] * len(legs)
    assert shared.balance("pete:CNY").posted(Side.CREDIT) == 1000 + 8 * (-1 + 2 - 3 + 4)
    assert shared.balance("shop:CNY").posted(Side.CREDIT) == 1000 + 8 * (1 - 2 + 3)
    assert shared.db.read(audit) == []
