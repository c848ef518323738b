"""``vendor-sim simulate`` and ``vendor-sim replay``, as they are typed."""

from __future__ import annotations

import contextlib
import io
import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.test_app import run as typed
from tests.foreign import PYTEST
from tests.simulate.bugs import forget_to_close
from vendor_sim.cli import commit as commits
from vendor_sim.cli import simulating, simulating_say
from vendor_sim.cli.simulating_jobs import in_order
from vendor_sim.world.simulate import Wish
from vendor_sim.world.simulate.replays import load, read
from vendor_sim.world.simulate.swarm import mix
from vendor_sim.world.simulate.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LAST = re.compile(
    r"seeds=(\d+) purchases=(\d+) faults=(\d+) breaches=(\d+) purchases_per_s=(\d+\.\d)"
)


def counts(out: str) -> tuple[int, ...]:
    """Seeds, purchases, faults, breaches of the last line."""
    found = LAST.fullmatch(out.splitlines()[-1])
    assert found, out
    return tuple(map(int, found.groups()[:4]))


@pytest.fixture
def type_in(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    return lambda *words: typed(monkeypatch, capsys, *words)


def test_a_summary_comes_and_last_one_line_for_programs(type_in: Any) -> None:
    code, out, error = type_in("simulate", "--seeds", 2, "--purchases", 3)
    assert (code, error) == (0, "")
    seeds, purchases, faults, breaches = counts(out)
    assert (seeds, purchases, breaches) == (2, 6, 0)
    for title in ("Outcomes", "Told to people", "Faults injected", "Rare paths"):
        assert title in out
    assert "purchases per second of CPU" in out
    assert faults > 0


def test_a_plan_from_a_file_is_used_in_every_world(type_in: Any, tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(
        '[[rules]]\nfault = "answer_lost"\nmatch = "POST /v1/codes/resolve"\ntimes = 1\n'
    )
    code, out, _ = type_in("simulate", "--seeds", 1, "--purchases", 6, "--faults", path)
    assert (code, counts(out)) == (0, (1, 6, 1, 0))
    assert re.search(r"answer lost\s+│\s+1 ", out)


def test_one_journal_goes_to_standard_output_and_nothing_else(type_in: Any, tmp_path: Path) -> None:
    words = ("simulate", "--seed", 4, "--purchases", 2, "--journal")
    code, out, error = type_in(*words, "-")
    assert (code, error) == (0, "")
    entries = [json.loads(line) for line in out.splitlines()]
    assert [entry["n"] for entry in entries] == list(range(1, len(entries) + 1))
    path = tmp_path / "j.jsonl"
    assert type_in(*words, path)[:2] == (0, "")
    assert path.read_text("utf-8") == out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--seeds", 0), "--seeds"),
        (("--seeds", 10**9), "--seeds"),
        (("--purchases", 0), "--purchases"),
        (("--purchases", 10**6), "--purchases"),
        (("--jobs", 0), "--jobs"),
        (("--seed", -1), "--seed"),
        (("--journal", "-"), "say which with --seed"),
        (("--faults", "nowhere.toml"), "nowhere.toml"),
        (("--faults", "nowhere.json", "--heavy"), "choose one"),
    ],
)
def test_what_cannot_be_is_one_line_and_exit_code_2(type_in: Any, words: Any, told: str) -> None:
    code, out, error = type_in("simulate", *words)
    assert (code, out) == (2, "")
    assert told in error
    assert error.count("\n") == 1


