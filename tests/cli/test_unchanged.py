"""`vendor-sim proxy` and `vendor-sim run`: a program's own code is not touched."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests.cli.test_app import run
from tests.cli.worlds import Fake, fake_world
from vendor_sim.cli import unchanged
from vendor_sim.payments.wechat.reading import HOSTS as NAMES

pytestmark = pytest.mark.network
ASK = f"""
import json, sys, urllib.request
with urllib.request.urlopen("https://{NAMES[0]}/_world/merchants/7/credentials") as answer:
    print(json.load(answer)["merchant"]["mchid"], *sys.argv[1:])
"""


@pytest.fixture
def url():
    with fake_world(Fake()) as base:
        yield base


@pytest.fixture(autouse=True)
def at_home(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def test_a_program_reaches_this_world_under_the_platforms_name(
    monkeypatch, capfd, tmp_path, url
) -> None:
    program = tmp_path / "shop.py"
    program.write_text(ASK)
    code, out, _ = run(
        monkeypatch, capfd, "run", "--url", url, "--", sys.executable, program, "--port", "1"
    )
    assert code == 0
    assert out == "7 --port 1\n", "its own options are its own"


@pytest.mark.parametrize(
    ("program", "code"),
    [("raise SystemExit(3)", 3), ("import os; os.kill(os.getpid(), 15)", 128 + 15)],
)
def test_its_exit_code_is_ours(monkeypatch, capfd, url, program, code) -> None:
    assert (
        run(monkeypatch, capfd, "run", "--url", url, "--", sys.executable, "-c", program)[0] == code
    )


def test_a_program_that_is_not_there(monkeypatch, capsys, url) -> None:
    code, _, error = run(monkeypatch, capsys, "run", "--url", url, "--", "no-such-program")
    assert code == 127
    assert "no-such-program" in error


@pytest.mark.parametrize("command", [("run", "--", "true"), ("proxy",)])
@pytest.mark.parametrize(
    ("how", "told"),
    [
        (("--url", "http://127.0.0.1:1"), "start: vendor-sim demo"),
        (("--url", "127.0.0.1:8000"), "no address"),
        (("--certificate", "/nowhere.pem"), "cannot trust"),
    ],
)
def test_without_a_world_it_is_one_line(monkeypatch, capsys, command, how, told) -> None:
    verb, *rest = command
    code, _, error = run(monkeypatch, capsys, verb, *how, *rest)
    assert (code, error.count("\n")) == (2, 1)
    assert told in error


def test_ctrl_c_is_the_programs_own_business(monkeypatch) -> None:
    class Program:
        def __init__(self, *_what, **_how) -> None:
            self.waits = iter([KeyboardInterrupt, 5])

        def __enter__(self):
            return self

        def __exit__(self, *_why) -> None:
            """It has ended."""

        def wait(self) -> int:
            outcome = next(self.waits)
            if outcome is KeyboardInterrupt:
                raise KeyboardInterrupt
            return outcome

    monkeypatch.setattr("vendor_sim.cli.unchanged.subprocess.Popen", Program)
    assert unchanged._run(["x"], {}) == 5


def test_whoever_ends_us_ends_the_program_and_nothing_is_left(url, tmp_path) -> None:
    waits = "import signal; print('there', flush=True); signal.pause()"
    command = [sys.executable, "-m", "vendor_sim.cli", "run", "--url", url, "--"]
    with subprocess.Popen(
        [*command, sys.executable, "-c", waits],
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    ) as ours:
        assert ours.stdout.readline() == b"there\n"
        ours.send_signal(signal.SIGTERM)
        # The program had our end of the pipe too: reading ends when it has ended.
        assert ours.stdout.read() == b""
        assert ours.wait(10) == 128 + signal.SIGTERM
    assert list(tmp_path.iterdir()) == []


def test_the_proxy_says_what_to_set_and_serves_until_it_is_told(url, tmp_path) -> None:
    command = [sys.executable, "-m", "vendor_sim.cli", "proxy", "--url", url]
    with subprocess.Popen(
        [*command, "--port", "0", "--tls-port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "XDG_DATA_HOME": str(tmp_path)},
    ) as proxy:
        lines = iter(proxy.stdout.readline, "")
        told = dict(
            next(lines).removeprefix("export ").rstrip("\n").split("=", 1) for _ in range(10)
        )
        assert told["NO_PROXY"].startswith("127.0.0.1")
        asked = subprocess.run(
            [sys.executable, "-c", ASK],
            env={**os.environ, **{name: text.strip("'") for name, text in told.items()}},
            capture_output=True,
            text=True,
            check=True,
        )
        assert asked.stdout == "7\n"
        proxy.send_signal(signal.SIGTERM)
        assert proxy.wait(10) == 0
        assert NAMES[0] in proxy.stderr.read()


def test_it_can_be_told_to_stop_by_whoever_runs_it(capsys, url) -> None:
    unchanged.run_proxy(url, 0, 0, None, wait=lambda: None)
    assert "export HTTPS_PROXY=http://127.0.0.1:" in capsys.readouterr().out


def test_a_home_that_cannot_be_written_is_told(monkeypatch, capsys, url, tmp_path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_DATA_HOME", str(blocked))
    code, _, error = run(monkeypatch, capsys, "proxy", "--url", url)
    assert code == 2
    assert "cannot write" in error
