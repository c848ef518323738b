"""Where scenarios run is chosen in one place, and what contradicts itself is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from vendor_sim.kernel.problems import Code, Problem
from vendor_sim.pytest_plugin import options, worlds
from vendor_sim.pytest_plugin.fixtures import pytest_bdd_step_error
from vendor_sim.pytest_plugin.options import Choice, chosen
from vendor_sim.pytest_plugin.shortfall import NotHereError
from vendor_sim.pytest_plugin.stage import HttpStage
from vendor_sim.wire.answers import error_body
from vendor_sim.wire.http import Request, Response, Transport

URL = "http://127.0.0.1:9"


class Config:
    """What was said on the command line, and what stands in the ini file."""

    def __init__(self, said: dict[str, Any], ini: dict[str, Any] | None = None) -> None:
        self._said, self._ini = said, ini or {}

    def getoption(self, name: str) -> Any:
        return self._said.get(name.removeprefix("vendor_sim_"))

    def getini(self, name: str) -> Any:
        return self._ini.get(name.removeprefix("vendor_sim_"), "")


def choice_of(ini: dict[str, Any] | None = None, **said: Any) -> Choice:
    return chosen(cast("pytest.Config", Config(said, ini)))


def test_without_a_word_scenarios_are_simulated() -> None:
    assert choice_of() == Choice()
    assert options.pytest_report_header(cast("pytest.Config", Config({}))) is None


def test_the_command_line_goes_before_the_ini_file() -> None:
    assert choice_of({"url": URL}).url == URL
    assert choice_of({"url": URL}, url="https://there").url == "https://there"
    assert choice_of({"url": URL, "reset": True}, certificate="a.pem") == Choice(
        url=URL, reset=True, certificate=Path("a.pem")
    )


def test_a_world_that_is_not_the_usual_one_is_told_at_the_start() -> None:
    told = [
        options.pytest_report_header(cast("pytest.Config", Config(said)))
        for said in ({"url": URL}, {"world": "sockets"})
    ]
    assert told == [f"vendor-sim: scenarios run at {URL}", "vendor-sim: scenarios run over sockets"]


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"url": URL, "world": "sockets"}, "leave --vendor-sim-world"),
        ({"url": "127.0.0.1:9"}, "begins with http"),
        ({"reset": True}, "--vendor-sim-reset means nothing without"),
        ({"move_clock": True}, "--vendor-sim-move-clock means nothing without"),
        ({"token": "t", "world": "sockets"}, "--vendor-sim-token means nothing without"),
        ({"world": "real"}, "is simulated or sockets"),
    ],
)
def test_what_contradicts_itself_is_refused(said: dict[str, Any], problem: str) -> None:
    with pytest.raises(pytest.UsageError, match=problem):
        choice_of(**said)


def test_what_a_world_cannot_do_is_skipped_and_what_went_wrong_is_not() -> None:
    with pytest.raises(pytest.skip.Exception, match="run it simulated"):
        pytest_bdd_step_error(NotHereError("run it simulated"))
    assert pytest_bdd_step_error(NotImplementedError("a bug")) is None  # type: ignore[func-returns-value]


class There(Transport):
    """A world that others use: it writes down what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, bytes]] = []

    def handle_request(self, request: Request) -> Response:
        self.asked.append((request.url.raw_path.decode(), request.read()))
        return Response(200, json={"machine": "machine-1-ab", "slots": [{"id": "other"}]})


def test_among_others_a_story_has_names_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    there = There()
    monkeypatch.setattr(worlds, "network", lambda _certificate: there)
    monkeypatch.setattr(worlds, "_MARK_BYTES", 1)
    monkeypatch.setattr("vendor_sim.kernel.ids.os.urandom", lambda _size: b"\xab")
    stage = worlds.elsewhere(Choice(url=URL))
    slots = [{"slot": "A1"}]
    stage.ask("POST", "/machines", {"id": "machine-1", "takes": "hold", "slots": slots})
    told = stage.ask("POST", "/machines/machine-1/press", {"slot": "A1"})
    stage.ask("GET", "/wallets/pete?x=1")
    stage.ask("GET", "/audit?settle=1")
    assert told == {"machine": "machine-1", "slots": [{"id": "other"}]}
    assert there.asked == [
        ("/_world/machines", b'{"id":"machine-1-ab","takes":"hold","slots":[{"slot":"A1"}]}'),
        ("/_world/machines/machine-1-ab/press", b'{"slot":"A1"}'),
        ("/_world/wallets/pete-ab?x=1", b""),
        ("/_world/audit", b""),
    ]
    with pytest.raises(NotHereError, match="--vendor-sim-reset"):
        stage.ask("GET", "/journal")
    with pytest.raises(NotHereError, match="--vendor-sim-move-clock"):
        stage.pass_time(1)
    stage.close()


def test_a_deployment_that_may_be_emptied_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    there = There()
    monkeypatch.setattr(worlds, "network", lambda _certificate: there)
    stage = worlds.elsewhere(Choice(url=URL, reset=True, move_clock=True))
    stage.ask("GET", "/audit?settle=1")
    stage.ask("GET", "/journal")
    stage.pass_time(5)
    assert there.asked == [
        ("/_world/reset", b"{}"),
        ("/_world/audit?settle=1", b""),
        ("/_world/journal", b""),
        ("/_world/clock", b'{"advance_ms":5}'),
    ]
    stage.close()


class Refusing(There):
    """It lets nobody in."""

    def handle_request(self, request: Request) -> Response:
        body = error_body(Problem(Code.UNAUTHENTICATED, "say who you are", None))
        return Response(401, json=body)


def test_a_deployment_that_does_not_let_us_in_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(pytest.fail.Exception, match="nobody answers"):
        worlds.look(Choice(url=URL))
    with pytest.raises(pytest.fail.Exception, match="cannot trust absent"):
        worlds.look(Choice(url=URL, certificate=Path("absent")))
    monkeypatch.setattr(worlds, "network", lambda _certificate: Refusing())
    with pytest.raises(pytest.fail.Exception, match="say who you are"):
        worlds.look(Choice(url=URL))


def test_nothing_goes_wrong_on_purpose_where_others_would_suffer() -> None:
    stage = HttpStage(URL, There(), alone=False)
    cut = {"power": "off"}
    for act in (
        stage.mend,
        lambda: stage.trouble("refused", "machine", "ledger", 1),
        lambda: stage.ask("POST", "/services/machine", cut),
    ):
        with pytest.raises(NotHereError, match="others there would suffer"):
            act()
    stage.close()


def test_trouble_in_a_deployment_does_not_stay() -> None:
    there = There()
    stage = HttpStage(URL, there)
    stage.trouble("request_lost", "ledger", "machine", 2)
    stage.close()
    assert [path for path, _ in there.asked] == ["/_world/faults/rules", "/_world/faults"]
