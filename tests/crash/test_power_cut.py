"""The power goes in the middle of anything: what was acknowledged is there, the file is whole."""

from __future__ import annotations

import itertools
from random import Random
from typing import TYPE_CHECKING, Any

import apsw
import pytest

from tests.crash.disk import Disk, PowerCutError
from vendor_sim.storage import sqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

VERSION = tuple(int(part) for part in apsw.sqlite_lib_version().split("."))
CHECKPOINTS = ("PASSIVE", "FULL", "RESTART", "TRUNCATE")
COMMITS_MAX = 30
WRITES_MAX = 120
NAMES = (f"disk{n}" for n in itertools.count())


class Driven:
    """An apsw connection as the driver's own looks, so that our settings can be made on it."""

    isolation_level: str | None = ""

    def __init__(self, connection: apsw.Connection) -> None:
        self.cursor = connection.cursor


def ours(connection: apsw.Connection) -> None:
    """The settings of every database of ours, from the place where they are made."""
    sqlite.prepare(Driven(connection), VERSION, 0)


def normal(connection: apsw.Connection) -> None:
    """The same, but for what is often said to be enough."""
    ours(connection)
    connection.pragma("synchronous", "NORMAL")


def old(connection: apsw.Connection) -> None:
    """Ours where the library's WAL is not sound."""
    sqlite.prepare(Driven(connection), (3, 40, 1), 0)


def commits(connection: apsw.Connection, random: Random) -> Iterator[int]:
    """Acknowledge one after another, with a checkpoint now and then."""
    for number in range(COMMITS_MAX):
        with connection:
            connection.execute("INSERT INTO paid VALUES (?, ?)", (number, "x" * 900))
            connection.execute("UPDATE purse SET minor = minor + 1")
        yield number
        if random.random() < 0.1 and connection.pragma("journal_mode") == "wal":
            connection.execute(f"PRAGMA wal_checkpoint({random.choice(CHECKPOINTS)})")


def life(disk: Disk, random: Random, prepare: Callable[[apsw.Connection], None]) -> int:
    """Work until the power goes; how much was acknowledged."""
    connection = disk.connect()
    prepare(connection)
    connection.execute("CREATE TABLE paid (number INTEGER PRIMARY KEY, note TEXT) STRICT")
    connection.execute("CREATE TABLE purse (minor INTEGER) STRICT; INSERT INTO purse VALUES (0)")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    disk.writes_left = random.randrange(1, WRITES_MAX)
    acknowledged = 0
    try:
        for number in commits(connection, random):
            acknowledged = number + 1
    except (PowerCutError, apsw.Error):
        assert disk.writes_left == 0, "nothing but the power stops it"
    disk.cut()
    connection.close()
    return acknowledged


def left(disk: Disk, prepare: Callable[[apsw.Connection], None]) -> tuple[str, int, int]:
    """After the power came back: is the file whole, the payments there, and the purse."""
    connection = disk.connect()
    prepare(connection)

    def one(query: str) -> Any:
        return connection.execute(query).fetchone()[0]

    told = (
        one("PRAGMA integrity_check"),
        one("SELECT count(*) FROM paid"),
        one("SELECT * FROM purse"),
    )
    connection.close()
    return told


def losses(cuts: int, prepare: Callable[[apsw.Connection], None]) -> tuple[int, int]:
    """Acknowledged commits that are gone after so many power cuts, and how many there were."""
    lost = all_of_them = 0
    for seed in range(cuts):
        random = Random(seed)  # noqa: S311 - replayable, not secret
        disk = Disk(next(NAMES), random)
        acknowledged = life(disk, random, prepare)
        whole, paid, purse = left(disk, prepare)
        disk.unregister()
        assert whole == "ok", seed
        assert paid == purse, f"seed {seed}: half a transaction is there"
        lost += max(0, acknowledged - paid)
        all_of_them += acknowledged
    return lost, all_of_them


@pytest.mark.parametrize("prepare", [ours, old])
def test_a_power_cut_loses_nothing_that_was_acknowledged(lengths, prepare) -> None:
    lost, all_of_them = losses(lengths.cuts, prepare)
    assert all_of_them > lengths.cuts
    assert lost == 0


def test_the_rig_sees_what_synchronous_normal_loses(lengths) -> None:
    lost, all_of_them = losses(lengths.cuts, normal)
    assert lost > all_of_them // 10
