"""I17, I18: threads at once on either database are as if they had come one after the other.

Jepsen's bank: money moves between eight accounts while others read them all. Every look sees the
same sum, and whoever was told that a transfer is done finds it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.ledger import TABLES, Account, Kind, Ledger, Side, Transfer, TransferCode
from vendor_sim.ledger.audit import audit
from vendor_sim.serving.door import SharedDoor
from vendor_sim.storage.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from vendor_sim.storage.database import Door

LEDGER = Ledger()
NAMES = [f"account-{number}" for number in range(8)]
_SUM_MINOR, _MOST_MINOR, _WRITERS, _EACH, _LOOKS = 100, 5, 4, 40, 40


@pytest.fixture(params=["sqlite", "shared", "postgresql"])
def door(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Door]:
    """A file behind a plain door, behind the served world's, and a PostgreSQL server."""
    url = f"sqlite:///{tmp_path}/bank.db"
    if request.param == "postgresql":
        url = str(request.getfixturevalue("postgres_url"))
    database = Database(url, TABLES)
    _fund(database)
    if request.param != "shared":
        yield database
    else:
        shared = SharedDoor(database)
        yield shared
        shared.close()
    database.close()


def test_every_look_sees_all_the_money_and_what_was_acknowledged_is_there(door: Door) -> None:
    start = Barrier(_WRITERS + 1)

    def write(writer: int) -> int:
        random = Random(writer)  # noqa: S311 - a workload that is the same each time
        start.wait()
        return sum(_move(door, random, f"{writer}-{n}") for n in range(_EACH))

    def look() -> set[int]:
        start.wait()
        return {door.read(_sum) for _ in range(_LOOKS)}

    with ThreadPoolExecutor(_WRITERS + 1) as pool:
        looks = pool.submit(look)
        done = list(pool.map(write, range(_WRITERS)))
        assert looks.result() == {_SUM_MINOR}
    assert sum(done) > _EACH
    assert door.read(audit) == []
    assert min(door.read(_balances)) >= 0


def _fund(database: Database) -> None:
    def verb(cx: Connection) -> None:
        LEDGER.open_account(cx, Account("bank", "CNY", Side.DEBIT, floor=False), 0)
        for name in NAMES:
            LEDGER.open_account(cx, Account(name, "CNY", Side.CREDIT, floor=True), 0)
        LEDGER.submit(cx, _transfer("opening", "bank", NAMES[0], _SUM_MINOR))

    database.transact(verb)


def _move(door: Door, random: Random, name: str) -> bool:
    """Move some money, and see that it was moved; False where there was too little of it."""
    debit, credit = random.sample(NAMES, 2)
    transfer = _transfer(name, debit, credit, random.randint(1, _MOST_MINOR))
    verdict = _submit(door, transfer)
    while verdict is Code.UNAVAILABLE:  # what a caller does: the same request again
        verdict = _submit(door, transfer)
    assert verdict in {None, Code.INSUFFICIENT_FUNDS}
    if verdict is None:
        found = door.read(lambda cx: LEDGER.transfer(cx, name))
        assert (found.debit, found.amount_minor) == (debit, transfer.amount_minor)
    return verdict is None


def _submit(door: Door, transfer: Transfer) -> Code | None:
    try:
        door.transact(lambda cx: LEDGER.submit(cx, transfer))
    except Refused as refused:
        return refused.problem.code
    return None


def _transfer(name: str, debit: str, credit: str, amount_minor: int) -> Transfer:
    return Transfer(
        *(name, Kind.SINGLE, TransferCode.TOP_UP, debit, credit, amount_minor, "CNY", "bank", 0)
    )


def _balances(cx: Connection) -> list[int]:
    return [LEDGER.balance(cx, name).posted(Side.CREDIT) for name in NAMES]


def _sum(cx: Connection) -> int:
    return sum(_balances(cx))
