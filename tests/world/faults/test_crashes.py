"""A crash at every point of one purchase, after each of which the audit is clean.

Before and after each commit, on sending, on the answer, before and after the motor.
"""

from __future__ import annotations

import pytest

from tests.world.faults.conftest import Trouble
from vendor_sim.world.faults import SERVICES, Fault, decision_of, faults_of_site

_POINTS = {"ledger": 25, "machine": 20, "wallet": 15}
"""At least so many points does a purchase pass; fewer would mean that some are not watched."""


@pytest.mark.parametrize("service", SERVICES)
def test_killed_at_any_point_of_a_purchase_all_ends_well(service: str) -> None:
    whole = Trouble()
    whole.purchase_in_the_dark()
    sites = [site for site in whole.faults.seen if site.startswith(f"{service}@")]
    whole.world.close()
    points = [site for site in sites if Fault.KILLED in faults_of_site(site)]
    assert len(points) >= _POINTS[service]
    for site in points:
        decision = decision_of(Fault.KILLED, site)
        trouble = Trouble(script=[decision])
        trouble.purchase_in_the_dark()
        assert trouble.faults.fired == [decision]
        trouble.world.close()
