"""What people do on the pages of a served demo is a feature that passes in a simulated world."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.foreign import PYTEST
from tests.serving.passers import Customer, Operator
from vendor_sim.serving.demo import DemoOptions, demo
from vendor_sim.serving.server import in_background

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import httpx2

    from vendor_sim.world.build import World

pytestmark = pytest.mark.network
SPEED = 4
"""A coil turns for 1.8 seconds, and these people do nothing meanwhile."""


@dataclass
class Hall:
    """A served demo with people in it."""

    world: World
    base: str
    pete: Customer
    sandrine: Customer
    broke: Customer
    operator: Operator

    @property
    def client(self) -> httpx2.Client:
        return self.pete.browser.client

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.client.request(method, f"/_world{path}", json=body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def order(self, order: str, wait_for: str) -> dict[str, Any]:
        found = self.ask("GET", f"/orders/{order}?wait_for={wait_for}&timeout_ms=30000")
        assert "timed_out" not in found, found
        return dict(found)

    def code(self, order: str) -> str:
        return str(self.order(order, "awaiting_payment")["code"])

    def later(self, seconds: int) -> None:
        self.ask("POST", "/clock", {"advance_ms": seconds * 1_000})

    def buys(self, who: Customer, machine: str, slot: str) -> str:
        order = who.presses(machine, slot)
        who.confirms(who.scans(self.code(order)))
        return order


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    options = DemoOptions(port=0, data=tmp_path_factory.mktemp("hall"))
    with demo(options) as made, in_background(made.server, made.listener) as base:
        people = [Customer(base, name) for name in ("pete", "sandrine", "broke")]
        operator = Operator(base, made.world.keys.operator_password)
        yield Hall(made.world, base, *people, operator)
        for somebody in (*people, operator):
            somebody.browser.client.close()


# -- sessions -------------------------------------------------------------------------------------
def a_drink(hall: Hall) -> None:
    hall.order(hall.buys(hall.pete, "lobby", "B4"), "done")


def a_payment_code(hall: Hall) -> None:
    order = hall.pete.presses("platform-9", "A2")
    hall.code(order)
    hall.pete.presents("platform-9", hall.pete.shows_code())
    hall.order(order, "done")


def a_jam(hall: Hall) -> None:
    hall.ask("POST", "/machines/platform-9/dispenser", {"next": "jammed"})
    hall.order(hall.buys(hall.sandrine, "platform-9", "B1"), "done")


def a_cancellation(hall: Hall) -> None:
    hall.code(hall.pete.presses("lobby", "A1"))
    hall.later(4)
    hall.pete.cancels("lobby")
    hall.order(hall.buys(hall.pete, "lobby", "A1"), "done")


def wrong_then_right(hall: Hall) -> None:
    order = hall.pete.presses("lobby", "B1")
    page = hall.pete.scans(hall.code(order))
    hall.pete.confirms(page, "111111")
    hall.pete.confirms(page)
    hall.order(order, "done")


def too_late(hall: Hall) -> None:
    order = hall.pete.presses("lobby", "B2")
    page = hall.pete.scans(hall.code(order))
    hall.later(121)
    hall.order(order, "done")
    hall.pete.confirms(page)
    hall.order(hall.buys(hall.sandrine, "lobby", "B2"), "done")


def the_desk(hall: Hall) -> None:
    hall.ask("POST", "/machines/lobby/dispenser", {"next": "unsure"})
    order = hall.buys(hall.pete, "lobby", "C1")
    hall.order(order, "unsure")
    hall.later(30)
    hall.operator.decides(order, "yes")
    hall.order(order, "done")


def two_machines(hall: Hall) -> None:
    first = hall.pete.presses("lobby", "A2")
    other = hall.sandrine.presses("platform-9", "A1")
    hall.sandrine.confirms(hall.sandrine.scans(hall.code(other)))
    hall.pete.declines(hall.pete.scans(hall.code(first)))
    hall.pete.confirms(hall.pete.scans(hall.code(first)))
    hall.order(first, "done")
    hall.order(other, "done")


def faults_in_between(hall: Hall) -> None:
    rule = {"fault": "answer_lost", "from": "machine", "to": "ledger", "times": 1}
    hall.order(hall.buys(hall.pete, "lobby", "A3"), "done")
    hall.ask("POST", "/faults", {"rules": [{**rule, "match": "POST /v1/intents"}]})
    hall.order(hall.buys(hall.pete, "lobby", "A3"), "done")
    hall.ask("POST", "/faults/rules", {**rule, "match": "*/capture"})
    hall.order(hall.buys(hall.pete, "lobby", "A3"), "done")
    hall.ask("DELETE", "/faults")


def the_operator(hall: Hall) -> None:
    hall.operator.loads("lobby", "C4", 2, "2.50")
    order = hall.buys(hall.pete, "lobby", "C4")
    hall.order(order, "done")
    hall.ask("POST", "/refunds", {"order": order, "amount_minor": 100})
    hall.ask("GET", "/audit?settle=1")


def nobody_can_pay(hall: Hall) -> None:
    order = hall.broke.presses("lobby", "B3")
    hall.broke.confirms(hall.broke.scans(hall.code(order)))
    hall.broke.scans("https://example.com/other")
    hall.ask(
        "POST", "/wallets", {"id": "anna", "balance_minor": 700, "currency": "CNY", "pin": "4321"}
    )
    hall.ask("POST", "/wallets/anna/pay", {"code": hall.code(order)})
    hall.order(order, "done")


def power_goes(hall: Hall) -> None:
    hall.order(hall.buys(hall.pete, "lobby", "A4"), "done")
    hall.ask("POST", "/services/ledger", {"power": "off"})
    hall.ask("POST", "/services/ledger", {"power": "on"})
    hall.order(hall.buys(hall.pete, "lobby", "A4"), "done")


SESSIONS: dict[Callable[[Hall], None], tuple[str, ...]] = {
    a_drink: ("Pete scans the code and confirms", "Pete has 96.50 CNY", "slot B4 holds 4 drinks"),
    a_payment_code: ("Pete holds a payment code in front of the scanner", "the sale is complete"),
    a_jam: ("the next drink jams", "the money goes back", "Sandrine has 50.00 CNY"),
    a_cancellation: ("the customer presses cancel", "the order is cancelled"),
    wrong_then_right: ('with the PIN "000000"', "Pete is told that the PIN is wrong"),
    too_late: ("seconds have passed since the story began", "the order is expired"),
    the_desk: ("the next drink may or may not fall", "the desk finds that the drink fell"),
    two_machines: ('the machine called "platform-9"', "Pete scans the code and says no"),
    faults_in_between: ("this fault plan", "these faults", "everybody can reach the platform"),
    the_operator: ("the operator loads slot C4 with 2 drinks", "the merchant gives back 1.00 CNY"),
    nobody_can_pay: ("there is too little money in the wallet", "Anna has a wallet with 7.00 CNY"),
    power_goes: ("the platform loses power", "the platform comes back"),
}


def recorded(hall: Hall, session: Callable[[Hall], None]) -> str:
    """What a session is written down as."""
    hall.ask("POST", "/reset", {})
    hall.ask("POST", "/clock", {"speed": SPEED})
    assert hall.ask("POST", "/record", {"on": True}) == {"on": True}
    session(hall)
    told = hall.ask("GET", "/record")
    assert told["on"]
    assert told["steps"] > 0
    ended = hall.ask("POST", "/record", {"on": False})
    assert ended["name"].startswith("recorded-")
    return str(ended["feature"])


@pytest.fixture(scope="module")
def features(hall: Hall, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {session.__name__: recorded(hall, session) for session in SESSIONS}


@pytest.fixture(scope="module")
def passed(features: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """How each of them ended in a project of its own, with all of them."""
    folder: Path = tmp_path_factory.mktemp("recorded")
    for name, text in features.items():
        (folder / f"{name}.feature").write_text(text, "utf-8")
        (folder / f"test_{name}.py").write_text(
            f"from pytest_bdd import scenarios\nscenarios('{name}.feature')\n", "utf-8"
        )
    report = folder / "report.json"
    (folder / "conftest.py").write_text(_REPORTS.format(report=str(report)), "utf-8")
    options = ("-p", "no:randomly", "--rootdir", str(folder))
    run = subprocess.run(
        [*PYTEST, *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert report.exists(), run.stdout
    told: dict[str, str] = json.loads(report.read_text("utf-8"))
    return told


_REPORTS = """
import json
ENDED = {{}}


def pytest_runtest_logreport(report):
    if report.when == "call" or report.failed:
        ENDED[report.nodeid.split("::")[0]] = report.longreprtext or "passed"


def pytest_sessionfinish():
    open({report!r}, "w").write(json.dumps(ENDED))
"""


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session.__name__)
def test_a_session_is_a_feature_that_passes(
    features: dict[str, str], passed: dict[str, str], session: Callable[[Hall], None]
) -> None:
    text = features[session.__name__]
    assert [line for line in SESSIONS[session] if line not in text] == [], text
    assert "no sentence says this" not in text, text
    assert passed[f"test_{session.__name__}.py"] == "passed", text


def test_no_secret_is_in_a_recording(hall: Hall, features: dict[str, str]) -> None:
    secrets = {"111111", "4321", *hall.world.keys.secrets()}
    assert [one for text in features.values() for one in secrets if f'"{one}"' in text] == []


def test_it_is_ended_only_where_it_was_begun(hall: Hall) -> None:
    for wish in (False, True, True, False):
        answer = hall.client.post("/_world/record", json={"on": wish})
        told = answer.json()
        if "error" in told:
            assert (answer.status_code, told["error"]["code"]) == (409, "wrong_state")
    assert hall.ask("GET", "/record")["on"] is False
