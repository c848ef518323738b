"""Which trials there are."""

from __future__ import annotations

import pytest

from vendor_sim.world.faults import faults_of_site
from vendor_sim.world.sweep import SCENARIOS, Trial, pairs, part, sample, singles
from vendor_sim.world.sweep.decisions import PASSES_MAX, clean, decisions

FEW = "cancel before the code"


def places(trials):
    return {trial.script[0].partition("|")[2] for trial in trials}


def test_every_place_of_the_clean_run_has_its_trials():
    found = list(singles("buy by hold"))
    assert {
        "machine>ledger POST /v1/intents#0",
        "wallet>ledger POST /v1/authorisations#0",
        "ledger>machine POST /machine/hooks/payments/*#0",
        *("machine@before_motor#0", "machine@after_motor#0", "hall/A1#0"),
        *("ledger@before_commit#0", "wallet@answer#0", "machine@send#0", "ledger@begin#0"),
    } <= places(found)
    assert len(found) == len(set(found)) > 200


def test_only_what_can_bite_is_tried():
    """An unsigned answer comes with no wrong signature: the name of its place does not tell."""
    site = "machine>ledger POST /v1/intents#0"
    named = {fault.value for fault in faults_of_site(site)}
    tried = {one.partition("|")[0] for one in decisions("buy by hold") if one.endswith(f"|{site}")}
    assert tried < named
    assert "wrong_signature" in named - tried


def test_a_machine_that_is_killed_is_not_tried_twice_under_two_names():
    assert any(one.startswith("power_cut|machine@") for one in clean(FEW).possible)
    assert not any(one.startswith("power_cut|") for one in decisions(FEW))


def test_what_a_scenario_brings_along_is_not_tried_again():
    assert "jam|hall/A1#0" in decisions("buy by hold")
    assert "jam|hall/A1#0" not in decisions("jam, hold let go")


def test_what_is_missing_for_good_is_not_brought_back_by_another_fault_at_its_place():
    hooks = ("ledger>machine POST /machine/hooks/", "ledger>wallet POST /wallet/hooks/")
    assert any(hook in one for hook in hooks for one in decisions("buy by hold"))
    assert clean("buy by hold", "notices").possible
    found = decisions("buy by hold", "notices")
    assert not any(hook in one for hook in hooks for one in found)
    assert len(found) > len(decisions("buy by hold")) / 2


def test_what_is_asked_for_days_is_tried_the_first_times_only():
    """Its clean run asks some hundreds of times whether the refund is still stuck."""
    scenario = "jam, the refund cannot be placed"
    passes = [int(one.rpartition("#")[2]) for one in decisions(scenario, "notices")]
    assert max(passes) == PASSES_MAX - 1
    whole = [int(one.rpartition("#")[2]) for one in clean(scenario).possible]
    assert max(whole) < PASSES_MAX, "nothing is left out where nobody has to wait"


def test_pairs_bite_at_two_places():
    found = list(pairs(FEW))
    assert len(found) > len(list(singles(FEW)))
    assert all(
        first.partition("|")[2] != second.partition("|")[2]
        for first, second in (trial.script for trial in found)
    )


def test_a_sample_of_pairs_follows_from_its_seed():
    some = sample(FEW, 10)
    assert some == sample(FEW, 10) != sample(FEW, 10, seed=1)
    assert set(some) <= set(pairs(FEW))
    assert sample(FEW, 5) == some[:5]


def test_which_part_a_trial_is_in_does_not_depend_on_the_others():
    every = list(singles(FEW))
    some = list(part(every, 0.3))
    assert 0 < len(some) < len(every)
    assert list(part(every[::2], 0.3)) == [t for t in some if t in every[::2]]
    assert list(part(every, 1)) == every


def test_a_plan_says_what_is_missing_for_good():
    document = Trial("jam, hold let go", ("killed|ledger@send#0",), "notices").document()
    assert document["script"] == ["killed|ledger@send#0", "jam|hall/A1#0"]
    assert {rule["to"] for rule in document["rules"]} == {"machine", "wallet"}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_may_end_as_it_does_where_nothing_goes_wrong(scenario):
    assert SCENARIOS[scenario].ends in SCENARIOS[scenario].may_end
