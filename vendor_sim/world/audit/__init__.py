"""An auditor who trusts nobody: plain SQL on the three databases, no code of the services.

Every rule has a name, the number of the invariant that it is part of, a sentence that a bookkeeper
would understand, and evidence for each breach. Rules about endings count an order only once it had
time to end, or where the whole world is at rest and nothing can still come. A watch stands beside a
simulated world and looks at what is new after every round.
"""

from vendor_sim.world.audit.check import RULES, Breach, Rule, audit
from vendor_sim.world.audit.watch import BrokenError, Watch

__all__ = ["RULES", "Breach", "BrokenError", "Rule", "Watch", "audit"]
