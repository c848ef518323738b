"""One scenario, one world, exactly the faults that were asked for."""

from __future__ import annotations

import pytest

from vendor_sim.kernel.problems import Refused
from vendor_sim.world.audit import Breach
from vendor_sim.world.beginning import Beginning
from vendor_sim.world.plan import DEMO
from vendor_sim.world.simulate.story import Kind, Story
from vendor_sim.world.sweep import SCENARIOS, Result, Trial, attempt
from vendor_sim.world.sweep.decisions import clean

LOST = "answer_lost|machine>ledger POST /v1/intents#0"


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_where_nothing_goes_wrong_a_scenario_ends_as_it_says(scenario):
    came = clean(scenario)
    assert not came.breaches, str(came)
    assert came.endings == (SCENARIOS[scenario].ends,)
    assert set(came.fired) == set(SCENARIOS[scenario].faults)


def test_what_is_asked_for_goes_wrong_and_nothing_else():
    came = attempt(Trial("buy by hold", (LOST,)))
    assert came.fired == (LOST,)
    assert came.endings == ("released",)
    assert not came.breaches


def test_the_same_trial_is_the_same_to_the_byte_whatever_ran_before():
    trial = Trial("buy by hold", ("killed|machine@after_motor#0",))
    first, again = Story(), Story()
    came = attempt(trial, first)
    attempt(Trial("two wallets, one code"))
    assert attempt(trial, again) == came
    assert first.journal() == again.journal() != b""


def test_a_trial_is_told_to_whoever_listens():
    story = Story()
    attempt(Trial("buy by hold", (LOST,)), story)
    assert [step.text for step in story.steps if step.kind is Kind.FAULT] == [LOST]
    assert "says yes" in " ".join(step.text for step in story.steps if step.kind is Kind.ACT)


def test_what_a_trial_tries_comes_before_what_its_scenario_brings():
    came = attempt(Trial("jam, hold let go", ("empty_coil|hall/A1#0",)))
    assert came.endings == ("not released: empty",)


def test_a_decision_that_is_none_is_refused():
    with pytest.raises(Refused, match="names no site"):
        attempt(Trial("buy by hold", ("killed|nowhere",)))


def test_what_failed_says_how_to_see_it_again():
    trial = Trial("buy by hold", (LOST,), "polling")
    broken = Breach("money_adds_up", "I13", "It adds up.", "1 and 2", 5)
    told = str(Result(trial, (), (), (), clean("buy by hold").reached, {}, (broken,)))
    assert "I13 money_adds_up" in told
    assert f"vendor-sim sweep --scenario 'buy by hold' --decision '{LOST}'" in told
    assert told.endswith("--without polling")


def test_a_beginning_gives_the_same_world_again_and_they_share_nothing():
    beginning = Beginning(DEMO, seed=7)
    one, other = beginning.world(), beginning.world()
    orders = [world.machine.service.press("lobby", "B4") for world in (one, other)]
    one.driver.settle()
    assert orders[0] == orders[1]
    assert one.machine.service.order(orders[0])["state"] == "expired"
    assert other.machine.service.order(orders[1])["state"] == "opening"
    one.close()
    other.close()
    beginning.close()
