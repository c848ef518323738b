"""Each rare path is taken by some trial: what never happens in a search proves nothing."""

from __future__ import annotations

import pytest

from vendor_sim.world.simulate.outcomes import PATHS
from vendor_sim.world.sweep import Trial, attempt
from vendor_sim.world.sweep.decisions import clean
from vendor_sim.world.sweep.reached import reached_by

HOOK = "ledger>machine POST /machine/hooks/payments/*#0"
BUY, RACE = "buy by hold", "refund race"
KNOWN = {
    "killed, and back again": Trial(BUY, ("killed|wallet@send#0",)),
    "killed between the decision and the motor": Trial(BUY, ("killed|machine@before_motor#0",)),
    "killed while the motor turned": Trial(BUY, ("killed|machine@after_motor#0",)),
    "killed between a commit and its answer": Trial(BUY, ("killed|ledger@after_commit#2",)),
    "a locked database, tried again": Trial(BUY, ("database_locked|ledger@begin#0",)),
    "a full disk, tried again": Trial(BUY, ("disk_full|machine@before_commit#2",)),
    "a forged message refused": Trial(BUY, (f"wrong_signature|{HOOK}",)),
    "a false signature on purpose refused": Trial("a forged notice first"),
    "an old message refused": Trial(BUY, (f"stale_timestamp|{HOOK}",)),
    "another amount refused": Trial(BUY, ("wrong_amount|machine>ledger POST /v1/intents#0",)),
    "more than is left was asked back": Trial(RACE),
    "notification before the create's answer": Trial("paid before the machine knows"),
    "close lost the race": Trial("cancel after paying", (f"request_lost|{HOOK}",)),
    "late payment given back": Trial("cancel after paying", (f"request_lost|{HOOK}",)),
    "notification delivered after a failure": Trial(BUY, (f"request_lost|{HOOK}",)),
    "power lost before the motor turned": Trial(BUY, ("killed|machine@before_motor#0",)),
    "unsure ended by the desk": Trial("unsure, the desk says it fell"),
    "unsure ended by time": Trial("unsure, nobody says a word"),
    "loss recorded": Trial("unsure, nobody says a word"),
    "refund that could not be placed": Trial("jam, the refund cannot be placed"),
    "refund in parts": Trial(RACE),
    "paid in the last second": Trial("paid in the last millisecond"),
    "hold lapsed": Trial("unsure, nobody says a word"),
    "payment code charged": Trial("payment code"),
    "second wallet refused": Trial("two wallets, one code"),
    "code died in the customer's hand": Trial("paid a millisecond late"),
}
"""A trial that takes each. The other paths need more than one purchase: the swarm counts them."""
SWARM = {"refund asked again"}


@pytest.mark.parametrize("path", KNOWN)
def test_each_rare_path_is_taken(path):
    came = attempt(KNOWN[path])
    assert reached_by(came)[path] > 0, reached_by(came)
    assert not came.breaches


def test_no_rare_path_is_forgotten():
    """Nor is one named that nobody counts."""
    counted = set(reached_by(clean(BUY)))
    assert counted - SWARM == set(KNOWN)
    assert {path.name for path in PATHS} <= counted
