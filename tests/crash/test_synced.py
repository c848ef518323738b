"""What the system is really asked for: no answer leaves before its commit is synced to the disk."""

from __future__ import annotations

import re
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from tests.processes import TEA, demo, with_quick_keys
from vendor_sim.wire.clients import PaymentsClient
from vendor_sim.wire.http import network
from vendor_sim.world.keys import load_keys

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

pytestmark = [
    pytest.mark.network,
    pytest.mark.skipif(
        shutil.which("strace") is None,
        reason="NOT TESTED WHETHER ANSWERS WAIT FOR THE DISK: `apt install strace` first",
    ),
]
ASKED = re.compile(r"recvfrom\(.*\"POST /v1/intents ")
ANSWERED = re.compile(r"sendto\(.*\"HTTP/1\.1 201 ")
WROTE = re.compile(r"pwrite64\(\d+<[^>]*/ledger\.sqlite3-wal>")
SYNCS = re.compile(r"^(\d+) +f(?:data)?sync\(\d+<[^>]*/ledger\.sqlite3-wal>")
DONE = re.compile(r"^(\d+) .*sync.*= 0$")
CALLS = "trace=recvfrom,sendto,pwrite64,fdatasync,fsync"
CARELESS = """
from vendor_sim.storage import sqlite
careful = sqlite.prepare
def careless(connection, *how):
    careful(connection, *how)
    connection.execute("PRAGMA synchronous=NORMAL")
sqlite.prepare = careless
from vendor_sim.cli import main
main()
"""
ORDERS = 12


def early(lines: Iterable[str]) -> tuple[int, int]:
    """Answers that left before what they tell was synced, and answers altogether."""
    wrote = synced = False
    syncing: set[str] = set()
    answers = hasty = 0
    for line in lines:
        if ASKED.search(line):
            wrote = synced = False
            syncing.clear()
        elif WROTE.search(line):
            wrote = True
        elif ANSWERED.search(line):
            answers, hasty = answers + 1, hasty + (not synced)
        if wrote and (begun := SYNCS.search(line)):
            syncing.add(begun[1])
        if (done := DONE.search(line)) and done[1] in syncing:
            synced = True
    return hasty, answers


def orders(data: Path, log: Path, *program: str) -> tuple[int, int]:
    """Intents are opened one after another; the system writes down what it is asked."""
    watched = ("strace", "-D", "-f", "-y", "-s", "60", "-e", CALLS, "-o", str(log))
    keys, line = load_keys(with_quick_keys(data) / "keys.json"), network()
    with demo(data, watched, program) as world:
        merchant = PaymentsClient(world.base, keys.merchants["m_lobby"].api_key, line)
        for number in range(ORDERS):
            merchant.open_intent({**TEA, "order_ref": str(number)}, f"key-{number}")
        merchant.close()
    line.close()
    return early(log.read_text().splitlines())


def test_an_answer_leaves_after_the_sync(tmp_path) -> None:
    assert orders(tmp_path / "data", tmp_path / "log") == (0, ORDERS)


REQUEST = '7 recvfrom(9<TCP:[1->2]>, "POST /v1/intents HTTP/1.1", 65536, 0, NULL, NULL) = 25'
WRITE = "8 pwrite64(5</data/ledger.sqlite3-wal>, ..., 4096, 56) = 4096"
SYNC = "8 fdatasync(5</data/ledger.sqlite3-wal>) = 0"
BEGUN = "8 fdatasync(5</data/ledger.sqlite3-wal> <unfinished ...>"
ENDED = "8 <... fdatasync resumed>) = 0"
ANSWER = '7 sendto(9<TCP:[1->2]>, "HTTP/1.1 201 Created", 20, 0, NULL, 0) = 20'


@pytest.mark.parametrize(
    ("log", "hasty"),
    [
        ([REQUEST, WRITE, SYNC, ANSWER], 0),
        ([REQUEST, WRITE, BEGUN, ENDED, ANSWER], 0),
        ([REQUEST, WRITE, BEGUN, ANSWER, ENDED], 1),
        ([REQUEST, WRITE, ANSWER, SYNC], 1),
        ([REQUEST, SYNC, WRITE, ANSWER], 1),
        ([REQUEST, WRITE, SYNC.replace("ledger", "wallet"), ANSWER], 1),
    ],
)
def test_an_early_answer_is_seen(log, hasty) -> None:
    assert early(log) == (hasty, 1)


def test_the_rig_sees_a_setting_that_answers_before(lengths, tmp_path) -> None:
    """It costs seconds, so only the long form starts a program that is careless for real."""
    if not lengths.is_long:
        assert early([REQUEST, WRITE, ANSWER] * ORDERS) == (ORDERS, ORDERS)
        return
    careless = (sys.executable, "-c", CARELESS)
    hasty, answers = orders(tmp_path / "data", tmp_path / "log", *careless)
    assert (answers, hasty > ORDERS // 2) == (ORDERS, True)
