"""Everything that can go wrong in a purchase, tried one by one: small worlds, one fault in each.

A clean run tells every place at which something can go wrong; then each fault that can bite there
has a run of its own. What is found is minimal by construction.
"""

from vendor_sim.world.sweep.decisions import pairs, part, sample, singles
from vendor_sim.world.sweep.scenarios import SCENARIOS, Scenario
from vendor_sim.world.sweep.trial import Result, Trial, attempt

__all__ = [
    "SCENARIOS",
    "Result",
    "Scenario",
    "Trial",
    "attempt",
    "pairs",
    "part",
    "sample",
    "singles",
]
