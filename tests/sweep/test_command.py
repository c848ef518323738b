"""``vendor-sim sweep``."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.cli.test_app import run
from vendor_sim.cli import sweeping
from vendor_sim.world.audit import Breach
from vendor_sim.world.sweep import SCENARIOS, Trial, attempt

FEW = "cancel before the code"
LOST = "answer_lost|machine>ledger POST /v1/intents#0"
KILLED = "killed|machine@after_commit#0"


def two_of(trials):
    return lambda scenario, *_: [Trial(scenario, (one,)) for one in trials]


@pytest.fixture
def few(monkeypatch):
    """A scenario with two trials."""
    monkeypatch.setattr(sweeping, "singles", two_of([LOST, KILLED]))


def test_one_trial_is_told_step_by_step(monkeypatch, capsys):
    code, out, error = run(
        *(monkeypatch, capsys, "sweep", "--scenario", "buy by hold", "--decision", LOST)
    )
    assert (code, error) == (0, "")
    assert f"✗ fault: {LOST}" in out
    assert out.endswith("\nEnded: released\n")


def test_a_decision_that_never_bites_is_told(monkeypatch, capsys):
    never = "killed|machine@after_motor#7"
    _, out, _ = run(monkeypatch, capsys, "sweep", "--scenario", FEW, "--decision", never)
    assert f"Never bit: {never}\n" in out


def test_all_trials_of_a_scenario_are_counted(monkeypatch, capsys, few):
    code, out, _ = run(monkeypatch, capsys, "sweep", "--scenario", FEW)
    assert code == 0
    assert f"{FEW:<40}      2 trials      0 failed\n" in out
    assert "killed, and back again                                  1 times\n" in out
    assert out.splitlines()[-1].startswith(
        "trials=2 failed=0 left_out=0 in_vain=0 trials_per_minute="
    )


def test_what_fails_is_told_with_what_runs_it_again(monkeypatch, capsys, few):
    broken = Breach("money_adds_up", "I13", "It adds up.", "1 and 2", 5)

    def attempted(trial, *story):
        came = attempt(trial, *story)
        return came if LOST not in trial.script else _with(came, broken)

    monkeypatch.setattr(sweeping, "attempt", attempted)
    code, out, _ = run(monkeypatch, capsys, "sweep", "--scenario", FEW)
    assert code == 1
    assert f"{broken}\n  again: vendor-sim sweep --scenario" in out
    code, out, _ = run(
        *(monkeypatch, capsys, "sweep", "--scenario", FEW, "--decision", LOST),
    )
    assert code == 1
    assert out.endswith(f"{broken}\n")


def test_pairs_are_a_sample(monkeypatch, capsys):
    code, out, _ = run(monkeypatch, capsys, "sweep", "--scenario", FEW, "--pairs", "2")
    assert code == 0
    assert "      2 trials      0 failed\n" in out


def test_what_cannot_do_without_is_left_out_and_why_is_told(monkeypatch, capsys):
    monkeypatch.setattr(sweeping, "singles", two_of([]))
    code, out, _ = run(monkeypatch, capsys, "sweep", "--without", "polling")
    left = [line for line in out.splitlines() if " left out, " in line]
    assert code == 0
    assert left == [
        f"{name:<40} left out, it needs polling: {told.needs['polling']}"
        for name, told in SCENARIOS.items()
        if "polling" in told.needs
    ]
    assert f" left_out={len(left)} " in out.splitlines()[-1]
    assert " left out, " not in run(monkeypatch, capsys, "sweep")[1]


def test_every_scenario_is_swept_where_none_is_named(monkeypatch, capsys):
    monkeypatch.setattr(sweeping, "singles", two_of([]))
    _, out, _ = run(monkeypatch, capsys, "sweep", "--without", "notices")
    assert [line.rsplit("0 trials")[0].strip() for line in out.splitlines()[:-1]] == list(SCENARIOS)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--scenario", "buy"], "there is no scenario 'buy'; there are: buy by hold; buy by"),
        (["--without", "hope"], "--without takes polling or notices"),
        (["--decision", LOST], "say which with --scenario"),
        (["--scenario", FEW, "--decision", "hail|x"], "it is one of"),
    ],
)
def test_what_makes_no_sense_is_refused(monkeypatch, capsys, options, told):
    code, out, error = run(monkeypatch, capsys, "sweep", *options)
    assert (code, out) == (2, "")
    assert told in error


def _with(came, broken):
    return replace(came, breaches=(broken,))
