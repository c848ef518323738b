"""A whole run: the same for the same wish, mended at its end, and broken where a bug is planted."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.simulate.bugs import forget_to_close, sometimes_crash
from vendor_sim.kernel.problems import Refused
from vendor_sim.world.faults import HARDWARE, PROCESSES, Fault
from vendor_sim.world.simulate import Wish, run
from vendor_sim.world.simulate.outcomes import PATHS
from vendor_sim.world.simulate.smallest import Shrinker
from vendor_sim.world.simulate.story import Kind, Story
from vendor_sim.world.simulate.swarm import mix

QUIET = Wish(2, 4)
BUSY = Wish(6, 6, mix(6, heavy=True))


def test_a_quiet_run_breaks_nothing_and_says_what_happened() -> None:
    came = run(QUIET)
    assert (came.breaches, came.fired, came.faults.total()) == ((), (), 0)
    assert came.outcomes.total() > 0
    assert set(came.sometimes) == {one.name for one in PATHS}
    assert came.seen
    assert came.lasted_ms > 0


def test_a_run_with_faults_holds_too_and_names_what_bit() -> None:
    came = run(BUSY)
    assert came.breaches == ()
    assert came.faults.total() == len(came.fired) > 0
    kinds = {decision.partition("|")[0] for decision in came.fired}
    assert set(came.faults) == kinds


def test_what_bit_as_a_script_is_the_same_run() -> None:
    first, again = Story(), Story()
    came = run(BUSY, first)
    scripted = Wish(BUSY.seed, BUSY.purchases, {"seed": BUSY.seed, "script": list(came.fired)})
    assert run(scripted, again).fired == came.fired
    assert again.journal() == first.journal()


_TOLD = """
import sys
from vendor_sim.world.simulate import Wish, run
from vendor_sim.world.simulate.story import Story
from vendor_sim.world.simulate.swarm import mix
story = Story()
run(Wish(6, 6, mix(6, heavy=True)), story)
sys.stdout.buffer.write(story.journal())
"""


def test_two_processes_write_the_same_journal_byte_for_byte() -> None:
    def told(hash_seed: str, locale: str) -> bytes:
        env = {**os.environ, "PYTHONHASHSEED": hash_seed, "LC_ALL": locale, "TZ": "Asia/Tokyo"}
        done = subprocess.run(
            [sys.executable, "-c", _TOLD], capture_output=True, check=True, env=env
        )
        return done.stdout

    one, other = told("1", "C"), told("4242", "C.UTF-8")
    assert one == other
    entries = [json.loads(line) for line in one.splitlines()]
    assert [entry["n"] for entry in entries] == list(range(1, len(entries) + 1))
    assert {entry["source"] for entry in entries} == {"machine", "ledger", "wallet"}


def test_another_seed_is_another_run() -> None:
    one, other = Story(), Story()
    run(QUIET, one)
    run(Wish(3, 4), other)
    assert one.journal() != other.journal()


def test_the_story_is_in_order_and_has_every_kind_of_step() -> None:
    story = Story()
    run(BUSY, story)
    instants = [step.at_ms for step in story.steps]
    assert {step.kind for step in story.steps} == {Kind.ACT, Kind.EXCHANGE, Kind.FAULT}
    assert instants[0] >= story.began_ms - 60_000
    told = sum(step.kind is Kind.EXCHANGE for step in story.steps)
    assert told == len(story.journal().splitlines())


def test_a_plan_that_is_none_is_refused() -> None:
    with pytest.raises(Refused):
        run(Wish(0, 1, {"rules": [{"fault": "plague"}]}))


# -- bugs -------------------------------------------------------------------------------------
def test_a_planted_bug_is_found_and_made_small(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_to_close(monkeypatch)
    failed = run(Wish(2, 12, mix(2)))
    assert failed.breaches
    smallest = Shrinker(failed, run, 40).smallest()
    assert {one.rule for one in smallest.breaches} & {failed.breaches[0].rule}
    assert len(smallest.wish.customers) == 1
    assert smallest.wish.document == {"seed": 2, "script": []}


def test_an_error_that_nobody_meant_is_a_breach(monkeypatch: pytest.MonkeyPatch) -> None:
    sometimes_crash(monkeypatch)
    story = Story()
    came = run(QUIET, story)
    assert [one.rule for one in came.breaches] == ["no_unhandled_error"]
    assert "ZeroDivisionError" in came.breaches[0].evidence
    assert os.sep not in came.breaches[0].evidence.partition("(in")[2]
    assert story.steps[-1].kind is Kind.BREACH


# -- the swarm --------------------------------------------------------------------------------
def test_each_seed_has_a_mix_of_its_own_with_about_half_of_the_kinds_off() -> None:
    mixes = [mix(seed) for seed in range(200)]
    kinds = [{rule["fault"] for rule in one["rules"] if "probability" in rule} for one in mixes]
    shares = [sum(fault.value in there for there in kinds) / 200 for fault in Fault]
    assert 0.35 < min(shares) < max(shares) < 0.65
    assert len({tuple(sorted(there)) for there in kinds}) > 190


def test_heavy_leaves_few_out_and_bites_twice_as_often() -> None:
    light, heavy = ([mix(seed, heavy=hard) for seed in range(50)] for hard in (False, True))
    count = [sum(len(one["rules"]) for one in mixes) for mixes in (light, heavy)]
    assert count[1] > 1.4 * count[0]
    odds = [
        {rule["fault"]: rule["probability"] for rule in mixes[3]["rules"] if "probability" in rule}
        for mixes in (light, heavy)
    ]
    both = odds[0].keys() & odds[1].keys()
    assert both
    assert all(odds[1][name] == pytest.approx(2 * odds[0][name], abs=2e-6) for name in both)


def test_rules_of_a_swarm_say_nothing_that_a_script_could_not_repeat() -> None:
    allowed = {"fault", "probability", "from", "to", "after", "times"}
    assert {name for seed in range(50) for rule in mix(seed)["rules"] for name in rule} <= allowed
    assert HARDWARE
    assert PROCESSES
