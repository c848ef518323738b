"""A served service without power answers nobody, does nothing, and comes back."""

from __future__ import annotations

import json

import pytest

from tests.serving.conftest import THING
from tests.serving.doors import add, names
from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.serving.door import SharedDoor
from vendor_sim.serving.mains import Mains
from vendor_sim.storage.database import Database
from vendor_sim.world.faults import At, Fault, FaultPlan, Rule
from vendor_sim.world.faults.processes import Killed
from vendor_sim.world.power import Power
from vendor_sim.world.powered import PoweredDoor


@pytest.fixture
def faults():
    return FaultPlan()


@pytest.fixture
def power(faults):
    return Power(VirtualClock(0), faults)


@pytest.fixture
def shared(tmp_path):
    made = SharedDoor(Database(f"sqlite:///{tmp_path / 'things'}", [THING]))
    yield made
    made.close()


class App:
    """Answers, and lets something happen in between."""

    closed = False

    def __init__(self, between=lambda: None):
        self.between = between

    def __call__(self, _environ, start):
        self.between()
        start("200 OK", [("Content-Type", "text/plain")])
        return self

    def __iter__(self):
        yield b"a page"

    def close(self):
        self.closed = True


def get(app):
    told = []
    body = b"".join(app({}, lambda *given: told.append(given)))
    ((status, headers),) = told
    return status, dict(headers), body


def test_with_power_nothing_is_different(power):
    status, headers, body = get(Mains(App(), "ledger", power))
    assert (status, headers["Content-Type"], body) == ("200 OK", "text/plain", b"a page")


def test_without_power_the_answer_is_503_in_the_one_shape(power):
    power.cut("ledger")
    status, headers, body = get(Mains(App(), "ledger", power))
    assert (status, headers["Retry-After"]) == ("503 Service Unavailable", "1")
    assert json.loads(body)["error"] == {
        "code": "unavailable",
        "message": "the ledger has no power",
        "where": None,
        "transient": True,
    }
    assert get(Mains(App(), "wallet", power))[0] == "200 OK"
    power.restore("ledger")
    assert get(Mains(App(), "ledger", power))[0] == "200 OK"


@pytest.mark.parametrize("back", [True, False])
def test_what_was_being_answered_when_it_went_is_answered_to_nobody(power, back):
    def blink():
        power.cut("ledger")
        power.restore("ledger") if back else None

    app = App(blink)
    status, _, body = get(Mains(app, "ledger", power))
    assert status == "503 Service Unavailable"
    assert b"a page" not in body
    assert app.closed


def test_the_writer_outlives_a_verb_that_is_killed_and_nothing_of_it_stays(shared, faults, power):
    door = PoweredDoor(shared, power.points("ledger"))
    door.transact(add("before"))
    faults.add(Rule(Fault.KILLED, service="ledger", at=At.BEFORE_COMMIT, times=1))
    with pytest.raises(Killed):
        door.transact(add("lost"))
    with pytest.raises(Killed):
        door.read(lambda cx: cx)
    power.restore("ledger")
    door.transact(add("after"))
    assert names(shared) == ["before", "after"]


def test_killed_after_its_commit_a_shared_one_stays_too(shared, faults, power):
    door = PoweredDoor(shared, power.points("wallet"))
    faults.add(Rule(Fault.KILLED, service="wallet", at=At.AFTER_COMMIT, times=1))
    with pytest.raises(Killed):
        door.transact(add("kept"))
    assert names(shared) == ["kept"]