def test_a_plan_that_is_none_is_named(type_in: Any, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text('{"rules": [{"fault": "plague"}]}')
    code, _, error = type_in("simulate", "--faults", path)
    assert code == 2
    assert "plan.json" in error
    assert "rules[0].fault" in error


# -- breaches ---------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def breach(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What was said of a planted bug, and the replay that it left."""
    told, out = io.StringIO(), tmp_path_factory.mktemp("breach") / "new"
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(told):
        forget_to_close(patch)
        asked = simulating.Asked(1, 4, None, False, 1, 3, None, out, 25)
        assert simulating.simulate_all(asked) == 1
    (path,) = out.iterdir()
    return told.getvalue(), path


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bug is still there."""
    forget_to_close(monkeypatch)


def test_a_breach_says_all_that_is_needed_to_see_it_again(breach: tuple[str, Path]) -> None:
    out, path = breach
    assert "Breach in seed 3, commit " in out
    assert "The smallest plan found that breaks it" in out
    assert re.search(r"customers: \d+\n", out)
    assert "machine                           ledger" in out
    assert "‼ breach: " in out
    assert f"vendor-sim replay {path}" in out
    assert counts(out)[3] >= 1
    replay = load(path)
    assert (replay.wish.seed, replay.broke != (), replay.commit) == (3, True, commits.commit())


@pytest.mark.usefixtures("planted")
def test_a_replay_shows_every_step_and_what_is_still_broken(
    breach: tuple[str, Path], type_in: Any
) -> None:
    code, out, _ = type_in("replay", breach[1])
    assert code == 1
    assert "presses" in out
    assert "→ ledger  POST /v" in out
    assert "BREACH " in out
    assert "Still broken: " in out


def test_a_replay_holds_once_the_bug_is_mended(breach: tuple[str, Path], type_in: Any) -> None:
    code, out, _ = type_in("replay", breach[1])
    assert code == 0
    assert "Every invariant holds" in out


def test_a_replay_becomes_a_feature(breach: tuple[str, Path], type_in: Any, tmp_path: Path) -> None:
    _, path = breach
    feature = tmp_path / "found.feature"
    code, out, _ = type_in("replay", path, "--as-feature", feature)
    assert code == 0
    assert str(feature) in out
    inside = feature.read_text("utf-8").partition('"""json\n')[2].partition('"""')[0]
    assert read(inside) == load(path)


_PROJECT = """
import pytest
from pytest_bdd import scenarios
from tests.simulate.bugs import forget_to_close


@pytest.fixture(autouse=True)
def bug(monkeypatch):
    if {planted}:
        forget_to_close(monkeypatch)


scenarios({folder!r})
"""


def test_the_feature_fails_until_the_bug_is_mended(
    breach: tuple[str, Path], type_in: Any, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    _, path = breach
    type_in("replay", path, "--as-feature", tmp_path / "found.feature")
    told = []
    for planted in (True, False):
        module = tmp_path / "test_found.py"
        module.write_text(_PROJECT.format(planted=planted, folder=str(tmp_path)), "utf-8")
        done = subprocess.run(
            [*PYTEST, str(module)],
            cwd=request.config.rootpath,
            capture_output=True,
            text=True,
            check=False,
        )
        told.append((done.returncode, done.stdout))
    assert [code for code, _ in told] == [1, 0], told
    assert "orders" in told[0][1]


@pytest.mark.parametrize("words", [("nowhere.json",), ("nowhere.json", "--as-feature", "x")])
def test_a_replay_that_is_not_there_is_one_line(type_in: Any, words: Any) -> None:
    code, out, error = type_in("replay", *words)
    assert (code, out) == (2, "")
    assert "nowhere.json" in error


# -- many at once, a bar, an end --------------------------------------------------------------
def test_the_order_does_not_depend_on_how_many_run_at_once() -> None:
    wishes = [Wish(seed, 2, mix(seed)) for seed in range(3)]
    alone, together = ([came for came, _ in in_order(wishes, jobs)] for jobs in (1, 2))
    assert together == alone


class Terminal(io.StringIO):
    """Says that it is one."""

    def isatty(self) -> bool:
        return True


def test_the_bar_is_for_terminals_only(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = []
    for screen in (Terminal(), io.StringIO()):
        monkeypatch.setattr(sys, "stderr", screen)
        monkeypatch.setenv("TERM", "xterm")
        with simulating_say.progress(2) as moved:
            moved(Tally(seeds=1, purchases=50), 2.0)
        shown.append(screen.getvalue())
    assert "25.0 purchases/s" in shown[0]
    assert shown[1] == ""


def test_ctrl_c_ends_with_what_was_done(type_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def two_then_enough(wishes: Any, _jobs: int) -> Iterator[Any]:
        yield from in_order(wishes[:2], 1)
        raise KeyboardInterrupt

    monkeypatch.setattr(simulating, "in_order", two_then_enough)
    code, out, _ = type_in("simulate", "--seeds", 9, "--purchases", 2)
    assert code == 130
    assert "Stopped after 2 of 9 worlds." in out
    assert counts(out)[:2] == (2, 4)


def test_without_a_checkout_the_version_says_which_program_it_is(tmp_path: Path) -> None:
    assert commits.commit(tmp_path) == commits.vendor_sim.__version__
    (tmp_path / ".git").mkdir()
    assert commits.commit(tmp_path) == commits.vendor_sim.__version__
