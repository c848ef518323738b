"""Any failure, any order, the same every time: whole worlds run from a seed.

``run`` makes one world, lets customers come while faults bite, mends everything, and audits what is
left. The same wish gives the same run, byte for byte, on every machine.
"""

from vendor_sim.world.simulate.running import Run, Wish, run

__all__ = ["Run", "Wish", "run"]
