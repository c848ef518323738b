"""An auditor who trusts nobody: plain SQL on the three databases, no code of the services.

Every rule has a name, a sentence that a bookkeeper would understand, and evidence for each breach.
Rules about endings count an order only once it had time to end, or where the whole world is at
rest and nothing can still come.
"""

from vendor_sim.world.audit.check import RULES, Breach, Rule, audit

__all__ = ["RULES", "Breach", "Rule", "audit"]
