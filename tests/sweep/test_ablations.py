"""Where one way is missing, the other one leads to the same end."""

from __future__ import annotations

import pytest

from vendor_sim.world.sweep import SCENARIOS, Trial, attempt
from vendor_sim.world.sweep.ablations import ABLATIONS
from vendor_sim.world.sweep.decisions import clean

UNTOLD = {("cancel after paying", "notices"): "cancelled"}
"""How those end of which somebody hears later: who has not heard of a payment can be cancelled."""
LEFT = [
    (scenario, without)
    for without in ABLATIONS
    for scenario, told in SCENARIOS.items()
    if without not in told.needs
]


@pytest.mark.parametrize(("scenario", "without"), LEFT)
def test_a_scenario_ends_as_ever_without_one_of_two_ways(scenario, without):
    came = clean(scenario, without)
    assert not came.breaches, str(came)
    assert not came.in_vain, "nobody has to wait until the way that is missing comes back"
    told = SCENARIOS[scenario]
    assert came.endings == (UNTOLD.get((scenario, without), told.ends),)


def test_what_meets_both_ways_ends_when_the_one_comes_back():
    """A lost yes to what was cancelled meanwhile: only who asks learns that it came to nothing."""
    lost = "request_lost|wallet>ledger POST /v1/authorisations#0"
    came = attempt(Trial("cancel after paying", (lost,), "polling"))
    assert (came.breaches, came.in_vain, came.endings) == ((), True, ("cancelled",))


def test_what_is_missing_is_missed():
    """A notice that nobody gets, and a look that nobody answers, did bite."""
    lost = clean("buy by hold", "notices").fired
    assert len({one for one in lost if one.startswith("request_lost|ledger>machine ")}) > 1
    looked = clean("paid a millisecond late", "polling").fired
    assert any("machine>ledger GET /v1/intents/*" in one for one in looked)
