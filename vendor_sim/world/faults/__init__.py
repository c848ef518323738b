"""Trouble by name: which faults there are, where each bites, and what was done so far."""

from vendor_sim.world.faults import forging, losing, spoiling, timing
from vendor_sim.world.faults.files import load_file
from vendor_sim.world.faults.names import HARDWARE, MESSAGES, PROCESSES, SERVICES, At, Fault
from vendor_sim.world.faults.plan import FaultPlan
from vendor_sim.world.faults.registry import MESSAGE_FAULTS
from vendor_sim.world.faults.rules import Bite, Rule, decision_of
from vendor_sim.world.faults.sites import Hop, faults_of_site

KINDS = (losing, timing, spoiling, forging)
"""The modules in which the faults of messages are written: imported, they are known by name."""

__all__ = [
    "HARDWARE",
    "KINDS",
    "MESSAGES",
    "MESSAGE_FAULTS",
    "PROCESSES",
    "SERVICES",
    "At",
    "Bite",
    "Fault",
    "FaultPlan",
    "Hop",
    "Rule",
    "decision_of",
    "faults_of_site",
    "load_file",
]
