"""The command line: help at once, problems in one line, a clean end."""

from __future__ import annotations

import json
import signal
import socket
import sys
import urllib.request

import pytest

from tests.processes import demo, with_quick_keys
from vendor_sim.cli import app, commands, main, say
from vendor_sim.serving.errors import CannotStartError


def run(monkeypatch, capsys, *arguments) -> tuple[int, str, str]:
    """Type a command; its exit code and what it said."""
    monkeypatch.setattr(sys, "argv", ["vendor-sim", *map(str, arguments)])
    monkeypatch.setattr("vendor_sim.cli.app.gc.disable", lambda: None)  # the tests' own stays on
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr()
    return ended.value.code or 0, told.out, told.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["demo", "--prot", "1"], "No such option"),
        (["demo", "--port", "abc"], "Invalid value for '--port'"),
        (["demo", "--port", "99999", "--memory"], "port 99999 does not exist"),
        (["demo", "--memory", "--data", "x"], "choose one"),
        (["dance"], "No such command"),
        (["serve", "ledger"], "Missing option '--keys'"),
        (["serve", "ledger", "--keys", "/nowhere/keys.json"], "vendor-sim keys"),
        (["wallet", "scan", "x"], "Missing option '--as'"),
        (["steps", "--language", "de"], "one of en, zh-CN, fr, not de"),
    ],
)
def test_a_wrong_command_is_one_line_and_exit_code_2(monkeypatch, capsys, arguments, told) -> None:
    code, out, error = run(monkeypatch, capsys, *arguments)
    assert code == 2
    assert out == ""
    assert error.startswith("vendor-sim: ")
    assert error.count("\n") == 1
    assert told in error


@pytest.mark.parametrize(
    "arguments", [["--help"], ["demo", "--help"], ["serve", "wallet", "--help"]]
)
def test_help_is_help(monkeypatch, capsys, arguments) -> None:
    code, out, error = run(monkeypatch, capsys, *arguments)
    assert (code, error) == (0, "")
    assert "Usage" in out


def test_without_a_command_it_shows_what_there_is(monkeypatch, capsys) -> None:
    code, out, error = run(monkeypatch, capsys)
    assert (code, error) == (2, "")
    assert "demo" in out


def test_a_busy_port_is_one_line(monkeypatch, capsys) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, _, error = run(monkeypatch, capsys, "demo", "--memory", "--port", port)
    assert code == 2
    assert "try another with --port" in error
    assert error.count("\n") == 1


def test_ctrl_c_at_a_question_is_no_traceback(monkeypatch, capsys) -> None:
    def interrupted(**_how) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("vendor_sim.cli.app.app", interrupted)
    code, _, error = run(monkeypatch, capsys)
    assert (code, error) == (130, "")


def test_keys_are_made_once(monkeypatch, capsys, tmp_path) -> None:
    path = tmp_path / "keys.json"
    code, out, _ = run(monkeypatch, capsys, "keys", path)
    assert code == 0
    assert str(path) in out.replace("\n", "")
    assert path.stat().st_mode & 0o077 == 0
    before = path.read_text()
    code, _, error = run(monkeypatch, capsys, "keys", path)
    assert code == 2
    assert "there already" in error
    assert path.read_text() == before


def test_keys_into_nowhere_is_one_line(monkeypatch, capsys) -> None:
    code, _, error = run(monkeypatch, capsys, "keys", "/nowhere/at/all/keys.json")
    assert code == 2
    assert "cannot write" in error


@pytest.mark.parametrize("service", ["ledger", "machine", "wallet"])
def test_serve_runs_one_service(monkeypatch, capsys, tmp_path, service) -> None:
    run(monkeypatch, capsys, "keys", tmp_path / "keys.json")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("vendor_sim.serving.alone.Alone.run", lambda alone: _up(alone.server))
    code, out, error = run(
        monkeypatch, capsys, "serve", service, "--keys", "keys.json", "--port", "0"
    )
    assert (code, error) == (0, "")
    assert service in out
    assert (tmp_path / f"{service}.sqlite3").exists()


def test_the_demo_says_where_to_look(monkeypatch, capsys, tmp_path) -> None:
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr("vendor_sim.serving.demo.Demo.run", _told)
    code, out, error = run(monkeypatch, capsys, "demo", "--data", tmp_path, "--port", "0")
    assert (code, error) == (0, "")
    keys = json.loads((tmp_path / "keys.json").read_text())
    for shown in (
        *("/machine/", "/wallet/", "/ledger/", str(tmp_path)),
        *(keys["operator_password"], keys["console_password"], keys["control_token"]),
    ):
        assert shown in out.replace("\n", "")
    assert len(opened) == 1


@pytest.mark.parametrize("https", [False, True])
def test_a_demo_for_phones_shows_a_code_and_says_what_the_camera_needs(
    monkeypatch, capsys, https
) -> None:
    monkeypatch.setattr("vendor_sim.serving.demo.host_for_people", lambda _host: "192.168.1.20")
    monkeypatch.setattr("vendor_sim.serving.demo.Demo.run", _told)
    arguments = ["demo", "--memory", "--port", "0", "--host", "0.0.0.0", "--no-open"]  # noqa: S104
    code, out, _ = run(monkeypatch, capsys, *arguments, *(["--https"] if https else []))
    assert code == 0
    assert f"http{'s' if https else ''}://192.168.1.20:" in out
    assert ("add --https" in out) is not https
    assert "█" in out or "▄" in out
    assert "Nothing is kept" in out


def _up(server) -> None:
    server._tell_up()


def _told(demo) -> None:
    """Be up, and wait until everything was said."""
    threads = []
    start = commands.threading.Thread.start

    def starting(thread) -> None:
        threads.append(thread)
        start(thread)

    commands.threading.Thread.start = starting
    try:
        demo.server._tell_up()
    finally:
        commands.threading.Thread.start = start
    for thread in threads:
        thread.join(20)


# -- as a process -----------------------------------------------------------------------------
@pytest.mark.network
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_with_live_pages_open(tmp_path, how) -> None:
    data = with_quick_keys(tmp_path / "data")
    with demo(data) as world:
        live = f"{world.base}/stage/events"
        pages = [urllib.request.urlopen(live, timeout=60) for _ in range(5)]  # noqa: S310
        world.signal(how)
        code, out, errors = world.ends()
        for page in pages:
            page.close()
    assert (code, errors) == (0, "")
    assert "Ctrl-C stops" in out
    left = {path.name for path in data.iterdir()}
    assert not any(name.endswith("-wal") for name in left), "the databases were closed"


def test_lines_of_a_problem_are_one_line(capsys) -> None:
    assert say.problem("one\n  two", 2) == 2
    assert capsys.readouterr().err == "vendor-sim: one two\n"


def test_what_the_user_can_put_right_is_no_bug(monkeypatch, capsys) -> None:
    def broken(**_how) -> None:
        raise CannotStartError("it is so")

    monkeypatch.setattr(app, "app", broken)
    assert run(monkeypatch, capsys) == (2, "", "vendor-sim: it is so\n")
